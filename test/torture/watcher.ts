/**
 * A follower that reads throughout a life. It may be told that what it saw was rewound, and begins anew; it must never
 * go on having given what is not there, skip a record, or give one twice. It outlives writers, and after a power cut it
 * resumes from its cursor.
 */
import { type Cursor, followJournal, JournalError } from "@choragen/session-journal";
import type { Ledger } from "./ledger.js";
import { demand, Violation } from "./violation.js";
import type { World } from "./world.js";

export class Watcher {
  /** The hashes of what it has given since it began, by seq; what was there before it began is not given. */
  readonly #given: string[] = [];
  #first = 1;
  #cursor: Cursor | "start" | "end" = "start";
  #ending = new AbortController();
  #error: unknown;
  #work: Promise<void> = Promise.resolve();
  isRunning = false;

  constructor(
    readonly world: World,
    readonly ledger: Ledger,
  ) {}

  start(): void {
    this.#ending = new AbortController();
    this.#error = undefined;
    this.isRunning = true;
    this.#work = this.#follow(this.#ending.signal).catch((error: unknown) => {
      this.#error = error;
      this.isRunning = false;
    });
  }

  async stop(): Promise<void> {
    this.#ending.abort();
    await this.world.time.finish(this.#work);
    this.isRunning = false;
    if (this.#error instanceof Violation) throw this.#error;
  }

  /** Ends it, whatever comes of it. */
  abandon(): void {
    this.#ending.abort();
  }

  /** Everything has come to rest: it has given what is there, or is told why not. */
  check(): void {
    const { ledger, world } = this;
    this.takeError();
    if (ledger.isHarmed || ledger.hasForgotten || !this.isRunning) return;
    const { records, rest } = world.judged(ledger.id);
    // What it gave lies behind a hole: it is told when a writer takes that out.
    if (rest.length > 0 && records.length < this.#first - 1 + this.#given.length) return;
    const there = records.slice(this.#first - 1).map(({ hash }) => hash);
    const last = this.#given.length;
    const isTrue = this.#given.every((hash, i) => hash === there[i]);
    const at = this.#given.findIndex((hash, i) => hash !== there[i]) + this.#first;
    demand("follower: untrue", isTrue, () => `${ledger.id}: record ${at} that was given is not there`);
    demand(
      "follower: behind",
      there.length === last,
      () => `${ledger.id}: it has given ${last} of ${there.length}`,
    );
  }

  /** What it was told, and whether there was cause. It goes on from the start. */
  takeError(): void {
    const error = this.#error;
    if (error === undefined) return;
    this.#error = undefined;
    if (error instanceof Violation) throw error;
    if (!(error instanceof JournalError)) throw new Violation("error", `a follower threw ${String(error)}`);
    const { ledger, world } = this;
    if (error.code === "CORRUPT_JOURNAL") {
      demand("follower: false alarm", ledger.isHarmed, error.message);
      return;
    }
    demand("error", error.code === "JOURNAL_REWOUND", `a follower threw ${error.code}: ${error.message}`);
    const { records } = world.judged(ledger.id);
    const isGone = this.#given.some((hash, i) => records[this.#first - 1 + i]?.hash !== hash);
    const had = this.#given.length > 0 || this.#first > 1;
    demand(
      "follower: false alarm",
      isGone || (had && this.#given.length === 0),
      `${ledger.id}: ${error.message}`,
    );
    world.tally.rewindsTold += 1;
    this.#given.length = 0;
    this.#first = 1;
    this.#cursor = "start";
    this.start();
  }

  async #follow(signal: AbortSignal): Promise<void> {
    const { ledger, world } = this;
    const path = world.paths(ledger.id).journal;
    for await (const { record, cursor } of followJournal(path, {
      files: world.reader,
      from: this.#cursor,
      signal,
    })) {
      const next = this.#first + this.#given.length;
      demand(
        "follower: order",
        record.seq === next,
        `${ledger.id}: record ${record.seq} came where ${next} was due`,
      );
      this.#given.push(record.hash);
      this.#cursor = cursor;
      world.tally.recordsFollowed += 1;
    }
  }
}
