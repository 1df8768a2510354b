/**
 * Cuts a foreign source into lines at the byte 0x0A and at nothing else, one line in memory at a time. A line that is
 * longer than any event may be is passed over and told of; the last line need not end.
 */
import { Buffer } from "node:buffer";

const LINE_FEED = 0x0a;

export interface FramedLine {
  /** Counted from 1. */
  readonly number: number;
  /** Without its line feed; null where it is too long. Valid until the next line is asked for. */
  readonly bytes: Uint8Array | null;
}

export class LineFramer {
  readonly #maxBytes: number;
  #pieces: Uint8Array[] = [];
  #length = 0;
  #number = 1;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Of the line under way. */
  get lineNumber(): number {
    return this.#number;
  }

  *push(chunk: Uint8Array): Generator<FramedLine, void> {
    let start = 0;
    for (;;) {
      const found = chunk.indexOf(LINE_FEED, start);
      this.#keep(chunk.subarray(start, found === -1 ? chunk.length : found));
      if (found === -1) return;
      yield this.#take();
      start = found + 1;
    }
  }

  *end(): Generator<FramedLine, void> {
    if (this.#length > 0) yield this.#take();
  }

  #keep(piece: Uint8Array): void {
    if (piece.length === 0) return;
    this.#length += piece.length;
    if (this.#length > this.#maxBytes) this.#pieces = [];
    else this.#pieces.push(piece);
  }

  #take(): FramedLine {
    const pieces = this.#pieces;
    const isTooLong = this.#length > this.#maxBytes;
    const length = this.#length;
    this.#pieces = [];
    this.#length = 0;
    const number = this.#number++;
    if (isTooLong) return { number, bytes: null };
    const [only] = pieces;
    return {
      number,
      bytes: pieces.length === 1 && only !== undefined ? only : Buffer.concat(pieces, length),
    };
  }
}
