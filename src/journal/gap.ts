/** Which records a damaged journal lacks, as far as that can be told. It looks at numbers, not at files. */
import type { Salvaged } from "./salvage.js";

export interface Gap {
  fromSeq: number;
  toSeq: number;
}

/** From the first to the last record that is missing; null where none is. `salvaged` ascends. */
export function findGap(lastSound: number, salvaged: readonly Salvaged[], mark: number): Gap | null {
  let fromSeq = 0;
  let toSeq = 0;
  const miss = (from: number, to: number) => {
    if (from > to) return;
    fromSeq ||= from;
    toSeq = to;
  };
  let next = lastSound + 1;
  for (const { seq } of salvaged) {
    miss(next, seq - 1);
    next = seq + 1;
  }
  // Without a mark beyond it, all that is known of a break that nothing follows is that a record stood there.
  miss(next, Math.max(mark, salvaged.length === 0 ? next : 0));
  return fromSeq === 0 ? null : { fromSeq, toSeq };
}
