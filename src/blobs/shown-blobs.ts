/**
 * The values of one session's blobs for its state: each is read once, when it is first shown, and kept, for the state that
 * shows it holds it anyway. What is missing or damaged is remembered for `health`.
 */
import type { BlobRef } from "../event/types.js";
import type { Files } from "../files/files.js";
import { type BlobFault, lookForBlob, readBlob } from "./read-blob.js";

export class ShownBlobs {
  readonly #files: Files;
  readonly #directory: string;
  readonly #values = new Map<string, string>();
  readonly #faults = new Map<string, BlobFault>();

  constructor(files: Files, directory: string) {
    this.#files = files;
    this.#directory = directory;
  }

  /** What is known to be wrong, by the blob. */
  get faults(): readonly BlobFault[] {
    return [...this.#faults.values()];
  }

  /** Whether they are there, of the right size: what can be told without reading them. */
  look(refs: readonly BlobRef[]): void {
    for (const ref of new Map(refs.map((each) => [each.sha256, each])).values()) {
      this.#note(ref, lookForBlob(this.#files, this.#directory, ref));
    }
  }

  fetch(ref: BlobRef): string | undefined {
    const known = this.#values.get(ref.sha256);
    if (known !== undefined) return known;
    const found = readBlob(this.#files, this.#directory, ref);
    const isText = typeof found === "string";
    this.#note(ref, isText ? null : found);
    if (!isText) return undefined;
    this.#values.set(ref.sha256, found);
    return found;
  }

  #note({ sha256 }: BlobRef, fault: BlobFault | null): void {
    if (fault === null) this.#faults.delete(sha256);
    else this.#faults.set(sha256, fault);
  }
}
