/**
 * Walks a journal's lines as far as they are sound: framed on 0x0A, the next seq, the right hash. It
 * stops at the first that is not, and says why; what that means is the verdict's business. It reads
 * through a window that holds one line at a time, so memory is bounded by the longest line.
 */
import { Buffer, isAscii } from "node:buffer";
import { unsupportedFormat } from "../errors.js";
import { FORMAT_VERSION } from "../event/format-version.js";
import { isStarted } from "../event/guards.js";
import type { JournalRecord } from "../event/types.js";
import type { Files } from "../files/files.js";
import { hashBytes } from "./chain.js";
import { readAll } from "./copy.js";
import { type Cursor, START } from "./cursor.js";
import {
  beginsAs,
  decodeLine,
  decodeText,
  isSealedWith,
  LINE_FEED,
  LINK_LENGTH,
  MAX_LINE_BYTES,
  SEAL_LENGTH,
  sealedHash,
  sealedMark,
} from "./line.js";
import { isRecordAt } from "./named-record.js";

const FIRST_WINDOW_BYTES = 64 * 1024;
const FULL_WINDOW_BYTES = 256 * 1024;
/** More of it at once makes the heap put it where it costs more. */
const TEXT_BYTES = FIRST_WINDOW_BYTES;

/** The first line that is not sound. */
export interface Break {
  /** Counted from 1; as seq has no gaps, also the seq that the line should have. */
  readonly line: number;
  readonly byteOffset: number;
  readonly reason: string;
}

export interface ScanOptions {
  /** Where to begin; the record that ends there is taken as sound. */
  readonly from?: Cursor | undefined;
  /** The id that the first record must name; not checked where it is undefined. */
  readonly sessionId?: string | undefined;
  readonly path: string;
}

export class JournalScan {
  readonly #files: Files;
  readonly #fd: number;
  readonly #options: ScanOptions;
  #window: Buffer;
  /** The window holds the file's bytes from `#windowOffset`; `#filled` of them are there. */
  #windowOffset: number;
  #filled = 0;
  /** In the window: where the next line begins, and up to where it was searched for its end. */
  #lineStart: number;
  #searched: number;

  /** In the window: the line last found sound. */
  #soundStart = 0;
  #soundEnd = 0;

  /**
   * The window's bytes `[#textStart, #textEnd)`, one character for each: to make one text of many lines costs a
   * fraction of making one of each. Of a line too long for it only the seal.
   */
  #text = "";
  #textStart = 0;
  #textEnd = 0;
  #isTextAscii = false;

  /** Just behind the last sound line. */
  cursor: Cursor;
  /** The highest mark that the sound lines carry. */
  mark = 0;
  break: Break | null = null;
  /** False where the record that the scan was to begin behind is not there any more. */
  linked = true;

  constructor(files: Files, fd: number, options: ScanOptions) {
    this.#files = files;
    this.#fd = fd;
    this.#options = options;
    this.cursor = options.from ?? START;
    this.#window = Buffer.allocUnsafeSlow(FIRST_WINDOW_BYTES);
    this.#windowOffset = this.cursor.byteOffset;
    this.#lineStart = 0;
    this.#searched = 0;
    if (this.cursor.seq > 0 || this.cursor.byteOffset > 0) this.#readLink();
  }

  /** Bytes of the file that were read so far. */
  get bytesRead(): number {
    return this.#windowOffset + this.#filled;
  }

  /** The line last found sound, without its line feed; valid until the next call of `next` or `read`. */
  get line(): Buffer {
    return this.#window.subarray(this.#soundStart, this.#soundEnd);
  }

  /** What `decodeLine` makes of that line. */
  decode(): JournalRecord | string {
    const [start, end, seq] = [this.#soundStart, this.#soundEnd, this.cursor.seq];
    if (!this.#isTextAscii) return decodeLine(this.#window, start, end, seq);
    return decodeText(this.#text.slice(start - this.#textStart, end - this.#textStart), seq);
  }

  /** True once the next sound line is in `line`; false where more bytes are needed, or at a break. */
  next(): boolean {
    if (this.break !== null) return false;
    const end = this.#window.indexOf(LINE_FEED, this.#searched);
    if (end === -1 || end >= this.#filled) {
      this.#searched = this.#filled;
      if (this.#filled - this.#lineStart >= MAX_LINE_BYTES) this.#stop("it is longer than 256 MiB");
      return false;
    }
    const reason = this.#check(end);
    if (reason !== null) {
      this.#stop(reason);
      return false;
    }
    this.#soundStart = this.#lineStart;
    this.#soundEnd = end;
    this.#lineStart = this.#searched = end + 1;
    return true;
  }

  /** Reads more of the file; false at its present end. It may be called again when the file has grown. */
  read(): boolean {
    this.#makeRoom();
    const room = this.#window.length - this.#filled;
    const got = this.#files.read(this.#fd, this.#window, this.#filled, room, this.bytesRead);
    this.#filled += got;
    return got > 0;
  }

  /** At the end of the file: whatever is left behind the last line is a break. */
  finish(): void {
    if (this.break === null && this.#filled > this.#lineStart) this.#stop("it does not end in a line feed");
  }

  /** Turns down a line that `next` found sound, for what it holds. */
  reject(before: Cursor, reason: string): void {
    this.cursor = before;
    this.#stop(reason);
  }

  #stop(reason: string): void {
    this.break = { line: this.cursor.seq + 1, byteOffset: this.cursor.byteOffset, reason };
  }

  /** The hash of the next record begins inside the record before, which must still be the one it was. */
  #readLink(): void {
    this.linked = isRecordAt(this.#files, this.#fd, this.cursor);
    if (!this.linked) {
      this.#stop("the record before it is gone");
      return;
    }
    this.#windowOffset -= LINK_LENGTH;
    this.#filled = readAll(this.#files, this.#fd, this.#window, 0, LINK_LENGTH, this.#windowOffset);
    this.#lineStart = this.#searched = LINK_LENGTH;
  }

  #check(end: number): string | null {
    const window = this.#window;
    const start = this.#lineStart;
    const seq = this.cursor.seq + 1;
    const linkStart = this.cursor.seq === 0 ? 0 : start - LINK_LENGTH;
    const unfit = seq === 1 ? this.#checkFirst(start, end) : null;
    if (!beginsAs(seq, window, start)) return `it does not begin as record ${seq}`;
    const hash = hashBytes(window.subarray(linkStart, Math.max(linkStart, end - SEAL_LENGTH)));
    if (!this.#isSealed(hash, start, end)) {
      const hasSeal = sealedHash(window, start, end) !== null;
      return hasSeal ? "its hash is not that of its bytes" : "it does not end in a hash";
    }
    if (unfit !== null) return unfit;
    const mark = sealedMark(window, start, end);
    if (mark >= seq) return "its mark lies beyond it";
    if (mark > this.mark) this.mark = mark;
    this.cursor = { seq, byteOffset: this.#windowOffset + end + 1, hash };
    return null;
  }

  #isSealed(hash: string, start: number, end: number): boolean {
    const sealStart = end - SEAL_LENGTH;
    if (sealStart <= start) return false;
    if (start < this.#textStart || end > this.#textEnd) this.#makeText(start, end);
    return isSealedWith(hash, this.#text, sealStart - this.#textStart);
  }

  #makeText(start: number, end: number): void {
    const isLong = end - start > TEXT_BYTES;
    this.#textStart = isLong ? end - SEAL_LENGTH : start;
    this.#textEnd = isLong ? end : Math.min(this.#filled, start + TEXT_BYTES);
    this.#text = this.#window.toString("latin1", this.#textStart, this.#textEnd);
    this.#isTextAscii = !isLong && isAscii(this.#window.subarray(this.#textStart, this.#textEnd));
  }

  /** Before anything else, and before the hash: a later format may seal its lines in another way. */
  #checkFirst(start: number, end: number): string | null {
    const record = decodeLine(this.#window, start, end);
    if (typeof record === "string") return record;
    const { formatVersion, sessionId } = record.data;
    if (typeof formatVersion === "number" && formatVersion > FORMAT_VERSION) {
      throw unsupportedFormat(this.#options.path, formatVersion, FORMAT_VERSION);
    }
    const isVersion = Number.isInteger(formatVersion) && (formatVersion as number) >= 1;
    if (record.type !== "session.started" || !isVersion) {
      return "it is no session.started with a formatVersion";
    }
    const expected = this.#options.sessionId;
    if (expected !== undefined && sessionId !== expected) return `it names another session than ${expected}`;
    // Without it nothing is known of the session, not even which it is.
    return isStarted(record.data) ? null : "its data has not the form of session.started";
  }

  /** Moves what is still needed to the front; grows the window where one line fills it. */
  #makeRoom(): void {
    this.#textStart = this.#textEnd = 0;
    const keepFrom = this.cursor.seq === 0 ? this.#lineStart : this.#lineStart - LINK_LENGTH;
    if (keepFrom > 0) {
      this.#window.copyWithin(0, keepFrom, this.#filled);
      this.#windowOffset += keepFrom;
      this.#filled -= keepFrom;
      this.#lineStart -= keepFrom;
      this.#searched -= keepFrom;
    }
    if (this.#filled > this.#window.length / 2) {
      const size = this.#window.length < FULL_WINDOW_BYTES ? FULL_WINDOW_BYTES : this.#window.length * 2;
      const window = Buffer.allocUnsafeSlow(Math.min(size, MAX_LINE_BYTES + LINK_LENGTH + FULL_WINDOW_BYTES));
      this.#window.copy(window, 0, 0, this.#filled);
      this.#window = window;
    }
  }
}
