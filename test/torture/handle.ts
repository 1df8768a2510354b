/**
 * A session object in one process, and the calls that are made of it: each tells the ledger what was asked for and
 * what came back, and nothing that is said is taken back.
 */
import type { Durability, Session } from "@choragen/session-journal";
import type { Call } from "./events.js";
import { checkShown } from "./examine.js";
import { explain } from "./explain.js";
import { noteKept } from "./kept.js";
import { type Entry, isSame, type Ledger } from "./ledger.js";
import type { ProcessFiles } from "./process-files.js";
import { demand } from "./violation.js";
import type { World } from "./world.js";

/** How the session's files were before a call that may take its lock. */
export type Before = ReturnType<typeof lookBefore>;

export class Handle {
  /** It has failed for good, or was closed or ended: it records nothing any more. */
  isSpent = false;
  /** An end was asked for. */
  isEnding = false;
  /** What it had read may be gone. */
  mayBeRewound = false;
  /** How many faults its process had met before this step. */
  faultsSeen = 0;

  constructor(
    readonly world: World,
    readonly ledger: Ledger,
    readonly process: ProcessFiles,
    readonly session: Session,
    readonly durability: Durability,
  ) {}

  get isAlive(): boolean {
    return this.process.isAlive;
  }

  /** Whether it has the writer's lock. */
  get isHolding(): boolean {
    return this.isAlive && this.process.holds(this.world.paths(this.ledger.id).journal);
  }

  /** An event, or the two of a tool call. */
  async record({ entries, isBoundary, run }: Call): Promise<string> {
    this.ledger.ask(entries);
    return await this.#perform(entries, run, (at) => {
      if (isBoundary && this.durability !== "process") this.ledger.promise(at);
    });
  }

  /** What was written before is durable when it resolves. */
  async flush(): Promise<string> {
    const before = this.isHolding ? this.ledger.entries.length : 0;
    const flush = (session: Session) => session.flush();
    return await this.#perform([], flush, (_, durable) => {
      if (!this.isHolding) return;
      const isTrue = Number(durable) >= before && Number(durable) <= this.session.health.writtenSeq;
      demand("claim", isTrue, `flush says ${durable}, ${before} records were written before it`);
      this.ledger.promise(Number(durable));
    });
  }

  async save(): Promise<string> {
    const save = (session: Session) => session.save();
    return await this.#perform([], save, (at) => {
      this.ledger.promise(at);
      this.ledger.saved = Math.max(this.ledger.saved, at);
    });
  }

  /** All is durable when it resolves, and the lock is let go. */
  async stop(what: "end" | "close"): Promise<string> {
    const { ledger, world } = this;
    const wasHolding = this.isHolding;
    if (what === "end") this.isEnding = true;
    const stop = (session: Session) => (what === "end" ? session.end("success") : session.close());
    const told = await this.#perform([], stop, () => {
      if (what === "close" && !wasHolding) return;
      ledger.adopt(world.judged(ledger.id));
      ledger.promise(ledger.entries.length);
      if (this.session.health.snapshotFailure === undefined) ledger.saved = ledger.entries.length;
      demand("leak", !this.isHolding, `${what} keeps the lock`);
      this.isSpent = true;
    });
    if (told === "ok" || !this.isAlive) return told;
    if (what === "close") this.isSpent = true;
    // The last word may be there, unsynced.
    if (!ledger.isHarmed) ledger.adopt(world.judged(ledger.id));
    return told;
  }

  /** Brings what is known of it up to date; what its health says is a promise too. */
  look(): void {
    const { ledger, session } = this;
    if (!this.isAlive) return;
    this.faultsSeen = this.process.fired;
    const { failure, durableSeq, writtenSeq } = session.health;
    if (failure?.code === "WRITE_FAILED" && failure.reason !== "write") this.isSpent = true;
    if (!this.isHolding || this.isSpent) return;
    const { length } = ledger.entries;
    demand(
      "seq",
      writtenSeq === length,
      `${ledger.id}: health says ${writtenSeq} records, ${length} were written`,
    );
    demand(
      "claim",
      durableSeq <= length,
      `${ledger.id}: ${durableSeq} of ${length} records are said to be durable`,
    );
    ledger.promise(durableSeq);
  }

  /** What it shows is what the journal says. */
  compare(): void {
    if (!this.isHolding || !this.isAlive || this.isSpent) return;
    checkShown(this.ledger.id, this.session, this.world.judged(this.ledger.id).records);
  }

  /** The lock was taken and, of this call, so many records were written: nobody else had it, and what was torn is kept. */
  took({ holder, found: before, names }: Before, own: number): void {
    const { world, ledger } = this;
    demand("second writer", holder === undefined, `${ledger.id} is being written by another process`);
    demand("verdict", !ledger.isHarmed, `${ledger.id} is damaged, and is written to`);
    const found = world.judged(ledger.id);
    noteKept(world, ledger, before, names);
    ledger.rebase({ ...found, records: found.records.slice(0, found.records.length - own) });
    world.forgetDropped(ledger);
    this.mayBeRewound = false;
  }

  /** Makes the call, and says so when its promise has kept what it promises: all up to `at`. */
  async #perform(
    entries: readonly Entry[],
    run: (session: Session) => unknown,
    resolved: (at: number, value: unknown) => void,
  ): Promise<string> {
    const { ledger, world } = this;
    const before = this.isHolding ? null : lookBefore(world, ledger);
    let value: unknown;
    try {
      value = run(this.session);
    } catch (error) {
      if (before !== null && this.isHolding) this.took(before, 0);
      return explain(this, error, entries);
    }
    // What a call appends it has appended when it returns, with a promise or without.
    if (value instanceof Promise) value.catch(() => {});
    // A promise of a writer that has failed in the call itself is going to be broken.
    const mayBe = this.isAlive && (this.isHolding || !(value instanceof Promise));
    const isWritten = entries.length > 0 && mayBe && this.#hasWritten(entries, before === null);
    if (before !== null && this.isHolding) this.took(before, isWritten ? entries.length : 0);
    if (isWritten) this.#acknowledge(entries, value);
    const at = ledger.entries.length;
    try {
      value = await value;
    } catch (error) {
      return explain(this, error, isWritten ? [] : entries);
    }
    demand(
      "lost",
      entries.length === 0 || isWritten,
      `${ledger.id}: a call came back and has written nothing`,
    );
    resolved(at, value);
    world.acknowledged(ledger);
    return "ok";
  }

  /** Whether the journal ends in these events. */
  #hasWritten(entries: readonly Entry[], isKnown: boolean): boolean {
    const { records } = this.world.judged(this.ledger.id);
    const last = records.slice(-entries.length);
    if (isKnown && records.length !== this.ledger.entries.length + entries.length) return false;
    return entries.every((entry, i) => last[i] !== undefined && isSame(entry, last[i]));
  }

  #acknowledge(entries: readonly Entry[], value: unknown): void {
    const { ledger, world } = this;
    demand("second writer", this.isHolding, `${ledger.id}: a record was written without the lock`);
    const seq = ledger.entries.length + entries.length;
    if (typeof value === "number")
      demand("seq", value === seq, `${ledger.id}: it returned ${value}, not ${seq}`);
    ledger.acknowledge(entries);
    // A promise is not kept yet: its fsync may have failed.
    if (this.durability === "always" && !(value instanceof Promise)) ledger.promise(seq);
    world.acknowledged(ledger);
  }
}

export function lookBefore(world: World, ledger: Ledger) {
  const path = world.paths(ledger.id).journal;
  return { path, holder: world.holder(ledger), found: world.judged(ledger.id), names: world.names() };
}
