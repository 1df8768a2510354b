/**
 * When a session's journal is sealed: with its last word, after so many records, and so long after one that is not
 * sealed yet. Never twice for the same records. The seal goes in the write of the records that make it due, so that
 * there is no moment at which the one is there without the other.
 */
import { writeFailed } from "../errors.js";
import type { Draft } from "../event/draft.js";
import { AppendTimer } from "../journal/append-timer.js";
import type { Extent } from "../journal/arena.js";
import type { JournalWriter } from "../journal/writer.js";
import type { Head, Signer } from "../signing/signer.js";
import type { JournalHold } from "./journal-hold.js";

export class Sealing {
  readonly #signer: Signer;
  readonly #hold: JournalHold;
  readonly #timer: AppendTimer | null;
  /** The seal that was written last. */
  #sealSeq = 0;

  /** `onDue` is called when records have waited long enough. */
  constructor(signer: Signer, hold: JournalHold, onDue: () => void) {
    this.#signer = signer;
    this.#hold = hold;
    this.#timer = Number.isFinite(signer.everyMs) ? new AppendTimer(onDue, signer.everyMs) : null;
    // The first record is there already.
    if (hold.writer !== null) this.#timer?.start();
  }

  /** Whether the writer has written something that is not sealed. */
  isDue(writer: JournalWriter): boolean {
    return writer.seq >= this.#fromSeq;
  }

  /** Appends the records, and a seal where one is due, or where these are the last. */
  append(writer: JournalWriter, drafts: readonly Draft[], areLast: boolean): Extent {
    const fromSeq = this.#fromSeq;
    const unsealed = writer.seq + drafts.length - fromSeq + 1;
    if (!areLast && unsealed < this.#signer.everyRecords) {
      const extent = writer.append(drafts);
      this.#timer?.start();
      return extent;
    }
    const extent = writer.append(drafts, (head, time) => this.#seal(fromSeq, head, time));
    this.#sealSeq = writer.seq;
    this.cancel();
    return extent;
  }

  cancel(): void {
    this.#timer?.cancel();
  }

  #seal(fromSeq: number, head: Head, time: string): Draft {
    const { id, journal } = this.#hold.paths;
    try {
      return this.#signer.seal(id, fromSeq, head, time);
    } catch (cause) {
      throw writeFailed(journal, cause);
    }
  }

  get #fromSeq(): number {
    return Math.max(this.#hold.ownSeq, this.#sealSeq + 1);
  }
}
