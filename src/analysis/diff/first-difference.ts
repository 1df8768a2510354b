/** Where two values first differ. Pure, and without recursion: foreign values may be nested deeper than any stack. */
import { placeText, type TextPlace } from "../search/searched-texts.js";

export interface FirstDifference {
  /** `content[0].text`, `params.path`. */
  field: string;
  /** What stands there; absent where one has nothing there. */
  a?: unknown;
  b?: unknown;
  /** Of two texts: how many UTF-16 units they begin with in common, never the half of a character. */
  at?: number;
}

interface Pending {
  readonly a: unknown;
  readonly b: unknown;
  readonly place: TextPlace | null;
}

/** Undefined where they are equal, whatever the order of members. */
export function findFirstDifference(a: unknown, b: unknown): FirstDifference | undefined {
  const pending: Pending[] = [{ a, b, place: null }];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { a, b, place } = next;
    if (Object.is(a, b)) continue;
    if (!isContainer(a) || !isContainer(b) || Array.isArray(a) !== Array.isArray(b)) return tell(a, b, place);
    const keys = Array.isArray(a)
      ? [...Array(Math.max(a.length, (b as readonly unknown[]).length)).keys()]
      : [...new Set([...Object.keys(a), ...Object.keys(b)])];
    for (const key of keys.reverse()) {
      pending.push({ a: memberOf(a, key), b: memberOf(b, key), place: { parent: place, key } });
    }
  }
  return undefined;
}

function tell(a: unknown, b: unknown, place: TextPlace | null): FirstDifference {
  const told: FirstDifference = { field: place === null ? "" : placeText(place) };
  if (a !== undefined) told.a = a;
  if (b !== undefined) told.b = b;
  if (typeof a === "string" && typeof b === "string") told.at = commonLength(a, b);
  return told;
}

function commonLength(a: string, b: string): number {
  let at = 0;
  while (at < a.length && a.charCodeAt(at) === b.charCodeAt(at)) at += 1;
  return (a.codePointAt(at - 1) ?? 0) > 0xffff || (b.codePointAt(at - 1) ?? 0) > 0xffff ? at - 1 : at;
}

function isContainer(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

function memberOf(value: object, key: string | number): unknown {
  return Object.hasOwn(value, key) ? (value as { [key: string | number]: unknown })[key] : undefined;
}
