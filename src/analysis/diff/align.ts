/**
 * Finds what two rows of keys have in common, in order: what both begin and end with, then the keys that each holds once,
 * then what lies between these. It ends quickly on any input; what it finds need not be the most there is. Pure.
 */

/** For each place of `a` the place of `b` that it goes with, rising; -1 where it goes with none. */
export function align(a: Int32Array, b: Int32Array): Int32Array {
  const partner = new Int32Array(a.length).fill(-1);
  const pending: Range[] = [{ aStart: 0, aEnd: a.length, bStart: 0, bEnd: b.length }];
  for (let range = pending.pop(); range !== undefined; range = pending.pop()) {
    const inner = trim(a, b, range, partner);
    if (inner.aStart === inner.aEnd || inner.bStart === inner.bEnd) continue;
    const anchors = risingAnchors(a, b, inner);
    if (anchors.length === 0) alignInWindows(a, b, inner, partner);
    else pending.push(...between(inner, anchors, partner));
  }
  return partner;
}

/** `a[aStart, aEnd)` and `b[bStart, bEnd)`. */
interface Range {
  readonly aStart: number;
  readonly aEnd: number;
  readonly bStart: number;
  readonly bEnd: number;
}

interface Anchor {
  readonly a: number;
  readonly b: number;
}

/** Joins what both begin and end with, and returns what is left. */
function trim(a: Int32Array, b: Int32Array, range: Range, partner: Int32Array): Range {
  let { aStart, aEnd, bStart, bEnd } = range;
  while (aStart < aEnd && bStart < bEnd && a[aStart] === b[bStart]) partner[aStart++] = bStart++;
  while (aStart < aEnd && bStart < bEnd && a[aEnd - 1] === b[bEnd - 1]) partner[--aEnd] = --bEnd;
  return { aStart, aEnd, bStart, bEnd };
}

/** Keys that stand once in each, as many of them as stand in the same order in both. */
function risingAnchors(a: Int32Array, b: Int32Array, { aStart, aEnd, bStart, bEnd }: Range): Anchor[] {
  const places = new Map<number, { a: number; b: number; inA: number; inB: number }>();
  for (let at = aStart; at < aEnd; at++) {
    const found = places.get(a[at] ?? 0);
    if (found === undefined) places.set(a[at] ?? 0, { a: at, b: -1, inA: 1, inB: 0 });
    else found.inA += 1;
  }
  for (let at = bStart; at < bEnd; at++) {
    const found = places.get(b[at] ?? 0);
    if (found === undefined) continue;
    found.b = at;
    found.inB += 1;
  }
  return longestRising([...places.values()].filter(({ inA, inB }) => inA === 1 && inB === 1));
}

/** By `b`; they rise by `a` as they are given. */
function longestRising(anchors: readonly Anchor[]): Anchor[] {
  /** The last of the best row of each length, and what each anchor follows. */
  const ends: number[] = [];
  const before = new Int32Array(anchors.length).fill(-1);
  for (const [index, { b }] of anchors.entries()) {
    let low = 0;
    let high = ends.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((anchors[ends[middle] ?? 0]?.b ?? 0) < b) low = middle + 1;
      else high = middle;
    }
    before[index] = low === 0 ? -1 : (ends[low - 1] ?? -1);
    ends[low] = index;
  }
  const rising: Anchor[] = [];
  for (let at = ends.at(-1) ?? -1; at >= 0; at = before[at] ?? -1) rising.push(anchors[at] as Anchor);
  return rising.reverse();
}

function between(range: Range, anchors: readonly Anchor[], partner: Int32Array): Range[] {
  const gaps: Range[] = [];
  let { aStart, bStart } = range;
  for (const { a, b } of anchors) {
    partner[a] = b;
    gaps.push({ aStart, aEnd: a, bStart, bEnd: b });
    aStart = a + 1;
    bStart = b + 1;
  }
  gaps.push({ aStart, aEnd: range.aEnd, bStart, bEnd: range.bEnd });
  return gaps.filter((gap) => gap.aStart < gap.aEnd && gap.bStart < gap.bEnd);
}

/** So many steps of each are compared with one another at a time. */
const WINDOW = 512;
const SIDE = WINDOW + 1;
const lengths = new Uint16Array(SIDE * SIDE);

/** Where nothing stands once: the longest common row of a window of each, and on from the last that they share. */
function alignInWindows(a: Int32Array, b: Int32Array, range: Range, partner: Int32Array): void {
  let { aStart, bStart } = range;
  while (aStart < range.aEnd && bStart < range.bEnd) {
    const aEnd = Math.min(range.aEnd, aStart + WINDOW);
    const bEnd = Math.min(range.bEnd, bStart + WINDOW);
    const last = alignWindow(a, b, { aStart, aEnd, bStart, bEnd }, partner);
    const isLast = aEnd === range.aEnd && bEnd === range.bEnd;
    if (isLast) return;
    aStart = last === null ? aEnd : last.a + 1;
    bStart = last === null ? bEnd : last.b + 1;
  }
}

/** Returns the last that go together; null where none do. */
function alignWindow(
  a: Int32Array,
  b: Int32Array,
  { aStart, aEnd, bStart, bEnd }: Range,
  partner: Int32Array,
): Anchor | null {
  const height = aEnd - aStart;
  const width = bEnd - bStart;
  for (let j = 0; j <= width; j++) lengths[height * SIDE + j] = 0;
  for (let i = height - 1; i >= 0; i--) {
    lengths[i * SIDE + width] = 0;
    for (let j = width - 1; j >= 0; j--) {
      const down = lengths[(i + 1) * SIDE + j] ?? 0;
      const right = lengths[i * SIDE + j + 1] ?? 0;
      const isSame = a[aStart + i] === b[bStart + j];
      lengths[i * SIDE + j] = isSame ? (lengths[(i + 1) * SIDE + j + 1] ?? 0) + 1 : Math.max(down, right);
    }
  }
  let last: Anchor | null = null;
  for (let i = 0, j = 0; i < height && j < width; ) {
    if (a[aStart + i] === b[bStart + j]) {
      last = { a: aStart + i, b: bStart + j };
      partner[last.a] = last.b;
      i += 1;
      j += 1;
    } else if ((lengths[(i + 1) * SIDE + j] ?? 0) >= (lengths[i * SIDE + j + 1] ?? 0)) i += 1;
    else j += 1;
  }
  return last;
}
