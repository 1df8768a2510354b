/**
 * Finds what keeps a value from being plain JSON: what `JSON.stringify` would refuse, change or leave out in silence.
 * Where `toPlain` makes the best of any value, this says no, and where. It never calls `toJSON` and trusts no getter.
 */
import { DEPTH_LIMIT } from "./plain-limits.js";

export interface Unplain {
  /** `$.messages[2].content`. */
  readonly place: string;
  /** What stands there, as the end of a sentence. */
  readonly why: string;
}

/** Null where `JSON.parse(JSON.stringify(value))` is the same again. A member that is `undefined` counts as absent. */
export function findUnplain(value: unknown): Unplain | null {
  const way: (string | number)[] = [];
  const why = explain(value, way, new Set());
  return why === null ? null : { place: `$${way.reverse().map(step).join("")}`, why };
}

type Members = { readonly [key: string]: unknown };

/** `way` takes up the keys that lead to the fault, innermost first. */
function explain(value: unknown, way: (string | number)[], above: Set<object>): string | null {
  switch (typeof value) {
    case "string":
    case "boolean":
      return null;
    case "number":
      return Number.isFinite(value) ? null : `is ${value}`;
    case "object":
      return value === null ? null : explainObject(value, way, above);
    case "undefined":
      return "is undefined";
    default:
      return `is a ${typeof value}`;
  }
}

function explainObject(value: object, way: (string | number)[], above: Set<object>): string | null {
  if (above.has(value)) return "leads back to what it stands in";
  if (above.size === DEPTH_LIMIT) return `is nested deeper than ${DEPTH_LIMIT} levels`;
  const isList = Array.isArray(value);
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== (isList ? Array.prototype : Object.prototype) && (isList || prototype !== null)) {
    return "is an object of a class of its own";
  }
  above.add(value);
  const why = isList ? explainList(value, way, above) : explainMembers(value as Members, way, above);
  above.delete(value);
  return why;
}

function explainList(list: readonly unknown[], way: (string | number)[], above: Set<object>): string | null {
  for (let index = 0; index < list.length; index += 1) {
    const why = Object.hasOwn(list, index) ? explain(list[index], way, above) : "is a hole";
    if (why === null) continue;
    way.push(index);
    return why;
  }
  // The length is one of them.
  return Reflect.ownKeys(list).length === list.length + 1 && !hasToJson(list)
    ? null
    : "is an array with members of its own";
}

function explainMembers(object: Members, way: (string | number)[], above: Set<object>): string | null {
  if (hasToJson(object)) return "has a toJSON of its own";
  for (const key of Reflect.ownKeys(object)) {
    if (typeof key === "symbol") return "has a member whose key is a symbol";
    const why = explainMember(Object.getOwnPropertyDescriptor(object, key), way, above);
    if (why === null) continue;
    way.push(key);
    return why;
  }
  return null;
}

function explainMember(
  property: PropertyDescriptor | undefined,
  way: (string | number)[],
  above: Set<object>,
): string | null {
  if (property?.get !== undefined || property?.set !== undefined) return "is a getter";
  if (property?.enumerable === false) return "is not enumerable";
  return property?.value === undefined ? null : explain(property.value, way, above);
}

function hasToJson(value: object): boolean {
  return typeof (value as { toJSON?: unknown }).toJSON === "function";
}

function step(key: string | number): string {
  if (typeof key === "number") return `[${key}]`;
  return /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
}
