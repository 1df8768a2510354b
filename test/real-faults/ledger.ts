/** What was acknowledged of one session, kept outside of the processes that record it, and held against what is there. */
import { type JournalError, readJournal } from "@choragen/session-journal";
import { type Found, findViolation } from "../programs/kill-check.js";
import { hold, NotHeld } from "./fault-case.js";

export class Ledger {
  /** Of the n-th event: the seq that was acknowledged, and how large it was made. */
  readonly #acknowledged = new Map<number, { readonly seq: number; readonly bytes: number }>();
  #durable = 0;
  /** The last event that can have been begun. */
  #begun = 1;
  /** The system's codes of what failed. */
  readonly codes = new Set<string>();

  get count(): number {
    return this.#acknowledged.size;
  }
  /** The highest seq that was called durable. */
  get durable(): number {
    return this.#durable;
  }

  acknowledge(n: number, seq: number, bytes: number): void {
    this.#acknowledged.set(n, { seq, bytes });
    this.#begun = Math.max(this.#begun, n + 1);
  }

  promise(seq: number): void {
    this.#durable = Math.max(this.#durable, seq);
  }

  /** Each event that was acknowledged is there, unchanged, under its seq, and none is there twice. Returns how many. */
  async check(path: string): Promise<number> {
    return this.#check(await numberedIn(path), Number.POSITIVE_INFINITY);
  }

  /** The same of those that were called durable: what has to outlive the machine. */
  async checkDurable(path: string): Promise<number> {
    return this.#check(await numberedIn(path), this.#durable);
  }

  /** After a fault that takes what was not called durable: whether that is there is left to chance from now on. */
  forgetUndurable(): void {
    for (const [n, { seq }] of this.#acknowledged) if (seq > this.#durable) this.#acknowledged.delete(n);
  }

  #check(found: readonly Numbered[], upToSeq: number): number {
    const required = [...this.#acknowledged].filter(([, { seq }]) => seq <= upToSeq);
    const there = new Map(found.map((each) => [each.n, each]));
    const lost = required.filter(([n]) => !there.has(n)).length;
    if (lost > 0) throw new NotHeld(`${lost} of ${required.length} acknowledged events are gone`, lost);
    const violation = findViolation(
      {
        acknowledged: new Map(required.map(([n, { seq }]) => [n, seq])),
        eventBytes: (n) => this.#acknowledged.get(n)?.bytes ?? there.get(n)?.bytes ?? 0,
        begun: this.#begun,
      },
      found,
    );
    hold(violation === null, violation ?? "");
    return required.length;
  }
}

interface Numbered extends Found {
  readonly bytes: number;
}

async function numberedIn(path: string): Promise<Numbered[]> {
  const found: Numbered[] = [];
  try {
    for await (const { seq, type, data } of readJournal(path)) {
      if (type !== "note.added") continue;
      const { n, bytes, text } = data.data as { n: number; bytes: number; text: unknown };
      found.push({ n, seq, bytes, text });
    }
  } catch (error) {
    // What is before the damage counts; whether there may be any is not asked here.
    if ((error as JournalError).code !== "CORRUPT_JOURNAL") throw error;
  }
  return found;
}
