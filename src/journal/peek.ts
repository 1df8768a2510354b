/** Reads single records from the two ends of a journal, without reading what is between. */
import { Buffer } from "node:buffer";
import { isSeal } from "../event/seal.js";
import type { JournalRecord } from "../event/types.js";
import type { Files } from "../files/files.js";
import { readAll } from "./copy.js";
import { decodeLine, LINE_FEED, MAX_LINE_BYTES } from "./line.js";
import { RawLines } from "./raw-lines.js";

const FIRST_READ_BYTES = 4096;
/** For first reads, which end before the next begins. */
const piece = Buffer.allocUnsafeSlow(FIRST_READ_BYTES);

/** The record whose line ends at `endByte`, its line feed included; null where there is none. Its hash is not checked. */
export function readRecordBefore(files: Files, fd: number, endByte: number): JournalRecord | null {
  // A line is no longer than that, and the file may be longer than memory.
  const most = Math.min(endByte, MAX_LINE_BYTES + 1);
  for (let length = Math.min(FIRST_READ_BYTES, most); length > 0; length = Math.min(length * 4, most)) {
    // No views of it are made: this is done for every session of a listing, and each takes most of a microsecond.
    const bytes = length <= piece.length ? piece : Buffer.allocUnsafe(length);
    const got = readAll(files, fd, bytes, 0, length, endByte - length);
    if (got < length || bytes[length - 1] !== LINE_FEED) return null;
    const before = length === 1 ? -1 : bytes.lastIndexOf(LINE_FEED, length - 2);
    if (before === -1 && length < most) continue;
    if (before === -1 && length < endByte) return null;
    const record = decodeLine(bytes, before + 1, length - 1);
    return typeof record === "string" ? null : record;
  }
  return null;
}

/**
 * The same, or the record before it where that is a seal: what a run says of itself last. Behind a seal there is never
 * another at once.
 */
export function lastWordBefore(files: Files, fd: number, endByte: number): JournalRecord | null {
  const last = readRecordBefore(files, fd, endByte);
  if (last === null || !isSeal(last)) return last;
  // Of a few hundred bytes, so they are still in the piece that was read.
  const sealLine = Math.min(endByte, FIRST_READ_BYTES);
  const before = piece.lastIndexOf(LINE_FEED, sealLine - 2);
  return before === -1 ? null : readRecordBefore(files, fd, endByte - sealLine + before + 1);
}

/**
 * The first record and the last word before `endByte`; null where that does not say enough, or either is none.
 */
export function readEnds<Last extends JournalRecord>(
  files: Files,
  fd: number,
  endByte: number,
  saysEnough: (last: JournalRecord | null) => last is Last,
): { first: JournalRecord; last: Last } | null {
  const last = lastWordBefore(files, fd, endByte);
  if (!saysEnough(last)) return null;
  // A short journal lies in the piece already, as a whole.
  const isHere = endByte <= FIRST_READ_BYTES;
  const first = isHere ? firstRecordIn(files, fd, endByte) : readFirstRecord(files, fd);
  return first === null ? null : { first, last };
}

/** The last record that is whole, whatever a crash left behind it; null where there is none. */
export function readLastRecord(files: Files, fd: number): JournalRecord | null {
  const chunk = Buffer.allocUnsafe(FIRST_READ_BYTES);
  for (let end = files.stat(fd).sizeBytes; end > 0; end -= FIRST_READ_BYTES) {
    const start = Math.max(0, end - FIRST_READ_BYTES);
    const got = files.read(fd, chunk, 0, end - start, start);
    const lineFeed = chunk.subarray(0, got).lastIndexOf(LINE_FEED);
    if (lineFeed !== -1) return readRecordBefore(files, fd, start + lineFeed + 1);
  }
  return null;
}

/** The first record; null where there is none. Its hash is not checked. */
export function readFirstRecord(files: Files, fd: number): JournalRecord | null {
  return firstRecordIn(files, fd, readAll(files, fd, piece, 0, FIRST_READ_BYTES, 0));
}

/** Of a journal whose first `got` bytes are in `piece`. */
function firstRecordIn(files: Files, fd: number, got: number): JournalRecord | null {
  const end = piece.indexOf(LINE_FEED);
  const line = end === -1 || end >= got ? readFirstLine(files, fd) : piece;
  if (line === null) return null;
  const record = line === piece ? decodeLine(piece, 0, end) : decodeLine(line);
  return typeof record === "string" ? null : record;
}

/** Of any length. */
function readFirstLine(files: Files, fd: number): Buffer | null {
  const lines = new RawLines(files, fd, 0, FIRST_READ_BYTES);
  return lines.next() ? lines.bytes : null;
}
