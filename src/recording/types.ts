/** What a recorder can be asked for, and what it says of itself. */
import type { BlobFault } from "../blobs/read-blob.js";
import type { JournalError } from "../errors.js";
import type { Redact } from "../event/draft.js";
import type { Signer } from "../signing/signer.js";

/**
 * What an append has survived, or what a resolved promise promises, should the machine die:
 * - `process`: nothing before `save`, `flush`, `end` or `close`
 * - `boundary`: everything before a promise resolved; anything a second old
 * - `always`: every append that has returned
 */
export type Durability = "process" | "boundary" | "always";

/** Which values are written to files of their own. */
export interface BlobOptions {
  /** Texts of more bytes than that, as UTF-8; from 1024. */
  overBytes: number;
}

export interface RecorderOptions {
  readonly durability: Durability;
  /** Whether the snapshot follows tool calls. */
  readonly autosave: boolean;
  readonly onFailure: ((error: JournalError) => void) | undefined;
  readonly redact: Redact | undefined;
  /** Null where nothing is to be signed. */
  readonly signer: Signer | null;
  readonly blobs: BlobOptions | undefined;
}

export interface Health {
  /** The last record that is in the journal, and the last that is known to be on stable storage. */
  writtenSeq: number;
  durableSeq: number;
  /** Bytes behind the last sound record that a crash left; the next writer puts them in quarantine. */
  torn?: { byteOffset: number; bytes: number };
  /** The session was loaded from its snapshot alone. */
  journalMissing?: true;
  /** Values that lie in blobs and cannot be had: in their place the state shows markers. By the blob, as far as is known. */
  blobs?: BlobFault[];
  /** Why the newest snapshot could not be written; the journal is not affected. */
  snapshotFailure?: Error;
  /** Why the last append failed, or why there will be no more. */
  failure?: JournalError;
}
