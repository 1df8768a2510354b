/**
 * Reads a damaged JSON text as far as it is sound. Where something is wrong inside a list whose elements begin on lines
 * of their own, the element is left out and reading goes on with the next one; anywhere else it ends there, and what was
 * read so far is the value. For texts that `JSON.parse` has turned down; it is slower.
 */

export interface Damage {
  readonly line: number;
  readonly reason: string;
}

export interface Salvaged {
  /** Undefined where not even a beginning could be read. */
  readonly value: unknown;
  readonly damage: readonly Damage[];
}

type Container = { [key: string]: unknown } | unknown[];

class Broken extends Error {
  readonly offset: number;
  constructor(offset: number, message: string) {
    super(message);
    this.offset = offset;
  }
}

const MOST_DAMAGE = 100;
const DEPTH_LIMIT = 1000;
const BLANK = /[\t\n\r ]*/y;
const SCALAR = /true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;

export function salvageJson(text: string): Salvaged {
  return new Salvage(text).run();
}

class Salvage {
  readonly #text: string;
  readonly #damage: Damage[] = [];
  #at = 0;
  #root: unknown;
  #hasEnded = false;

  constructor(text: string) {
    this.#text = text;
  }

  run(): Salvaged {
    try {
      this.#root = this.#value(0, (root) => {
        this.#root = root;
      });
    } catch (error) {
      if (!(error instanceof Broken)) throw error;
      this.#tell(error, "what follows it is not read");
    }
    return { value: this.#root, damage: this.#damage };
  }

  /** `placed` is given a list or an object before its members are read, so that they are not lost with the rest. */
  #value(depth: number, placed: (container: Container) => void): unknown {
    this.#skipBlanks();
    const first = this.#text[this.#at];
    if (first === "{" || first === "[") {
      if (depth >= DEPTH_LIMIT) throw new Broken(this.#at, `it is nested deeper than ${DEPTH_LIMIT} levels`);
      return first === "{" ? this.#object(depth, placed) : this.#list(depth, placed);
    }
    return first === '"' ? this.#string() : this.#scalar();
  }

  #object(depth: number, placed: (container: Container) => void): unknown {
    const members = Object.create(Object.prototype) as { [key: string]: unknown };
    placed(members);
    this.#at += 1;
    if (this.#isNext("}")) return members;
    do {
      this.#skipBlanks();
      const key = this.#string();
      if (!this.#isNext(":")) throw new Broken(this.#at, "a colon is missing");
      const put = (value: unknown) =>
        void Object.defineProperty(members, key, {
          value,
          enumerable: true,
          configurable: true,
          writable: true,
        });
      put(this.#value(depth + 1, put));
    } while (this.#isNext(","));
    if (!this.#isNext("}")) throw new Broken(this.#at, "a comma or a closing brace is missing");
    return members;
  }

  #list(depth: number, placed: (container: Container) => void): unknown {
    const elements: unknown[] = [];
    placed(elements);
    this.#at += 1;
    if (this.#isNext("]")) return elements;
    do {
      this.#skipBlanks();
      const start = this.#at;
      try {
        elements.push(this.#value(depth + 1, () => {}));
      } catch (error) {
        if (!(error instanceof Broken) || this.#hasEnded || !this.#resync(start, error)) throw error;
      }
    } while (this.#isNext(","));
    if (!this.#isNext("]")) throw new Broken(this.#at, "a comma or a closing bracket is missing");
    return elements;
  }

  /** Moves behind the element that began at `start`: to the line that closes it with the same indentation. */
  #resync(start: number, broken: Broken): boolean {
    const lineStart = this.#text.lastIndexOf("\n", start) + 1;
    const indent = this.#text.slice(lineStart, start);
    if (lineStart === 0 || indent.trim() !== "" || this.#text[start] !== "{") return false;
    const close = this.#text.indexOf(`\n${indent}}`, broken.offset);
    if (close === -1 || this.#damage.length >= MOST_DAMAGE) {
      this.#hasEnded = true;
      return false;
    }
    this.#tell(broken, "the element it is in is not read");
    this.#at = close + indent.length + 2;
    return true;
  }

  #string(): string {
    const start = this.#at;
    let end = this.#text[start] === '"' ? this.#text.indexOf('"', start + 1) : -1;
    while (end !== -1 && this.#isEscaped(end)) end = this.#text.indexOf('"', end + 1);
    if (end === -1) throw new Broken(start, "no value can be read");
    try {
      const value = JSON.parse(this.#text.slice(start, end + 1)) as string;
      this.#at = end + 1;
      return value;
    } catch {
      throw new Broken(start, "a string is not written as JSON writes it");
    }
  }

  #isEscaped(at: number): boolean {
    let backslashes = 0;
    while (this.#text[at - 1 - backslashes] === "\\") backslashes += 1;
    return backslashes % 2 === 1;
  }

  #scalar(): unknown {
    SCALAR.lastIndex = this.#at;
    const found = SCALAR.exec(this.#text);
    if (found === null) throw new Broken(this.#at, "no value can be read");
    this.#at = SCALAR.lastIndex;
    return JSON.parse(found[0]) as unknown;
  }

  #isNext(character: string): boolean {
    this.#skipBlanks();
    if (this.#text[this.#at] !== character) return false;
    this.#at += 1;
    return true;
  }

  #skipBlanks(): void {
    BLANK.lastIndex = this.#at;
    BLANK.exec(this.#text);
    this.#at = BLANK.lastIndex;
  }

  #tell({ offset, message }: Broken, consequence: string): void {
    let line = 1;
    for (let at = this.#text.indexOf("\n"); at !== -1 && at < offset; at = this.#text.indexOf("\n", at + 1))
      line += 1;
    const column = offset - this.#text.lastIndexOf("\n", offset - 1);
    this.#damage.push({ line, reason: `it is no JSON: ${message} at column ${column}; ${consequence}` });
  }
}
