/**
 * The names of members whose values are redacted wherever they stand. A name goes without regard to case, `-` and `_`, so
 * that `apiKey` is `api_key`, `API-KEY` and `apikey`; a regular expression goes as it is written.
 */

export class Names {
  readonly #plain: ReadonlySet<string>;
  readonly #expressions: readonly RegExp[];

  /** Throws a TypeError for what is neither a name nor a regular expression. */
  constructor(names: readonly (string | RegExp)[]) {
    const plain = new Set<string>();
    const expressions: RegExp[] = [];
    for (const name of names) {
      // One that goes on where it stopped last would not give the same answer twice.
      if (name instanceof RegExp) expressions.push(new RegExp(name.source, name.flags.replace(/[gy]/g, "")));
      else if (typeof name === "string" && normalise(name) !== "") plain.add(normalise(name));
      else throw new TypeError("redact.keys: each must be a name, not empty, or a regular expression");
    }
    this.#plain = plain;
    this.#expressions = expressions;
  }

  has(name: string): boolean {
    return this.#plain.has(normalise(name)) || this.#expressions.some((expression) => expression.test(name));
  }
}

function normalise(name: string): string {
  return name.replace(/[-_]/g, "").toLowerCase();
}
