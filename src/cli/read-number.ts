/** Numbers as people type them behind an option. Strict: what is no whole number in its range is a usage error. */
import { usageError } from "./errors.js";

/** A whole number from `least`; undefined where none is given. Throws a usage error that names `option`, as in `--max`. */
export function readNumber(text: string | undefined, option: string, least: 0 | 1): number | undefined {
  if (text === undefined) return undefined;
  const number = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (number >= least) return number;
  throw usageError(`${option} takes a whole number from ${least}, not ${quoteRefused(text)}`);
}

/** A value that was refused, as an error names it; that it is negative is easily missed. */
export function quoteRefused(text: string): string {
  return `"${text}"${/^\s*-\s*\d/.test(text) ? ", which is negative" : ""}`;
}
