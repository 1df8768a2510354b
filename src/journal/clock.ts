/** The time of a record as text. Many records fall into one millisecond, and making the text costs more than asking for the time. */

export class Clock {
  #ms = 0;
  #text = "";

  /** ISO 8601, UTC, with milliseconds. */
  now(): string {
    const now = Date.now();
    if (now !== this.#ms) {
      this.#ms = now;
      this.#text = new Date(now).toISOString();
    }
    return this.#text;
  }
}
