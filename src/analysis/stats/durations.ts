/** How long calls took. Every duration is kept, eight bytes each, so that percentiles are exact also over many sessions. */

export interface DurationFigures {
  /** How many calls have a known duration; the others are in no figure here. */
  timed: number;
  totalMs: number;
  /** By nearest rank: a duration that was measured, not one between two. Null where none was. */
  p50Ms: number | null;
  p95Ms: number | null;
  maxMs: number | null;
}

const FIRST_ROOM = 16;

export class Durations {
  #all = new Float64Array(FIRST_ROOM);
  #count = 0;

  add(durationMs: number): void {
    this.#makeRoom(1);
    this.#all[this.#count++] = durationMs;
  }

  merge(other: Durations): void {
    this.#makeRoom(other.#count);
    this.#all.set(other.#all.subarray(0, other.#count), this.#count);
    this.#count += other.#count;
  }

  figures(): DurationFigures {
    const sorted = this.#all.slice(0, this.#count).sort();
    // Bounded, because JSON cannot hold Infinity.
    const totalMs = Math.min(
      sorted.reduce((sum, each) => sum + each, 0),
      Number.MAX_VALUE,
    );
    const at = (share: number) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? null;
    return { timed: this.#count, totalMs, p50Ms: at(0.5), p95Ms: at(0.95), maxMs: at(1) };
  }

  #makeRoom(more: number): void {
    if (this.#count + more <= this.#all.length) return;
    const all = new Float64Array(Math.max(this.#all.length * 2, this.#count + more));
    all.set(this.#all);
    this.#all = all;
  }
}
