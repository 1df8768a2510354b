/**
 * Time that passes only when a life says so, so that a life takes the same course every time: the clocks and timers of
 * this process are replaced while it is lived. Turns of the event loop stay real; they come in a fixed order.
 */
import { syncBuiltinESMExports } from "node:module";
import timersPromises from "node:timers/promises";
import { Violation } from "./violation.js";

/** As many turns without an end mean that only a timer can help; the longest chain of syncs in a row is shorter. */
const QUIET_TURNS = 12;
const MOST_TURNS = 20_000;
const EPOCH_MS = Date.UTC(2026, 0, 1);

interface Timer {
  readonly atMs: number;
  readonly run: () => void;
}

export class VirtualTime {
  nowMs = 0;
  /** How far the calendar is off. */
  skewMs = 0;
  readonly #timers = new Set<Timer>();

  /** Takes the place of the real clocks; returns what puts them back. */
  install(): () => void {
    const { setTimeout, clearTimeout } = globalThis;
    const { now } = performance;
    const dateNow = Date.now;
    const sleep = timersPromises.setTimeout;
    performance.now = () => this.nowMs;
    Date.now = () => EPOCH_MS + this.nowMs + this.skewMs;
    globalThis.setTimeout = ((run: () => void, ms = 0) => this.#start(run, ms)) as typeof setTimeout;
    globalThis.clearTimeout = ((timer: unknown) =>
      void this.#timers.delete(timer as Timer)) as typeof clearTimeout;
    timersPromises.setTimeout = ((ms: number, value: unknown) =>
      new Promise<unknown>((resolve) => this.#start(() => resolve(value), ms))) as typeof sleep;
    syncBuiltinESMExports();
    return () => {
      Object.assign(globalThis, { setTimeout, clearTimeout });
      performance.now = now;
      Date.now = dateNow;
      timersPromises.setTimeout = sleep;
      syncBuiltinESMExports();
    };
  }

  /** Everything that can go on without time passing goes on. */
  async settle(): Promise<void> {
    for (let turn = 0; turn < QUIET_TURNS; turn += 1) await nextTurn();
  }

  /** So much time passes, and all that waited for it goes on. */
  async pass(ms: number): Promise<void> {
    const endMs = this.nowMs + ms;
    await this.settle();
    while (this.#fireNext(endMs)) await this.settle();
    this.nowMs = Math.max(this.nowMs, endMs);
  }

  /** Waits for a promise; time passes where nothing else can bring it on. */
  async finish<T>(promise: Promise<T>): Promise<T> {
    let isDone = false;
    const done = () => {
      isDone = true;
    };
    promise.then(done, done);
    await nextTurn();
    for (let turns = 1; !isDone; turns += 1) {
      if (turns > MOST_TURNS) throw new Violation("hang", `after ${turns} turns and ${this.nowMs} ms`);
      if (turns % QUIET_TURNS === 0) this.#fireNext(Number.POSITIVE_INFINITY);
      await nextTurn();
    }
    return await promise;
  }

  #start(run: () => void, ms: number): object {
    const timer = { atMs: this.nowMs + ms, run, unref: () => timer, ref: () => timer };
    this.#timers.add(timer);
    return timer;
  }

  #fireNext(untilMs: number): boolean {
    let next: Timer | undefined;
    for (const timer of this.#timers) if (next === undefined || timer.atMs < next.atMs) next = timer;
    if (next === undefined || next.atMs > untilMs) return false;
    this.#timers.delete(next);
    this.nowMs = Math.max(this.nowMs, next.atMs);
    next.run();
    return true;
  }
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
