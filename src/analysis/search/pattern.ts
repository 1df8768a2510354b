/** What is searched for, as a regular expression over decoded text. Nothing here knows of bytes or journals. */

export interface SearchPattern {
  readonly pattern: string;
  /** A JavaScript regular expression (flags `u` and `m`) instead of the text itself. */
  readonly isRegExp?: boolean | undefined;
  /** Case does not matter: as Unicode folds it, one character to one. */
  readonly ignoreCase?: boolean | undefined;
}

/** Where in a text. Never empty. */
export interface Found {
  readonly start: number;
  readonly end: number;
}

/** Throws a TypeError where there is nothing to search for, and a SyntaxError where it is no regular expression. */
export function compilePattern({ pattern, isRegExp = false, ignoreCase = false }: SearchPattern): RegExp {
  if (typeof pattern !== "string" || pattern === "") {
    throw new TypeError("the pattern must be a text of at least one character");
  }
  const source = isRegExp ? pattern : escapeText(pattern);
  return new RegExp(source, `gmu${ignoreCase ? "i" : ""}`);
}

export function escapeText(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}

/** The first match behind a place. One that is empty shows nothing to anybody and does not count. */
export function findIn(expression: RegExp, text: string, from = 0): Found | undefined {
  expression.lastIndex = from;
  for (let found = expression.exec(text); found !== null; found = expression.exec(text)) {
    const [match] = found;
    if (match !== "") return { start: found.index, end: found.index + match.length };
    // With the flag `u` an expression that finds nothing where it stands does not move on by itself.
    expression.lastIndex = found.index + characterLength(text, found.index);
    if (expression.lastIndex > text.length) return undefined;
  }
  return undefined;
}

function characterLength(text: string, at: number): number {
  return (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
}
