/**
 * Places in JSON values as JSON Pointers (RFC 6901), and putting texts there without touching the original. A place that a
 * journal names may lead anywhere: only members of the value itself are followed, never what it inherits. Pure.
 */

export interface Put {
  readonly at: string;
  readonly text: string;
}

/** `/message/content/0/source/data`. */
export function placeOf(keys: readonly (string | number)[]): string {
  return keys.map((key) => `/${String(key).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
}

/** Whether the place is `prefix` or lies below it. */
export function isWithin(at: string, prefix: string): boolean {
  return at.startsWith(prefix) && (at.length === prefix.length || at[prefix.length] === "/");
}

/** The text that stands at a place; undefined where there is none. */
export function textAt(value: unknown, at: string): string | undefined {
  let found: unknown = value;
  for (const key of keysOf(at)) {
    if (typeof found !== "object" || found === null || !Object.hasOwn(found, key)) return undefined;
    found = (found as Members)[key];
  }
  return typeof found === "string" ? found : undefined;
}

/** A copy with these texts in the place of others; whatever leads to none of them is shared with the original. */
export function putBack<T extends object>(value: T, puts: readonly Put[]): T {
  const copied = new Set<object>();
  const own = <O extends object>(object: O): O => {
    if (copied.has(object)) return object;
    const copy = (Array.isArray(object) ? object.slice() : { ...object }) as O;
    copied.add(copy);
    return copy;
  };
  const root = own(value);
  for (const { at, text } of puts) {
    const keys = keysOf(at);
    const last = keys.pop();
    if (last === undefined || textAt(root, at) === undefined) continue;
    let target = root as Members;
    for (const key of keys) {
      const member = own(target[key] as Members);
      set(target, key, member);
      target = member;
    }
    set(target, last, text);
  }
  return root;
}

type Members = { [key: string]: unknown };

/** Also "__proto__", which is a key like any other. */
export function set(target: object, key: string | number, value: unknown): void {
  if (key !== "__proto__") (target as Members)[key] = value;
  else Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
}

function keysOf(at: string): string[] {
  return at
    .split("/")
    .slice(1)
    .map((key) => key.replaceAll("~1", "/").replaceAll("~0", "~"));
}
