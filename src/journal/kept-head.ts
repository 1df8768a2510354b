/** Whether a journal still holds the head that somebody kept elsewhere: a record's seq, and the hash it had then. */
import type { Problem } from "./record-checks.js";

/** A record's seq and hash, as `verifyJournal` once gave them (`records` and `head`). */
export interface KeptHead {
  readonly seq: number;
  readonly hash: string;
}

export interface KeptHeadResult extends KeptHead {
  /** Whether the journal holds that record with that hash. */
  readonly isHeld: boolean;
}

const HASH = /^[A-Za-z0-9_-]{43}$/;

export class KeptHeadCheck {
  readonly #kept: KeptHead;
  #found: string | null = null;
  #byteOffset = 0;

  /** Throws a TypeError for what cannot be a head. */
  constructor(kept: KeptHead) {
    const { seq, hash } = kept;
    if (!Number.isSafeInteger(seq) || seq < 1)
      throw new TypeError("keptHead.seq must be a whole number from 1");
    if (typeof hash !== "string" || !HASH.test(hash)) {
      throw new TypeError("keptHead.hash must be the 43 characters of a record's hash");
    }
    this.#kept = { seq, hash };
  }

  /** A sound record, and where its line begins. */
  add({ seq, hash }: KeptHead, byteOffset: number): void {
    if (seq !== this.#kept.seq) return;
    this.#found = hash;
    this.#byteOffset = byteOffset;
  }

  get result(): KeptHeadResult {
    return { ...this.#kept, isHeld: this.#found === this.#kept.hash };
  }

  /** Null where the journal holds it. `records` are sound; `isWhole` says that they are all there is. */
  findProblem(records: number, isWhole: boolean): Problem | null {
    const { seq } = this.#kept;
    if (this.result.isHeld) return null;
    if (this.#found !== null) {
      const message = `Record ${seq} has another hash than the one that was kept: what stands up to it was written anew, or this is another journal.`;
      return { code: "HEAD_DIFFERS", message, seq, byteOffset: this.#byteOffset };
    }
    const reach = isWhole ? `It ends with record ${records}` : `It is sound only up to record ${records}`;
    return { code: "HEAD_MISSING", message: `${reach}; the head that was kept is record ${seq}.` };
  }
}
