/** What storage and people do to a journal that nobody is writing, and which events that excuses. */
import { pick } from "../support/fault-random.js";

export interface Harm {
  readonly what: string;
  readonly bytes: Buffer;
  /** The places in the original that are not there any more as they were. */
  readonly from: number;
  readonly to: number;
}

/** A line's seal, with the link to the next one. */
const SEAL_BYTES = 55;

type Harmer = (bytes: Buffer, random: () => number) => Harm;

const below = (random: () => number, n: number): number => Math.floor(random() * n);

/** Other bytes, of the same number, in a range. */
const overwrite =
  (what: string, longest: number, fill: (random: () => number, old: number) => number): Harmer =>
  (bytes, random) => {
    const from = below(random, bytes.length);
    const to = Math.min(bytes.length, from + 1 + below(random, longest));
    const harmed = Buffer.from(bytes);
    for (let at = from; at < to; at += 1) harmed[at] = fill(random, harmed[at] as number) & 0xff;
    return { what: `${what} at bytes ${from} to ${to}`, bytes: harmed, from, to };
  };

const cut: Harmer = (bytes, random) => {
  const from = below(random, bytes.length);
  return { what: `cut at byte ${from}`, bytes: bytes.subarray(0, from), from, to: bytes.length };
};

const removeRange: Harmer = (bytes, random) => {
  const from = below(random, bytes.length);
  const to = Math.min(bytes.length, from + 1 + below(random, 600));
  const harmed = Buffer.concat([bytes.subarray(0, from), bytes.subarray(to)]);
  return { what: `without bytes ${from} to ${to}`, bytes: harmed, from, to };
};

const insert: Harmer = (bytes, random) => {
  const at = below(random, bytes.length);
  const garbage = Buffer.from(Array.from({ length: 1 + below(random, 80) }, () => below(random, 256)));
  const harmed = Buffer.concat([bytes.subarray(0, at), garbage, bytes.subarray(at)]);
  return { what: `with ${garbage.length} bytes more at byte ${at}`, bytes: harmed, from: at, to: at + 1 };
};

const appendForeign: Harmer = (bytes, random) => {
  const text = pick(random, ["once upon a time\n", '{"seq":', "\n", "{}\n{}\n"]);
  const harmed = Buffer.concat([bytes, Buffer.from(text)]);
  return {
    what: `with ${JSON.stringify(text)} behind it`,
    bytes: harmed,
    from: bytes.length,
    to: bytes.length,
  };
};

export const harmers: readonly Harmer[] = [
  overwrite("one bit flipped", 1, (random, old) => old ^ (1 << below(random, 8))),
  overwrite("garbage", 40, (random, old) => old ^ (1 + below(random, 255))),
  overwrite("garbage", 1_500, (random) => below(random, 256)),
  overwrite("zeros", 700, () => 0),
  cut,
  removeRange,
  insert,
  appendForeign,
];

/** By seq from 0: whether the record may be gone after such harm, the one behind a broken seal included. */
export function excusedBy({ from, to }: Harm, bytes: Buffer, records: number): boolean[] {
  const excused: boolean[] = [];
  let start = 0;
  let isNextUnproved = false;
  for (let i = 0; i < records; i += 1) {
    const end = bytes.indexOf(0x0a, start) + 1;
    const isHit = from < end && to > start;
    excused.push(isHit || isNextUnproved);
    isNextUnproved = isHit && to > end - SEAL_BYTES;
    start = end;
  }
  return excused;
}
