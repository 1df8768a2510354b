/**
 * The values of one session that lie in blobs, for a search: each blob is read once to see whether it holds the pattern, and
 * only records whose values do are put together again. A blob that cannot be read is told of, once.
 */

import { blobsBeside } from "../../blobs/blobs-beside.js";
import { type BlobFault, readBlob } from "../../blobs/read-blob.js";
import { BlobResolver } from "../../blobs/resolve.js";
import { blobRefsOf } from "../../event/blob-refs.js";
import type { BlobRef, JournalRecord } from "../../event/types.js";
import type { Files } from "../../files/files.js";
import { findIn } from "./pattern.js";

export class SearchedBlobs {
  readonly #files: Files;
  readonly #directory: string;
  readonly #expression: RegExp;
  readonly #onFault: (fault: BlobFault) => void;
  readonly #resolver: BlobResolver;
  /** Whether there may be any. */
  readonly areThere: boolean;
  readonly #holds = new Map<string, boolean>();

  constructor(files: Files, path: string, expression: RegExp, onFault: (fault: BlobFault) => void) {
    this.#files = files;
    this.#directory = blobsBeside(files, path);
    this.#expression = expression;
    this.#onFault = onFault;
    this.#resolver = new BlobResolver(files, path);
    this.areThere = files.statPath(this.#directory) !== null;
  }

  /** The record as it is to be searched; null where it holds the pattern nowhere, unless `mayMatch` says that it may. */
  take(record: JournalRecord, mayMatch: boolean): JournalRecord | null {
    // Not only up to the first that holds it: what cannot be read is to be told.
    const isInBlobs = blobRefsOf(record).filter((ref) => this.#isIn(ref)).length > 0;
    return isInBlobs || mayMatch ? this.#resolver.resolve(record) : null;
  }

  #isIn(ref: BlobRef): boolean {
    const known = this.#holds.get(ref.sha256);
    if (known !== undefined) return known;
    const value = readBlob(this.#files, this.#directory, ref);
    if (typeof value !== "string") this.#onFault(value);
    const holds = typeof value === "string" && findIn(this.#expression, value) !== undefined;
    this.#holds.set(ref.sha256, holds);
    return holds;
  }
}
