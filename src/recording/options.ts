/** How a session is to be recorded: what a caller may say, and what holds where nothing is said. */
import { LEAST_OVER_BYTES } from "../blobs/offload.js";
import type { JournalError } from "../errors.js";
import { openRedaction, type RedactOptions } from "../redaction/options.js";
import { Signer } from "../signing/signer.js";
import type { SigningOptions } from "../signing/types.js";
import type { Where } from "../store/place.js";
import type { BlobOptions, Durability, RecorderOptions } from "./types.js";

export interface RecordingOptions extends Where {
  /** What survives the death of the machine; "boundary" unless said otherwise. */
  durability?: Durability | undefined;
  /** Whether the snapshot follows tool calls; true unless said otherwise. */
  autosave?: boolean | undefined;
  /** Told of every failure to record, also where no caller is there to catch it. */
  onFailure?: ((error: JournalError) => void) | undefined;
  /** What is replaced by a marker before anything is written; nothing unless said otherwise. State and snapshot show the markers. */
  redact?: RedactOptions | undefined;
  /** Has the journal sealed with this key, at its end and now and then before; unless given, nothing is signed. */
  signing?: SigningOptions | undefined;
  /**
   * Writes big texts to `<id>.blobs`, each once and synced before the record that names it is written; without it they stand
   * in the journal. It holds for what is appended from here on; what lies in blobs is read back with or without it.
   */
  blobs?: BlobOptions | undefined;
}

const DURABILITIES: readonly Durability[] = ["process", "boundary", "always"];

/** Throws a TypeError for what is none of them. */
export function recorderOptions(options: RecordingOptions): RecorderOptions {
  const { durability = "boundary", autosave = true, onFailure, redact, signing, blobs } = options;
  if (!DURABILITIES.includes(durability)) {
    throw new TypeError(`durability must be "process", "boundary" or "always", not ${String(durability)}`);
  }
  checkBlobOptions(blobs);
  const signer = signing === undefined ? null : new Signer(signing);
  return { durability, autosave, onFailure, redact: openRedaction(redact), signer, blobs };
}

function checkBlobOptions(blobs: BlobOptions | undefined): void {
  const overBytes: unknown = blobs?.overBytes;
  if (blobs === undefined || (Number.isSafeInteger(overBytes) && Number(overBytes) >= LEAST_OVER_BYTES))
    return;
  throw new TypeError(
    `blobs.overBytes must be a whole number from ${LEAST_OVER_BYTES}, not ${String(overBytes)}`,
  );
}
