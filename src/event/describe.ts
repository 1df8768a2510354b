/** Shows a foreign value in a message: short, on one line, and with nothing in it that a terminal would obey. */
import { safeText } from "../text/safe-text.js";

const LONGEST = 60;

/** `"text…"` in quotes, a number or boolean as it is, `an array of 3`, `an object`, `missing`. */
export function describe(value: unknown): string {
  if (value === undefined) return "missing";
  if (typeof value === "string") return quote(value);
  if (Array.isArray(value)) return `an array of ${value.length}`;
  if (typeof value === "object" && value !== null) return "an object";
  return typeof value === "function" ? "a function" : String(value);
}

/** The text in quotes, cut after 60 characters, escaped as JSON escapes it and further. */
function quote(text: string): string {
  const cut = text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
  return safeText(JSON.stringify(cut));
}
