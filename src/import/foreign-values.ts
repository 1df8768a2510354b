/**
 * Looks into values of which nothing is known: each answer is of the type it says, or undefined. It throws never and
 * reads only members that are asked for by name, so a source cannot bring in members of its own choice.
 */

export type Members = { readonly [key: string]: unknown };

export function isMembers(value: unknown): value is Members {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The object, or one without members. */
export function membersOf(value: unknown): Members {
  return isMembers(value) ? value : {};
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** A string that is not empty. */
export function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

export function stringOrNull(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}

export function countOf(value: unknown): number | undefined {
  return Number.isSafeInteger(value) && (value as number) >= 0 ? (value as number) : undefined;
}

export function amountOf(value: unknown): number | undefined {
  return Number.isFinite(value) && (value as number) >= 0 ? (value as number) : undefined;
}

/** An id may be written as a number. */
export function idOf(value: unknown): string | undefined {
  return Number.isFinite(value) ? String(value) : textOf(value);
}

/** Whether the object has the member, whatever it is. */
export function has(value: unknown, ...names: string[]): boolean {
  return isMembers(value) && names.every((name) => Object.hasOwn(value, name));
}

const PLAIN = { enumerable: true, configurable: true, writable: true };

/** The object without the members named; undefined where nothing is left. */
export function without(value: Members, ...names: string[]): Members | undefined {
  let left: { [key: string]: unknown } | undefined;
  for (const name of Object.keys(value)) {
    if (names.includes(name)) continue;
    left ??= {};
    // Its setter would be called.
    if (name === "__proto__") Object.defineProperty(left, name, { ...PLAIN, value: value[name] });
    else left[name] = value[name];
  }
  return left;
}

/** Arguments of a call: an object, or the JSON text of one; anything else is kept under `value`. */
export function paramsOf(value: unknown): Members {
  if (isMembers(value)) return value;
  if (value === undefined || value === null || value === "") return {};
  if (typeof value === "string") {
    try {
      const parsed: unknown = JSON.parse(value);
      if (isMembers(parsed)) return parsed;
    } catch {
      // What the model wrote is kept as it wrote it.
    }
  }
  return { value };
}

/** ISO 8601 for a number of milliseconds since 1970; undefined for one that is no time. */
export function momentOf(epochMs: unknown): string | undefined {
  if (typeof epochMs !== "number") return undefined;
  const date = new Date(epochMs);
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}

/** What content says in words: text itself, or the text blocks of a list. */
export function wordsOf(content: unknown): string {
  if (typeof content === "string") return content;
  const texts = listOf(content).flatMap((block) => textOf(membersOf(block).text) ?? []);
  if (texts.length > 0) return texts.join("\n");
  return content === undefined || content === null ? "" : (jsonOf(content) ?? "");
}

/** JSON text; undefined where the value is nested too deep to be written. */
export function jsonOf(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    return undefined;
  }
}
