/**
 * Checks the blobs that a journal's records name, each once, and tells which files beside them no record names. It reads in
 * memory that no blob's size adds to, keeps the names of what it has seen, and changes nothing.
 */
import { BLOBS_MEMBER, blobRefsOf, hasBlobs } from "../event/blob-refs.js";
import { textAt } from "../event/places.js";
import type { BlobRef, JournalRecord } from "../event/types.js";
import type { Files } from "../files/files.js";
import { listBlobs } from "./blob-names.js";
import { blobsBeside, blobsCalledAfter } from "./blobs-beside.js";
import { type BlobFault, checkBlob, lookForBlob } from "./read-blob.js";

export interface BlobSummary {
  /** Blobs that sound records name, each once, and their bytes. */
  count: number;
  bytes: number;
  /** Files in their folder that no sound record names, such as one written just before a crash. That is no fault. */
  unreferenced: string[];
}

export interface BlobProblem {
  readonly code: "BLOB_MISSING" | "BLOB_DAMAGED" | "BLOB_UNREADABLE" | "BLOB_REFERENCE" | "BLOB_FOLDER";
  readonly message: string;
}

const CODES: Record<BlobFault["problem"], Pick<BlobProblem, "code">> = {
  missing: { code: "BLOB_MISSING" },
  damaged: { code: "BLOB_DAMAGED" },
  unreadable: { code: "BLOB_UNREADABLE" },
};

export class BlobChecks {
  readonly #files: Files;
  readonly #journalPath: string;
  /** Looked for with the first record that names a blob. */
  #directory: string;
  /** What was found of each blob; null where it is whole. */
  readonly #seen = new Map<string, BlobFault | null>();
  #bytes = 0;

  constructor(files: Files, journalPath: string) {
    this.#files = files;
    this.#journalPath = journalPath;
    this.#directory = blobsCalledAfter(journalPath);
  }

  /** The folder that was looked at, or would be. */
  get directory(): string {
    return this.#directory;
  }

  /** What is wrong with the blobs of a record. */
  *add(record: JournalRecord): Generator<BlobProblem, void> {
    if (!hasBlobs(record)) return;
    const { seq } = record;
    const refs = blobRefsOf(record);
    const given: unknown = record.data[BLOBS_MEMBER];
    if (!Array.isArray(given) || given.length !== refs.length) {
      yield {
        code: "BLOB_REFERENCE",
        message: `Record ${seq}: not all of its blobs are named as they must be.`,
      };
    }
    for (const ref of refs) {
      if (textAt(record.data, ref.at) === undefined) {
        const message = `Record ${seq}: there is no text at ${JSON.stringify(ref.at)} that a blob could stand for.`;
        yield { code: "BLOB_REFERENCE", message };
      }
      const fault = this.#check(ref);
      if (fault !== null) yield { ...CODES[fault.problem], message: `Record ${seq}: ${fault.message}` };
    }
  }

  /** Null where no record names a blob and there is no folder of them. */
  conclude(): { summary: BlobSummary; problem: BlobProblem | null } | null {
    const stat = this.#files.statPath(this.#directory);
    if (stat === null && this.#seen.size === 0) return null;
    const folder = listBlobs(this.#files, this.#directory);
    const names = folder === null ? [] : [...folder.blobs, ...folder.others, ...folder.strangers];
    const unreferenced = names.filter((name) => !this.#seen.has(name)).sort();
    const summary = { count: this.#seen.size, bytes: this.#bytes, unreferenced };
    const isOther = stat !== null && stat.kind !== "directory";
    const message = `${this.#directory} is no folder; blobs are neither read nor written through links.`;
    return { summary, problem: isOther ? { code: "BLOB_FOLDER", message } : null };
  }

  #check(ref: BlobRef): BlobFault | null {
    if (this.#seen.size === 0) this.#directory = blobsBeside(this.#files, this.#journalPath);
    const known = this.#seen.get(ref.sha256);
    // One that is whole has one size: another record may state a wrong one.
    if (known !== undefined && (known === null) === (lookForBlob(this.#files, this.#directory, ref) === null))
      return known;
    const fault = checkBlob(this.#files, this.#directory, ref);
    if (known === undefined && fault === null) this.#bytes += ref.bytes;
    this.#seen.set(ref.sha256, known ?? fault);
    return fault;
  }
}
