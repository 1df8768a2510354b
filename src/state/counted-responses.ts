/**
 * What was counted for each response, kept in flat arrays: a journal may have hundreds of thousands of responses, and
 * as strings and objects they take 170 to 300 bytes each, here about 100. Exact: ids are compared whole, never only by
 * their hash.
 */
import type { CountedUsage } from "./types.js";

const KEYS = ["input", "output", "cacheRead", "cacheWrite", "reasoning", "costUsd"] as const;
/** Stands for a detail that was not told: no figure of a record is like that. */
const UNTOLD = Number.NaN;
const LEAST = 16;

type Column = Float64Array<ArrayBuffer>;

export class CountedResponses {
  /** Of each response, in the order in which they came: its figures, where its id ends, and the hash of that. */
  readonly #figures: { [Key in (typeof KEYS)[number]]?: Column } = {};
  #ends: Column = new Float64Array(LEAST);
  #hashes = new Uint32Array(LEAST);
  /** The ids, one behind the other. */
  #ids = new Uint8Array(LEAST * 32);
  #count = 0;
  /** Open addressing: the number of a response, counted from 1, at the place that its hash tells, or behind it. */
  #slots = new Uint32Array(LEAST * 2);

  get size(): number {
    return this.#count;
  }

  get(responseId: string): CountedUsage | undefined {
    const index = this.#find(responseId, hashOf(responseId));
    if (index === -1) return undefined;
    const counted: CountedUsage = { input: 0, output: 0 };
    for (const key of KEYS) {
      const value = this.#figures[key]?.[index] ?? UNTOLD;
      if (!Number.isNaN(value)) counted[key] = value;
    }
    return counted;
  }

  set(responseId: string, counted: CountedUsage): void {
    const hash = hashOf(responseId);
    let index = this.#find(responseId, hash);
    if (index === -1) index = this.#add(responseId, hash);
    for (const key of KEYS) {
      const value = counted[key] ?? UNTOLD;
      let column = this.#figures[key];
      if (column === undefined && Number.isNaN(value)) continue;
      if (column === undefined || index >= column.length) {
        column = grown(column ?? new Float64Array(0), this.#ends.length);
        this.#figures[key] = column;
      }
      column[index] = value;
    }
  }

  #find(id: string, hash: number): number {
    const last = this.#slots.length - 1;
    for (let at = hash & last; ; at = (at + 1) & last) {
      const index = (this.#slots[at] ?? 0) - 1;
      if (index === -1) return -1;
      if (this.#hashes[index] === hash && this.#isId(index, id)) return index;
    }
  }

  #add(id: string, hash: number): number {
    const index = this.#count;
    if (index === this.#hashes.length) this.#grow();
    const start = this.#endOf(index - 1);
    while (start + id.length * BYTES_AT_MOST > this.#ids.length) this.#ids = grownBytes(this.#ids);
    this.#hashes[index] = hash;
    this.#ends[index] = encode(id, this.#ids, start);
    this.#place(index);
    this.#count += 1;
    return index;
  }

  #grow(): void {
    const room = this.#hashes.length * 2;
    this.#ends = grown(this.#ends, room);
    const hashes = new Uint32Array(room);
    hashes.set(this.#hashes);
    this.#hashes = hashes;
    this.#slots = new Uint32Array(room * 2);
    for (let index = 0; index < this.#count; index++) this.#place(index);
  }

  #place(index: number): void {
    const last = this.#slots.length - 1;
    let at = (this.#hashes[index] ?? 0) & last;
    while (this.#slots[at] !== 0) at = (at + 1) & last;
    this.#slots[at] = index + 1;
  }

  #endOf(index: number): number {
    return index < 0 ? 0 : (this.#ends[index] ?? 0);
  }

  #isId(index: number, id: string): boolean {
    let at = this.#endOf(index - 1);
    for (let unit = 0; unit < id.length; unit++) {
      const code = id.charCodeAt(unit);
      if (code < WIDE) {
        if (this.#ids[at++] !== code) return false;
      } else if (
        this.#ids[at++] !== WIDE ||
        this.#ids[at++] !== code >> 8 ||
        this.#ids[at++] !== (code & 255)
      )
        return false;
    }
    return at === this.#endOf(index);
  }
}

/** Stands before a code unit of two bytes. UTF-8 would not do: it has no form for half of a surrogate pair. */
const WIDE = 0xff;
const BYTES_AT_MOST = 3;

/** Writes the id and returns where it ends. */
function encode(id: string, target: Uint8Array, start: number): number {
  let at = start;
  for (let unit = 0; unit < id.length; unit++) {
    const code = id.charCodeAt(unit);
    if (code >= WIDE) {
      target[at++] = WIDE;
      target[at++] = code >> 8;
    }
    target[at++] = code & 255;
  }
  return at;
}

/** FNV-1a over the code units, mixed once more so that its low bits depend on all of them. */
function hashOf(id: string): number {
  let hash = 0x811c9dc5;
  for (let unit = 0; unit < id.length; unit++) hash = Math.imul(hash ^ id.charCodeAt(unit), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return (hash ^ (hash >>> 13)) >>> 0;
}

function grown(from: Column, room: number): Column {
  const column = new Float64Array(room).fill(UNTOLD, from.length);
  column.set(from);
  return column;
}

function grownBytes(from: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(from.length * 2);
  bytes.set(from);
  return bytes;
}
