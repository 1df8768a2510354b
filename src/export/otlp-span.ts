/** The parts of a span as OTLP/JSON has them: ids in hex, 64-bit numbers in strings, texts of whole characters only. */
import { hash } from "node:crypto";
import { epochMs } from "../event/epoch-ms.js";

export type AttributeValue =
  | { readonly stringValue: string }
  | { readonly intValue: string }
  | { readonly doubleValue: number }
  | { readonly boolValue: boolean };

export interface Attribute {
  readonly key: string;
  readonly value: AttributeValue;
}

export interface SpanEvent {
  readonly timeUnixNano: string;
  readonly name: string;
  readonly attributes: readonly Attribute[];
}

export interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly Attribute[];
  readonly events?: readonly SpanEvent[];
  readonly droppedEventsCount?: number;
  readonly links?: readonly { readonly traceId: string; readonly spanId: string }[];
  readonly droppedLinksCount?: number;
  readonly status?: { readonly message?: string; readonly code: number };
}

export const KIND = { internal: 1, client: 3 } as const;
export const STATUS_ERROR = 2;

/** The same for every export of the session. */
export function traceIdOf(sessionId: string): string {
  return hash("sha256", `trace:${sessionId}`, "hex").slice(0, 32);
}

/** `what` tells apart the spans that are made of one record. */
export function spanIdOf(sessionId: string, what: "agent" | "chat" | "call", seq: number): string {
  return hash("sha256", `span:${sessionId}:${what}:${seq}`, "hex").slice(0, 16);
}

/** Those that have a value; whole numbers become integers. */
export function attributes(given: {
  readonly [key: string]: string | number | boolean | undefined;
}): Attribute[] {
  return Object.entries(given).flatMap(([key, value]) =>
    value === undefined ? [] : [{ key, value: attributeValue(value) }],
  );
}

function attributeValue(value: string | number | boolean): AttributeValue {
  if (typeof value === "boolean") return { boolValue: value };
  if (typeof value === "string") return { stringValue: wellFormed(value) };
  return Number.isInteger(value) ? { intValue: int64(value) } : { doubleValue: value };
}

/** Sums of foreign counts may be beyond what 64 bits hold. */
function int64(value: number): string {
  return String(BigInt(Math.max(Math.min(value, Number.MAX_SAFE_INTEGER), Number.MIN_SAFE_INTEGER)));
}

/** Protobuf refuses halves of surrogate pairs; each becomes U+FFFD. */
export function wellFormed(text: string): string {
  return /[\uD800-\uDFFF]/.test(text) ? text.replace(/\p{Cs}/gu, "\uFFFD") : text;
}

/** A moment in nanoseconds since 1970; what is no time is taken to be `otherwise`. */
export function unixNano(time: string, otherwise = "0"): string {
  const ms = epochMs(time);
  return ms === undefined ? otherwise : nanoseconds(ms);
}

export function nanoseconds(ms: number): string {
  return String(BigInt(Math.round(Math.max(Math.min(ms, MOST_MS), 0) * 1000)) * 1000n);
}

/** Behind this 64 bits of nanoseconds end. */
const MOST_MS = 2 ** 63 / 1e6 - 1e6;

/** The later of the two. */
export function latest(one: string, other: string): string {
  return BigInt(one) > BigInt(other) ? one : other;
}
