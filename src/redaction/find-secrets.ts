/**
 * Finds in a text what `secret-kinds.ts` describes. One regular expression stops at the few characters that may be part
 * of a secret, at about a nanosecond a character, and only there the kinds are tried. The time is linear in the text: no
 * pattern repeats what may itself repeat, and one that may be long begins only where a word begins.
 */
import { isPlaceholder } from "./placeholder.js";
import { SECRET_KINDS, type SecretKind } from "./secret-kinds.js";

/** `text.slice(start, end)` is the secret. */
export interface FoundSecret {
  readonly kind: string;
  readonly start: number;
  readonly end: number;
}

const NONE: readonly FoundSecret[] = [];

/** Nothing shorter holds one. */
export const SHORTEST_SECRET_TEXT = 8;

/** In their order, none within another. */
export function findSecrets(text: string): readonly FoundSecret[] {
  if (text.length < SHORTEST_SECRET_TEXT) return NONE;
  detector ??= createDetector();
  const { candidates, byPivot } = detector;
  candidates.lastIndex = 0;
  if (!candidates.test(text)) return NONE;
  const found: FoundSecret[] = [];
  let from = 0;
  do {
    const pivotAt = candidates.lastIndex - 1;
    const secret = secretAt(text, pivotAt, byPivot.get(text[pivotAt] as string) ?? [], from);
    if (secret === undefined) continue;
    found.push(secret);
    from = secret.end;
    candidates.lastIndex = Math.max(from, pivotAt + 1);
  } while (candidates.test(text));
  return found;
}

interface Pattern {
  readonly kind: string;
  readonly expression: RegExp;
}

interface Detector {
  /** Matches one character: the pivot of what may be a secret. */
  readonly candidates: RegExp;
  readonly byPivot: ReadonlyMap<string, readonly Pattern[]>;
}

/** Compiled when something is first looked for: who does not ask for it pays nothing. */
let detector: Detector | undefined;

function createDetector(): Detector {
  const byPivot = new Map<string, Pattern[]>();
  for (const each of SECRET_KINDS) {
    group(byPivot, each.pivot).push({ kind: each.kind, expression: expressionOf(each) });
  }
  const stops = [...byPivot.keys()].map((pivot) => escaped(pivot) + surroundings(pivot));
  return { candidates: new RegExp(stops.join("|"), "g"), byPivot };
}

/** What stands around a pivot that is worth a look. Heads are looked for together: one by one takes twice as long. */
function surroundings(pivot: string): string {
  const kinds = SECRET_KINDS.filter((each) => each.pivot === pivot);
  const before = (heads: readonly string[]) => `(?<=(?:${[...new Set(heads)].join("|")})${escaped(pivot)})`;
  const behind = (nexts: readonly string[]) => `(?=${[...new Set(nexts)].join("|")})`;
  const heads = kinds.filter(({ next }) => next === undefined).map(({ head }) => head);
  const nexts = kinds.flatMap(({ head, next }) => (head === "" && next !== undefined ? [next] : []));
  const both = kinds.flatMap(({ head, next }) =>
    head === "" || next === undefined ? [] : [before([head]) + behind([next])],
  );
  const ways = [
    ...(heads.length > 0 ? [before(heads)] : []),
    ...(nexts.length > 0 ? [behind(nexts)] : []),
    ...both,
  ];
  return `(?:${ways.join("|")})`;
}

function group<T>(groups: Map<string, T[]>, name: string): T[] {
  const found = groups.get(name) ?? [];
  groups.set(name, found);
  return found;
}

function escaped(pivot: string): string {
  return /\w/.test(pivot) ? pivot : `\\${pivot}`;
}

/**
 * What may stand directly before a secret although it ends in a letter or digit: an escape within a text that is itself
 * JSON or code, a character as a URL encodes it, and what sets the colour on a terminal.
 */
const ESCAPED = "(?<=\\\\[bfnrt]|\\\\u[0-9A-Fa-f]{4}|%[0-9A-Fa-f]{2}|\\[[0-9;]{1,12}m)";
const EDGES = {
  alphanumeric: `(?:(?<![A-Za-z0-9])|${ESCAPED})`,
  word: `(?:(?<![\\w-])|${ESCAPED})`,
  none: "",
} as const;

function expressionOf({ head, pivot, tail, edge }: SecretKind): RegExp {
  return new RegExp(`(?<=${EDGES[edge ?? "alphanumeric"]}(?<head>${head}))${escaped(pivot)}${tail}`, "dy");
}

function secretAt(
  text: string,
  pivotAt: number,
  patterns: readonly Pattern[],
  from: number,
): FoundSecret | undefined {
  for (const { kind, expression } of patterns) {
    expression.lastIndex = pivotAt;
    const match = expression.exec(text);
    if (match === null) continue;
    const [start, end] = match.indices?.groups?.secret ?? [
      pivotAt - (match.groups?.head?.length ?? 0),
      pivotAt + match[0].length,
    ];
    if (start < from) continue;
    const reaches = kind === "private-key" ? endOfKey(text, end) : end;
    if (reaches === undefined) continue;
    if (isPlaceholder(text.slice(start, end), text.slice(Math.max(from, pivotAt), start))) continue;
    return { kind, start, end: reaches };
  }
  return undefined;
}

const KEY_END = /-----END (?:[A-Z0-9]{1,12} ){0,3}PRIVATE KEY(?: BLOCK)?-----/y;
/** A line of base 64, and what may stand before it: also as JSON or code writes it within a string. */
const KEY_LINE = /(?:\s|\\[nrt]|["'`,+>|]){0,80}(?:[A-Za-z0-9+/]{40,4096}={0,2}|[A-Za-z0-9+/]{1,39}={1,2})/y;
const SHORTEST_KEY_BODY = 40;

/** Up to the line that ends the key, or, where it was cut off, as far as its lines go. Undefined where no key follows. */
function endOfKey(text: string, bodyAt: number): number | undefined {
  const closingAt = text.indexOf("-----", bodyAt);
  KEY_END.lastIndex = closingAt;
  if (closingAt >= bodyAt + SHORTEST_KEY_BODY && KEY_END.test(text)) return KEY_END.lastIndex;
  let end: number | undefined;
  KEY_LINE.lastIndex = bodyAt;
  while (KEY_LINE.test(text)) end = KEY_LINE.lastIndex;
  return end;
}
