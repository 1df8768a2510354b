/**
 * The bytes a writer has written last and nobody has folded yet. Records are encoded straight into it, behind the
 * record before, so the bytes a hash covers lie contiguous and are hashed and written where they are: no line is
 * copied. It keeps about a megabyte and then uses its blocks again: fresh memory costs more than hashing does, and
 * what it lets go of stands in the file. It knows nothing of files.
 */
import { Buffer } from "node:buffer";
import { tooLong } from "../event/draft.js";
import { hashBytes } from "./chain.js";
import { encodeSeal, HASH_LENGTH, LINK_LENGTH, MAX_LINE_BYTES, SEAL_LENGTH } from "./line.js";

const FIRST_BLOCK_BYTES = 16 * 1024;
const MAX_BLOCK_BYTES = 256 * 1024;
const KEPT_BYTES = 1024 * 1024;
/** Up to this many characters the space for the worst case (3 bytes each) is cheaper than measuring. */
const MEASURED_LENGTH = 64 * 1024;
const SEAL_LINE_LENGTH = SEAL_LENGTH + 1;

/** Where encoded bytes lie: `block[start, end)`. */
export interface Extent {
  block: Buffer;
  start: number;
  end: number;
}

/** What was not folded yet, in order: so many bytes that only the file has, and behind them these. */
export interface Unfolded {
  spilledBytes: number;
  /** Whole lines, valid until the next record is added. */
  pieces: Buffer[];
}

export class Arena {
  #block: Buffer = Buffer.allocUnsafeSlow(FIRST_BLOCK_BYTES);
  /** Where the hash of the newest record begins; 0 before the first. */
  #link = 0;
  #end = 0;
  /** Where the bytes that are not folded begin, in the current block; those of blocks before it are in `#full`. */
  #unfolded = 0;
  #full: Extent[] = [];
  #fullBytes = 0;
  #spilledBytes = 0;
  #spare: Buffer | null = null;
  #hash: string;

  /** `hash` is the last record's; "" in front of the first. */
  constructor(hash: string) {
    this.#hash = hash;
    if (hash !== "") {
      this.#end = this.#block.write(`${hash}"}\n`, 0, "latin1");
      this.#unfolded = this.#end;
    }
  }

  /** The newest record's hash. */
  get hash(): string {
    return this.#hash;
  }

  get end(): number {
    return this.#end;
  }

  /**
   * Makes room for `lines`, so that all of them will lie in one block, and returns where they begin.
   * Throws INVALID_EVENT where one exceeds `MAX_LINE_BYTES`.
   */
  reserve(lines: readonly string[]): Extent {
    let needed = 0;
    for (const line of lines) {
      const bytes = line.length > MEASURED_LENGTH ? Buffer.byteLength(line) : line.length * 3;
      if (bytes + SEAL_LINE_LENGTH > MAX_LINE_BYTES) throw tooLong();
      needed += bytes + SEAL_LINE_LENGTH;
    }
    if (this.#end + needed > this.#block.length) this.#startBlock(needed);
    return { block: this.#block, start: this.#end, end: this.#end };
  }

  /** Appends one line and its seal within the extent last reserved. */
  add(extent: Extent, unsealed: string): void {
    const end = this.#end + this.#block.write(unsealed, this.#end, "utf8");
    this.#hash = hashBytes(this.#block.subarray(this.#link, end));
    this.#end = end + this.#block.write(encodeSeal(this.#hash), end, "latin1");
    this.#link = this.#end - LINK_LENGTH;
    extent.end = this.#end;
  }

  /** Forgets the lines of an extent that could not be written. */
  takeBack(extent: Extent): void {
    this.#end = extent.start;
    this.#link = Math.max(0, extent.start - LINK_LENGTH);
    this.#hash = this.#block.toString("latin1", this.#link, Math.min(this.#link + HASH_LENGTH, extent.start));
  }

  /** Hands over what is not folded yet, and keeps it no longer. */
  takeUnfolded(): Unfolded {
    const pieces = this.#full.map(({ block, start, end }) => block.subarray(start, end));
    if (this.#end > this.#unfolded) pieces.push(this.#block.subarray(this.#unfolded, this.#end));
    const unfolded = { spilledBytes: this.#spilledBytes, pieces };
    this.#full = [];
    this.#fullBytes = 0;
    this.#spilledBytes = 0;
    this.#unfolded = this.#end;
    return unfolded;
  }

  #startBlock(needed: number): void {
    const old = this.#block;
    const isFolded = this.#end === this.#unfolded;
    if (!isFolded) this.#keep({ block: old, start: this.#unfolded, end: this.#end });
    const size = Math.max(LINK_LENGTH + needed, Math.min(old.length * 2, MAX_BLOCK_BYTES));
    this.#block = this.#takeBlock(size, isFolded ? old : this.#spare);
    this.#end = old.copy(this.#block, 0, this.#link, this.#end);
    this.#unfolded = this.#end;
    this.#link = 0;
  }

  #keep(extent: Extent): void {
    this.#full.push(extent);
    this.#fullBytes += extent.end - extent.start;
    while (this.#fullBytes > KEPT_BYTES) {
      const spilled = this.#full.shift();
      if (spilled === undefined) return;
      const bytes = spilled.end - spilled.start;
      this.#fullBytes -= bytes;
      this.#spilledBytes += bytes;
      // The newest block still holds the link that the next record begins with.
      if (spilled !== extent) this.#spare = spilled.block;
    }
  }

  /** Blocks of the usual size are used again; one that was made for a long line is not kept for short ones. */
  #takeBlock(size: number, again: Buffer | null): Buffer {
    if (again === null || again.length < size || again.length > MAX_BLOCK_BYTES)
      return Buffer.allocUnsafeSlow(size);
    if (again === this.#spare) this.#spare = null;
    return again;
  }
}
