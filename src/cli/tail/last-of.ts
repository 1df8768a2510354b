/** Keeps the last of what passes, as many as are wanted, and no more however much passes. */

export class LastOf<T> {
  readonly #count: number;
  readonly #ring: T[] = [];
  #passed = 0;

  constructor(count: number) {
    this.#count = count;
  }

  add(item: T): void {
    if (this.#count === 0) return;
    this.#ring[this.#passed % this.#count] = item;
    this.#passed += 1;
  }

  /** In the order they passed. */
  *[Symbol.iterator](): Generator<T, void> {
    const begin = this.#passed > this.#count ? this.#passed % this.#count : 0;
    yield* this.#ring.slice(begin);
    yield* this.#ring.slice(0, begin);
  }
}
