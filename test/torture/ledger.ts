/**
 * What one session has said of its events, kept outside of the code under test: which were asked for, which were acknowledged, and
 * which of those must survive the machine. It is compared with the bytes on disk and never learns an event from them
 * that nobody asked for.
 */
import { isDeepStrictEqual } from "node:util";
import type { Judged, OracleRecord } from "./journal-oracle.js";
import { demand } from "./violation.js";

export interface Entry {
  readonly type: string;
  readonly data: unknown;
}

/** What must be found on a disk that was taken at some moment. */
export interface Claim {
  readonly id: string;
  readonly entries: readonly Entry[];
  /** So many of the first entries must be there. */
  readonly required: number;
  readonly saved: number;
  readonly kept: ReadonlyMap<string, Buffer>;
  readonly hasBegun: boolean;
  readonly hasGaps: boolean;
  readonly isThinned: boolean;
}

/** Types that a runtime cannot write. */
const OWN = /^(session|writer|journal)\./;
const TAG = /tag-\d+-end/;

export class Ledger {
  /** By seq: what was acknowledged, and what a death left of that which was not. */
  entries: readonly Entry[] = [];
  /** So many of them must survive the machine. */
  promised = 0;
  /** A failed sync dropped pages, and the cache has forgotten them: what was not promised need not be there. */
  hasForgotten = false;
  /** The snapshot reaches at least so far. */
  saved = 0;
  /** The harness has harmed the journal, and no repair has mended it. */
  isHarmed = false;
  /** Records were lost by harm: calls need not pair any more. */
  hasGaps = false;
  /** A removal that was cut short has taken some of the files that were kept. */
  isThinned = false;
  /** A removal of the session was begun: it may be there whole, or not at all. */
  isGoing = false;
  /** Files that a recovery or repair has kept. */
  kept = new Map<string, Buffer>();
  readonly #refused = new Set<string>();
  readonly #asked = new Set<string>();

  constructor(readonly id: string) {}

  get hasBegun(): boolean {
    return this.entries.length > 0;
  }
  get hasEnded(): boolean {
    return this.entries.some(({ type }) => type === "session.ended");
  }

  ask(entries: readonly Entry[]): void {
    for (const entry of entries) this.#asked.add(tagOf(entry));
  }

  refuse(entries: readonly Entry[]): void {
    for (const entry of entries) this.#refused.add(tagOf(entry));
  }

  acknowledge(entries: readonly Entry[]): void {
    this.entries = [...this.entries, ...entries];
  }

  promise(seq: number): void {
    this.promised = Math.max(this.promised, Math.min(seq, this.entries.length));
  }

  /** What must be there when the process dies, and when the machine does. */
  claim(what: "written" | "promised"): Claim {
    const { id, entries, promised, saved, hasBegun, hasGaps, isThinned } = this;
    const required = what === "written" && !this.hasForgotten ? entries.length : promised;
    const going = { required: 0, saved: 0, kept: new Map<string, Buffer>(), hasBegun: false };
    return {
      id,
      entries,
      required,
      saved,
      kept: new Map(this.kept),
      hasBegun,
      hasGaps,
      isThinned,
      ...(this.isGoing ? going : {}),
    };
  }

  /** Takes over what is there beyond what was acknowledged: it was asked for and cut short, or is the library's own. */
  adopt({ records }: Pick<Judged, "records">, afterPowerCut = false): void {
    const known = new Set(this.entries.map(tagOf));
    const more = records.slice(this.entries.length);
    for (const { seq, type, data } of more) {
      const tag = tagOf({ type, data });
      if (OWN.test(type) || tag === "" || isInferred(data)) continue;
      demand("invented", this.#asked.has(tag), `${this.id}: record ${seq}, ${tag}, was never asked for`);
      // That a failed write was cut off again need not have reached the disk.
      const isRefused = this.#refused.has(tag) && !afterPowerCut;
      demand("invented", !isRefused, `${this.id}: record ${seq}, ${tag}, was refused`);
      demand("invented", !known.has(tag), `${this.id}: record ${seq}, ${tag}, is there twice`);
      known.add(tag);
    }
    this.acknowledge(more.map(({ type, data }) => ({ type, data })));
  }

  /** After the machine died, or pages were forgotten: what is there is all there is, and durable or made so. */
  rebase(found: Judged, afterPowerCut = false): void {
    const { records } = found;
    const stays = this.entries.findIndex(
      (entry, i) => records[i] === undefined || !isSame(entry, records[i]),
    );
    if (stays !== -1) this.entries = this.entries.slice(0, stays);
    this.adopt(found, afterPowerCut);
    this.promised = this.entries.length;
    this.hasForgotten = false;
  }

  /** After a repair: its records are the session now. */
  replace(records: readonly OracleRecord[]): void {
    this.entries = records.map(({ type, data }) => ({ type, data }));
    this.promised = this.entries.length;
    this.hasForgotten = false;
    this.hasGaps ||= this.isHarmed;
    this.isHarmed = false;
  }

  /** The session is gone, because it was removed. */
  forget(): void {
    this.entries = [];
    this.promised = 0;
    this.saved = 0;
    this.isHarmed = false;
    this.hasGaps = false;
    this.isThinned = false;
    this.isGoing = false;
    this.hasForgotten = false;
    this.kept = new Map();
  }
}

/** Whether the records are what was acknowledged, as far as they must be there. */
export function checkRecords({ id, entries, required }: Claim, records: readonly OracleRecord[]): void {
  demand("lost", records.length >= required, `${id}: ${records.length} records of ${required} are there`);
  for (const [i, entry] of entries.slice(0, records.length).entries()) {
    const record = records[i] as OracleRecord;
    // Beyond what is required another event may stand there: the one that was there is gone.
    if (i >= required && !isSame(entry, record)) return;
    demand(
      "lost",
      isSame(entry, record),
      () => `${id}: record ${i + 1} is ${shown(record)} and was ${shown(entry)}`,
    );
  }
}

export function isSame(entry: Entry, record: Entry): boolean {
  return entry.type === record.type && isDeepStrictEqual(entry.data, record.data);
}

/** The text that only this event has; "" where it has none. */
function tagOf({ type, data }: Entry): string {
  const tag = TAG.exec(JSON.stringify(data))?.[0];
  return tag === undefined ? "" : `${type} ${tag}`;
}

/** Whether a repair has said it: that a call was interrupted. */
function isInferred(data: OracleRecord["data"]): boolean {
  return (data.result as { error?: unknown } | undefined)?.error === "interrupted";
}

function shown({ type, data }: Entry): string {
  return `${type} ${JSON.stringify(data) ?? ""}`.slice(0, 160);
}
