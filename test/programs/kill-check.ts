/**
 * Whether a session that was killed and loaded again holds what it must: every event that was acknowledged, none twice,
 * all in order, none changed; and beyond them at most what was being written when the kill came.
 */
import { contentOf } from "./kill-content.js";

export interface Expected {
  /** The seq that was acknowledged for the n-th event. */
  readonly acknowledged: ReadonlyMap<number, number>;
  /** How large each event was made. */
  readonly eventBytes: number | ((n: number) => number);
  /** The last event that was begun; where nothing is said, the one behind the last acknowledged. */
  readonly begun?: number;
}

export interface Found {
  readonly n: number;
  readonly seq: number;
  readonly text: unknown;
}

/** What is wrong, in words; null where nothing is. `found` is in the order of the journal. */
export function findViolation(
  { acknowledged, eventBytes, begun = Math.max(0, ...acknowledged.keys()) + 1 }: Expected,
  found: readonly Found[],
): string | null {
  const bytesOf = typeof eventBytes === "number" ? () => eventBytes : eventBytes;
  const seqs = new Map<number, number>();
  let last = 0;
  for (const { n, seq, text } of found) {
    if (seqs.has(n)) return `event ${n} is there twice`;
    if (n !== last + 1) return `event ${n} stands behind event ${last}`;
    if (text !== contentOf(n, bytesOf(n))) return `event ${n} was changed`;
    seqs.set(n, seq);
    last = n;
  }
  for (const [n, seq] of acknowledged) {
    if (!seqs.has(n)) return `event ${n} was acknowledged and is gone`;
    if (seqs.get(n) !== seq)
      return `event ${n} was acknowledged as record ${seq} and is record ${seqs.get(n)}`;
  }
  if (last > begun) return `events up to ${last} are there, though none behind ${begun} was begun`;
  return null;
}
