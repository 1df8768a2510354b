/**
 * Whether the record that a cursor names still stands where the cursor says: the right hash at its end, and the right
 * seq at its beginning. It reads the two ends of that one line and nothing else.
 */
import { Buffer } from "node:buffer";
import type { Files } from "../files/files.js";
import { readAll } from "./copy.js";
import type { Cursor } from "./cursor.js";
import { beginsAs, LINE_FEED, LINK_LENGTH } from "./line.js";

const CHUNK_BYTES = 16 * 1024;
/** Enough for `{"seq":`, the longest seq there can be, and `,"time":"`. */
const OPENING_BYTES = 64;

export function isRecordAt(files: Files, fd: number, { seq, byteOffset, hash }: Cursor): boolean {
  if (seq < 1 || byteOffset < LINK_LENGTH) return false;
  const link = Buffer.alloc(LINK_LENGTH);
  readAll(files, fd, link, 0, LINK_LENGTH, byteOffset - LINK_LENGTH);
  if (link.toString("latin1") !== `${hash}"}\n`) return false;
  const opening = Buffer.alloc(OPENING_BYTES);
  readAll(files, fd, opening, 0, OPENING_BYTES, findLineStart(files, fd, byteOffset - LINK_LENGTH));
  return beginsAs(seq, opening, 0);
}

/** Where the line begins that the byte before `from` is in. */
function findLineStart(files: Files, fd: number, from: number): number {
  const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
  for (let end = from; end > 0; end -= CHUNK_BYTES) {
    const start = Math.max(0, end - CHUNK_BYTES);
    const got = readAll(files, fd, chunk, 0, end - start, start);
    const lineFeed = chunk.subarray(0, got).lastIndexOf(LINE_FEED);
    if (lineFeed !== -1) return start + lineFeed + 1;
  }
  return 0;
}
