/** Sees to it that something is done within a time of an append (an fsync, a seal), without keeping the process alive for it. */

/** What was appended is fsynced within a second. */
const SYNC_MS = 1000;

export class AppendTimer {
  readonly #act: () => void;
  readonly #latestMs: number;
  #timer: NodeJS.Timeout | null = null;

  constructor(act: () => void, latestMs = SYNC_MS) {
    this.#act = act;
    this.#latestMs = latestMs;
  }

  /** Something was appended. */
  start(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      this.#act();
    }, this.#latestMs).unref();
  }

  cancel(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }
}
