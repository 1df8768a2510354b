/** From two aligned runs to what differs, in order: steps that changed, and steps that only one of them has. Pure. */
import type { DiffStep } from "./steps.js";

/** In both, but not the same: of one kind, and of the same role or tool. */
export type Difference =
  | { readonly kind: "changed"; readonly a: DiffStep; readonly b: DiffStep }
  | { readonly kind: "only-a"; readonly a: DiffStep; readonly b?: undefined }
  | { readonly kind: "only-b"; readonly b: DiffStep; readonly a?: undefined };

export interface Steps {
  readonly a: readonly DiffStep[];
  readonly b: readonly DiffStep[];
}

/** `partner` is what `align` gives. */
export function listDifferences({ a, b }: Steps, partner: Int32Array): Difference[] {
  const differences: Difference[] = [];
  let aStart = 0;
  let bStart = 0;
  for (let at = 0; at <= a.length; at++) {
    const bEnd = at === a.length ? b.length : (partner[at] ?? -1);
    if (bEnd === -1) continue;
    for (const each of pairUp(a.slice(aStart, at), b.slice(bStart, bEnd))) differences.push(each);
    aStart = at + 1;
    bStart = bEnd + 1;
  }
  return differences;
}

/** Within a stretch that differs, steps of the same kind and name go together, in order. */
function* pairUp(a: readonly DiffStep[], b: readonly DiffStep[]): Generator<Difference> {
  const next = nextOfEach(b);
  let bDone = 0;
  for (const step of a) {
    const pair = next(step, bDone);
    if (pair === -1) {
      yield { kind: "only-a", a: step };
      continue;
    }
    for (const only of b.slice(bDone, pair)) yield { kind: "only-b", b: only };
    yield { kind: "changed", a: step, b: b[pair] as DiffStep };
    bDone = pair + 1;
  }
  for (const only of b.slice(bDone)) yield { kind: "only-b", b: only };
}

/** Finds the next step like one, at or behind a place that only rises; -1 where there is none near. */
function nextOfEach(steps: readonly DiffStep[]): (like: DiffStep, from: number) => number {
  const places = new Map<string, { readonly all: number[]; next: number }>();
  for (const [at, step] of steps.entries()) {
    const known = places.get(labelOf(step));
    if (known === undefined) places.set(labelOf(step), { all: [at], next: 0 });
    else known.all.push(at);
  }
  return (like, from) => {
    const found = places.get(labelOf(like));
    if (found === undefined) return -1;
    while ((found.all[found.next] ?? from) < from) found.next += 1;
    const place = found.all[found.next] ?? -1;
    // One that is far off would leave what lies between without a partner.
    return place - from <= NEAR ? place : -1;
  };
}

const NEAR = 8;

function labelOf({ kind, name }: DiffStep): string {
  // How a run ended is compared, not looked for.
  return kind === "end" ? kind : `${kind} ${name}`;
}
