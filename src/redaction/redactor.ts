/**
 * Makes of an event's data what may be recorded of it: a copy, in which each value was looked at once, so that what is
 * written is what was looked at. The caller's object is not changed. It knows the events' structure and does not touch it.
 */
import { copyPlain } from "../event/plain-copy.js";
import { DEPTH_LIMIT, VALUE_LIMIT } from "../event/plain-limits.js";
import type { Marker } from "./marker.js";
import type { Names } from "./names.js";
import { advance, type PathNode } from "./paths.js";
import { type Shape, shapeOf } from "./structure.js";
import type { TextRedaction } from "./text-redaction.js";

type Paths = readonly PathNode[] | undefined;
type Members = { [key: string]: unknown };

/** What becomes of a member because of its name. */
interface NameFate {
  readonly written: string;
  readonly isSecret: boolean;
}

/** A run uses few names over and over; those of somebody else's making may be any number. */
const MOST_KNOWN_NAMES = 2000;
const LONGEST_KNOWN_NAME = 64;

/** Behind so many it is asked of each object whether it was met before: few objects, met over and over, may be endless. */
const UNSHARED_OBJECTS = 10_000;
const NONE = new Map<object, object>();

export class Redactor {
  readonly #marker: Marker;
  readonly #names: Names;
  readonly #paths: Paths;
  readonly #texts: TextRedaction;
  readonly #knownNames = new Map<string, NameFate>();
  #objectsLeft = 0;
  #copies = NONE;

  constructor(marker: Marker, names: Names, paths: PathNode | undefined, texts: TextRedaction) {
    this.#marker = marker;
    this.#names = names;
    this.#paths = paths === undefined ? undefined : [paths];
    this.#texts = texts;
  }

  /** `data` is plain, as `toPlain` returns it. Throws a RangeError where that is too much for one text. */
  redact(type: string, data: unknown): unknown {
    try {
      return this.#copyAll(type, data);
    } catch {
      // A getter or a Proxy that was plain when it was looked at first is not any more.
      return this.#copyAll(type, copyPlain(data));
    }
  }

  #copyAll(type: string, data: unknown): unknown {
    this.#objectsLeft = VALUE_LIMIT;
    this.#copies = new Map<object, object>();
    const copy = this.#copy(data, shapeOf(type), this.#paths, 0);
    this.#copies = NONE;
    return copy;
  }

  #copy(value: unknown, shape: Shape | undefined, paths: Paths, depth: number): unknown {
    if (typeof value === "string") return this.#texts.redact(value);
    if (typeof value !== "object" || value === null) return value;
    this.#objectsLeft -= 1;
    if (this.#objectsLeft < 0) return `[More than ${VALUE_LIMIT} values]`;
    if (depth === DEPTH_LIMIT) return `[Nested deeper than ${DEPTH_LIMIT} levels]`;
    const mayBeShared = this.#objectsLeft < VALUE_LIMIT - UNSHARED_OBJECTS;
    if (!mayBeShared || shape !== undefined || paths !== undefined) {
      return this.#copyWithin(value, shape, paths, depth);
    }
    const copied = this.#copies.get(value) ?? this.#copyWithin(value, shape, paths, depth);
    this.#copies.set(value, copied);
    return copied;
  }

  #copyWithin(value: object, shape: Shape | undefined, paths: Paths, depth: number): object {
    return Array.isArray(value)
      ? this.#copyArray(value, paths, depth + 1)
      : this.#copyObject(value as Members, shape, paths, depth + 1);
  }

  #copyArray(array: readonly unknown[], paths: Paths, depth: number): unknown[] {
    const copy: unknown[] = [];
    for (let i = 0; i < array.length; i += 1) {
      const within = paths === undefined ? undefined : advance(paths, String(i));
      copy.push(
        isNamed(within) ? this.#hide("path", array[i]) : this.#copy(array[i], undefined, within, depth),
      );
    }
    return copy;
  }

  #copyObject(object: Members, shape: Shape | undefined, paths: Paths, depth: number): Members {
    const copy: Members = {};
    let isRenamed = false;
    for (const key of Object.keys(object)) {
      const member = object[key];
      if (member === undefined) continue;
      const form = typeof shape === "object" ? shape[key] : undefined;
      const within = paths === undefined ? undefined : advance(paths, key);
      if (form === "kept") put(copy, key, member);
      else if (form !== undefined) put(copy, key, this.#copy(member, form, within, depth));
      else {
        const { written, isSecret } = this.#fateOf(key);
        isRenamed ||= written !== key;
        const hiding = isNamed(within) ? "path" : isSecret ? "key" : undefined;
        const value =
          hiding === undefined ? this.#copy(member, undefined, within, depth) : this.#hide(hiding, member);
        put(copy, isRenamed ? freeName(copy, written) : key, value);
      }
    }
    return copy;
  }

  #fateOf(key: string): NameFate {
    const known = this.#knownNames.get(key);
    if (known !== undefined) return known;
    const fate = { written: this.#texts.redact(key), isSecret: this.#names.has(key) };
    if (key.length <= LONGEST_KNOWN_NAME && this.#knownNames.size < MOST_KNOWN_NAMES) {
      this.#knownNames.set(key, fate);
    }
    return fate;
  }

  /** Null says that there is no secret, and stays. */
  #hide(kind: string, value: unknown): unknown {
    if (value === null) return value;
    return this.#marker.mark(kind, typeof value === "string" ? value : JSON.stringify(value));
  }
}

function isNamed(paths: Paths): boolean {
  return paths?.some(({ isEnd }) => isEnd) === true;
}

/** Two names that hold the same secret at other places stay two members. */
function freeName(copy: Members, name: string): string {
  let free = name;
  for (let n = 2; Object.hasOwn(copy, free); n += 1) free = `${name}~${n}`;
  return free;
}

function put(copy: Members, key: string, value: unknown): void {
  if (key !== "__proto__") copy[key] = value;
  else Object.defineProperty(copy, key, { value, enumerable: true, configurable: true, writable: true });
}
