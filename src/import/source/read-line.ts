/** Reads one line of a foreign source as a JSON object. It never throws: what is no record is said in words. */
import { Buffer, isAscii, isUtf8 } from "node:buffer";
import { isMembers, type Members } from "../foreign-values.js";

export type ReadLine =
  | { readonly kind: "record"; readonly value: Members; readonly json: string }
  | { readonly kind: "blank" }
  | { readonly kind: "unreadable"; readonly reason: string };

const BYTE_ORDER_MARK = "\uFEFF";

export function readLine(bytes: Uint8Array): ReadLine {
  const text = textOfBytes(bytes);
  const json = (text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text).trimEnd();
  if (json === "") return { kind: "blank" };
  try {
    const value: unknown = JSON.parse(json);
    if (!isMembers(value)) return { kind: "unreadable", reason: "it is JSON, but no object" };
    return isAscii(bytes) || isUtf8(bytes)
      ? { kind: "record", value, json }
      : { kind: "unreadable", reason: "it is not UTF-8" };
  } catch (error) {
    if (!isUtf8(bytes)) return { kind: "unreadable", reason: "it is not UTF-8" };
    return { kind: "unreadable", reason: `it is no JSON: ${(error as Error).message.slice(0, 200)}` };
  }
}

/** Whether the bytes may be an object on one line, which is cheap to tell. */
export function looksLikeRecord(bytes: Uint8Array): boolean {
  const end = bytes.findLastIndex((byte) => !isBlank(byte));
  return bytes[end] === 0x7d && (bytes.find((byte) => !isBlank(byte)) === 0x7b || bytes[0] === 0xef);
}

/** Whether they may be a JSON document that holds anything. */
export function looksLikeDocument(bytes: Uint8Array): boolean {
  const first = bytes.find((byte, index) => !isBlank(byte) && !(index < 3 && byte >= 0xbb));
  return first === 0x7b || first === 0x5b;
}

function isBlank(byte: number): boolean {
  return byte === 0x20 || byte === 0x09 || byte === 0x0d || byte === 0x0a;
}

export function textOfBytes(bytes: Uint8Array): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  // Most text is ASCII, which decodes fastest as Latin-1.
  return buffer.toString(isAscii(buffer) ? "latin1" : "utf8");
}
