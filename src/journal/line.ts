/**
 * One record as one line of bytes: how it is put together and how it is taken apart. Pure. The seal
 * (the last 54 bytes, `,"hash":"…"}`) is found by its place, never by searching: `data` may hold a `hash` of its own.
 */
import { type Buffer, isUtf8 } from "node:buffer";
import { escapeSeparators } from "../event/separators.js";
import type { JournalRecord } from "../event/types.js";

/** A line may be this long, its line feed included; a longer event is refused before a byte is written. */
export const MAX_LINE_BYTES = 256 * 1024 * 1024;

export const LINE_FEED = 0x0a;
export const HASH_LENGTH = 43;

const SEAL_OPEN = ',"hash":"';
const SEAL_CLOSE = '"}';
/** `,"hash":"` + 43 characters + `"}`: what a sound line ends in, before its line feed. */
export const SEAL_LENGTH = SEAL_OPEN.length + HASH_LENGTH + SEAL_CLOSE.length;
/** From the first character of a record's hash to the end of its line: where the next record's hash begins. */
export const LINK_LENGTH = HASH_LENGTH + SEAL_CLOSE.length + 1;

export interface LineParts {
  readonly seq: number;
  readonly time: string;
  readonly type: string;
  /** `data` as JSON text. */
  readonly data: string;
  readonly id: string;
  /** 0 where there is no mark to carry. */
  readonly durable: number;
}

/** A run has few types and many events; a journal of somebody else's making may have any number of types. */
const MOST_KNOWN_TYPES = 64;
const knownTypes = new Map<string, string>();

/** An event type as JSON text: in a journal that is mended it may be anything. */
export function encodeType(type: string): string {
  const known = knownTypes.get(type);
  if (known !== undefined) return known;
  const encoded = escapeSeparators(JSON.stringify(type));
  if (knownTypes.size < MOST_KNOWN_TYPES) knownTypes.set(type, encoded);
  return encoded;
}

/** A record's line up to, not including, its seal. */
export function encodeUnsealed(parts: LineParts): string {
  const type = encodeType(parts.type);
  const mark = parts.durable > 0 ? `","durable":${parts.durable}` : '"';
  return `{"seq":${parts.seq},"time":"${parts.time}","type":${type},"data":${parts.data},"id":"${parts.id}${mark}`;
}

/** What follows the unsealed line. */
export function encodeSeal(hash: string): string {
  return `${SEAL_OPEN + hash + SEAL_CLOSE}\n`;
}

/** The hash that a line states, or null where it does not end in a seal. `end` is where its line feed stands. */
export function sealedHash(bytes: Buffer, start: number, end: number): string | null {
  const sealStart = end - SEAL_LENGTH;
  if (sealStart <= start) return null;
  const seal = bytes.toString("latin1", sealStart, end);
  if (!seal.startsWith(SEAL_OPEN) || !seal.endsWith(SEAL_CLOSE)) return null;
  const hash = seal.slice(SEAL_OPEN.length, -SEAL_CLOSE.length);
  return HASH.test(hash) ? hash : null;
}
const HASH = /^[A-Za-z0-9_-]{43}$/;

/** Whether just this hash's seal stands there in the line's bytes. `latin1` holds them, one character for each byte. */
export function isSealedWith(hash: string, latin1: string, sealStart: number): boolean {
  const hashStart = sealStart + SEAL_OPEN.length;
  return (
    latin1.startsWith(SEAL_OPEN, sealStart) &&
    latin1.startsWith(hash, hashStart) &&
    latin1.startsWith(SEAL_CLOSE, hashStart + HASH_LENGTH)
  );
}

const SEQ_OPEN = '{"seq":';
const SEQ_CLOSE = ',"time":"';
const ZERO = 0x30;

/** Whether a line begins as the record of that seq does. No string is made of it: this is asked of every line. */
export function beginsAs(seq: number, bytes: Buffer, start: number): boolean {
  if (!standsAt(SEQ_OPEN, bytes, start)) return false;
  let at = start + SEQ_OPEN.length;
  let found = 0;
  for (let digit = digitAt(bytes, at); digit >= 0 && found <= seq; digit = digitAt(bytes, at)) {
    // A number that begins with a zero is none.
    if (found === 0 && digit === 0) return false;
    found = found * 10 + digit;
    at += 1;
  }
  return found === seq && standsAt(SEQ_CLOSE, bytes, at);
}

function digitAt(bytes: Buffer, at: number): number {
  const digit = (bytes[at] ?? 0) - ZERO;
  return digit <= 9 ? digit : -1;
}

/** `text` is ASCII. */
function standsAt(text: string, bytes: Buffer, at: number): boolean {
  for (let index = 0; index < text.length; index += 1) {
    if (bytes[at + index] !== text.charCodeAt(index)) return false;
  }
  return true;
}

const MARK = /,"durable":([1-9][0-9]{0,15})$/;
const MARK_MAX_LENGTH = ',"durable":'.length + 16;

/** The mark that stands directly before the seal of a line whose hash need not be checked; 0 where there is none. */
export function sealedMark(bytes: Buffer, start: number, end: number): number {
  const sealStart = end - SEAL_LENGTH;
  // The digit before the seal settles nearly every line: an id ends in a quote.
  const last = sealStart > start ? (bytes[sealStart - 1] ?? 0) : 0;
  if (last < 0x30 || last > 0x39 || sealedHash(bytes, start, end) === null) return 0;
  const found = MARK.exec(bytes.toString("latin1", Math.max(start, sealStart - MARK_MAX_LENGTH), sealStart));
  return found === null ? 0 : Number(found[1]);
}

/** What decoding makes of bytes that are not UTF-8. A line may also hold it rightly. */
const REPLACEMENT = "\uFFFD";

/**
 * What is wrong with a line whose hash is right, as a reason; or its record. The line is `bytes[start, end)`; `seq` is
 * given where it is known to begin as that record.
 */
export function decodeLine(
  bytes: Buffer,
  start = 0,
  end = bytes.length,
  seq?: number,
): JournalRecord | string {
  const text = bytes.toString("utf8", start, end);
  // Looking for it in the text of an ASCII line costs nothing; looking whether the bytes are ASCII does.
  if (text.includes(REPLACEMENT) && !isUtf8(bytes.subarray(start, end))) return "it is not UTF-8";
  return decodeText(text, seq);
}

/** The same for a line that is text already. */
export function decodeText(text: string, seq?: number): JournalRecord | string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return "it is not JSON";
  }
  if (!isRecord(value)) return "it lacks the form of a record";
  // JSON takes the last of two members of one name; what stands in the file is known by the first.
  const isOne = seq === undefined ? isFirstSeq(value.seq, text) : value.seq === seq;
  return isOne ? value : "it has more than one seq";
}

/** Also where the line does not begin with its seq at all. */
function isFirstSeq(seq: number, text: string): boolean {
  return text.startsWith(`${seq},`, SEQ_OPEN.length) || !text.startsWith(SEQ_OPEN);
}

function isRecord(value: unknown): value is JournalRecord {
  if (typeof value !== "object" || value === null) return false;
  const { seq, time, type, data, id, hash, durable } = value as Partial<JournalRecord>;
  return (
    typeof seq === "number" &&
    typeof time === "string" &&
    typeof type === "string" &&
    typeof data === "object" &&
    data !== null &&
    !Array.isArray(data) &&
    typeof id === "string" &&
    typeof hash === "string" &&
    (durable === undefined || (typeof durable === "number" && durable < seq))
  );
}
