/**
 * Puts back what lies in blobs: a record's values, or those of a state that was made of records. What cannot be put back
 * keeps its marker and is told; nothing is lost in silence. It changes nothing on disk.
 */
import { BLOBS_MEMBER, blobRefsOf, hasBlobs, withoutRefs } from "../event/blob-refs.js";
import { type Put, putBack, textAt } from "../event/places.js";
import type { BlobRef, JournalRecord, Json } from "../event/types.js";
import type { Files } from "../files/files.js";
import { nodeFiles } from "../files/node-files.js";
import { blobsBeside } from "./blobs-beside.js";
import { type BlobFault, MAX_BLOB_BYTES, readBlob } from "./read-blob.js";

export interface ResolveOptions {
  /** Told of each value that cannot be put back. */
  onFault?: ((fault: BlobFault, ref: BlobRef) => void) | undefined;
  /** Another file system than the disk, for tests. */
  files?: Files | undefined;
}

/**
 * The record with the values that lie in blobs beside the journal at `journalPath`. What cannot be put back keeps its
 * marker and stays in the result's `data.$blobs`, which is absent where all of it was. Each blob's hash is checked; the file is
 * read while the call lasts. It throws for nothing that it finds on disk.
 */
export function resolveBlobs(
  record: JournalRecord,
  journalPath: string,
  options: ResolveOptions = {},
): JournalRecord {
  if (!hasBlobs(record)) return record;
  const { onFault, files = nodeFiles } = options;
  return new BlobResolver(files, journalPath, onFault).resolve(record);
}

/** The same for whoever reads many records. */
export class BlobResolver {
  readonly #files: Files;
  readonly #journalPath: string;
  /** Looked for with the first record that has blobs. */
  #directory: string | undefined;
  readonly #onFault: ResolveOptions["onFault"];

  constructor(files: Files, journalPath: string, onFault?: ResolveOptions["onFault"]) {
    this.#files = files;
    this.#journalPath = journalPath;
    this.#onFault = onFault;
  }

  resolve(record: JournalRecord): JournalRecord {
    if (!hasBlobs(record)) return record;
    const puts: Put[] = [];
    const left: BlobRef[] = [];
    // A value that stands in several places of a record is read once, and is one text.
    const values = new Map<string, string | BlobFault>();
    let bytes = 0;
    for (const ref of blobRefsOf(record)) {
      bytes += ref.bytes;
      const found = bytes > MAX_BLOB_BYTES ? tooMuch(ref) : this.#find(record, ref, values);
      if (typeof found === "string") puts.push({ at: ref.at, text: found });
      else {
        left.push(ref);
        this.#onFault?.(found, ref);
      }
    }
    const data = withoutRefs(putBack(record.data, puts));
    return { ...record, data: left.length === 0 ? data : { ...data, [BLOBS_MEMBER]: left.map(toJson) } };
  }

  #find(record: JournalRecord, ref: BlobRef, values: Map<string, string | BlobFault>): string | BlobFault {
    const { at, sha256, bytes } = ref;
    if (textAt(record.data, at) === undefined) {
      return { sha256, bytes, problem: "damaged", message: `Record ${record.seq} has no text at ${at}.` };
    }
    const known = values.get(sha256);
    if (known !== undefined) return known;
    this.#directory ??= blobsBeside(this.#files, this.#journalPath);
    const found = readBlob(this.#files, this.#directory, ref);
    values.set(sha256, found);
    return found;
  }
}

function toJson({ at, sha256, bytes }: BlobRef): Json {
  return { at, sha256, bytes };
}

/** A hostile record may name one blob a million times. */
function tooMuch({ sha256, bytes }: BlobRef): BlobFault {
  const message = "The values of one record come to more than 256 MiB; the rest of them is left out.";
  return { sha256, bytes, problem: "unreadable", message };
}
