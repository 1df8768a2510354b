/** What many give and one takes, in order. Where the taker is slow, the givers are told to wait. */

/** What lies here at most, but for one of each giver. */
const FULL = 1000;

export class Backlog<T> {
  #items: T[] = [];
  #wake: () => void = () => {};
  #waiting: (() => void)[] = [];
  #isClosed = false;

  /** A promise where there is no more room: it resolves once there is. */
  give(item: T): Promise<void> | undefined {
    if (this.#isClosed) return undefined;
    this.#items.push(item);
    this.#wake();
    if (this.#items.length < FULL) return undefined;
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** All that is there, once there is something; nothing once it is closed. */
  async take(): Promise<readonly T[]> {
    if (this.#items.length === 0 && !this.#isClosed) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    const items = this.#isClosed ? [] : this.#items;
    this.#items = [];
    for (const resolve of this.#waiting.splice(0)) resolve();
    return items;
  }

  close(): void {
    this.#isClosed = true;
    for (const resolve of this.#waiting.splice(0)) resolve();
    this.#wake();
  }
}
