/**
 * Which texts of a record are searched: what was said, what tools were given and gave back, errors and notes, and all of
 * the runtime's own events. Not the envelope, nor what the journal adds: ids, times, roles, counts.
 */
import type { JournalRecord } from "../../event/types.js";

/** Where a text stands within `data`: `message.content[0].text`. */
export type TextPlace = { readonly parent: TextPlace | null; readonly key: string | number };

/** Return true to stop. */
export type Visit = (text: string, place: TextPlace, isName: boolean) => boolean;

/** Members of `data`, and whether the names of members inside them are somebody's words too. */
type Part = readonly [path: readonly string[], withNames: boolean];

const PARTS: ReadonlyMap<string, readonly Part[]> = new Map<string, readonly Part[]>([
  ["message.added", [[["message"], false]]],
  [
    "tool_call.started",
    [
      [["name"], false],
      [["params"], true],
      [["governanceResult", "reason"], false],
    ],
  ],
  [
    "tool_call.finished",
    [
      [["result", "data"], true],
      [["result", "error"], false],
    ],
  ],
  [
    "error.recorded",
    [
      [["message"], false],
      [["stack"], false],
    ],
  ],
  [
    "note.added",
    [
      [["kind"], false],
      [["data"], true],
    ],
  ],
]);

/** What only this library writes says nothing that somebody said. */
const NOT_SEARCHED = /^(?:session|writer|journal|status|turn|token_usage|child_session)\./;

export function isSearched(type: string): boolean {
  return !NOT_SEARCHED.test(type);
}

/** Visits the texts in their order in the record; numbers, true, false and null are none. */
export function visitTexts({ type, data }: JournalRecord, visit: Visit): void {
  if (!isSearched(type)) return;
  const parts = PARTS.get(type);
  if (parts === undefined) {
    visitWithin(data, null, true, visit);
    return;
  }
  for (const [path, withNames] of parts) {
    let value: unknown = data;
    let place: TextPlace | null = null;
    for (const key of path) {
      value = isObject(value) ? value[key] : undefined;
      place = { parent: place, key };
    }
    const passed = type === "message.added" ? withoutLabels(value) : value;
    if (visitWithin(passed, place, withNames, visit)) return;
  }
}

export function placeText(place: TextPlace): string {
  const keys: (string | number)[] = [];
  for (let at: TextPlace | null = place; at !== null; at = at.parent) keys.unshift(at.key);
  return keys.reduce<string>((path, key) => {
    if (typeof key === "number") return `${path}[${key}]`;
    return path === "" ? key : `${path}.${key}`;
  }, "");
}

/** A message's role and what kind its blocks are: the same words everywhere. */
function withoutLabels(message: unknown): unknown {
  if (!isObject(message)) return message;
  const { role: _, ...said } = message;
  if (!Array.isArray(said.content)) return said;
  const content = said.content.map((block: unknown) => {
    if (!isObject(block) || Array.isArray(block)) return block;
    const { type: _, ...rest } = block;
    return rest;
  });
  return { ...said, content };
}

interface Pending {
  readonly value: unknown;
  readonly place: TextPlace | null;
  readonly isName: boolean;
}

/** All texts of a value, names of members before what they name. */
export function visitTextsWithin(value: unknown, visit: Visit): void {
  visitWithin(value, null, true, visit);
}

/** Without recursion: foreign values may be nested deeper than any stack. */
function visitWithin(value: unknown, place: TextPlace | null, withNames: boolean, visit: Visit): boolean {
  const pending: Pending[] = [{ value, place, isName: false }];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { value, place, isName } = next;
    if (typeof value === "string") {
      if (place !== null && visit(value, place, isName)) return true;
    } else if (Array.isArray(value)) {
      for (let key = value.length - 1; key >= 0; key--) {
        pending.push({ value: value[key], place: { parent: place, key }, isName: false });
      }
    } else if (isObject(value)) {
      for (const key of Object.keys(value).reverse()) {
        const inner = { parent: place, key };
        pending.push({ value: value[key], place: inner, isName: false });
        if (withNames) pending.push({ value: key, place: inner, isName: true });
      }
    }
  }
  return false;
}

function isObject(value: unknown): value is { readonly [key: string]: unknown } {
  return typeof value === "object" && value !== null;
}
