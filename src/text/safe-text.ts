/**
 * Makes foreign text harmless before people see it, in a terminal or on a page: what would move the cursor, recolour,
 * turn the direction of the text or hide in it is shown, never sent. Pure, and it knows no terminal and no format; line
 * breaks are printed by whoever asks, never taken from the text.
 */
import { isKeptJoiner } from "./joiners.js";

/**
 * Control and format characters, line and paragraph separators, lone surrogates, and whatever else is drawn as
 * nothing, but for the signs of Arabic, Syriac and Kaithi that are format characters only by name.
 */
const UNSAFE =
  /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Default_Ignorable_Code_Point}](?<![\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\u{110bd}\u{110cd}])/gu;

/** Without one of these a text is harmless, which is told ten times faster than by `UNSAFE`. */
const UNUSUAL =
  /[^\x20-\x7e\xa0-\xac\xae-\u02ff\u0370-\u0482\u048a-\u0590\u05be-\u0604\u2010-\u2027\u202f-\u205f\u2070-\u3163\u3165-\ud7ff\ue000-\ufdff\ufe10-\ufefe]/;
/** The same where line breaks and tabs stay. */
const UNUSUAL_ON_PAGE = /[^\n\t\x20-\x7e]/;

const TAB = "    ";
const DELETE = 0x7f;
const CONTROL_PICTURES = 0x2400;

/** The text with every unsafe character shown: `␛` for escape, `\u{202e}` for what has no picture of its own. */
export function safeText(text: string): string {
  return UNUSUAL.test(text) ? text.replace(UNSAFE, show) : text;
}

const FOLDED = /[\t\n]| {2}|\r\n/;

/** The same on one line: line breaks, tabs and runs of blanks become one blank. */
export function safeLine(text: string): string {
  return safeText(FOLDED.test(text) ? text.replace(/(?:[ \t\n]|\r\n)+/g, " ") : text);
}

/** The same line by line; the lines are the text's own, and tabs are blanks. */
export function safeLines(text: string): string[] {
  const lines = text.replaceAll("\r\n", "\n").split("\n");
  return lines.map((line) => safeText(line.replaceAll("\t", TAB)));
}

/** The same for a page: its line breaks (always `\n`) and tabs stay. */
export function safePage(text: string): string {
  if (!UNUSUAL_ON_PAGE.test(text)) return text;
  return text
    .replaceAll("\r\n", "\n")
    .replace(UNSAFE, (found, offset: number, whole: string) =>
      found === "\n" || found === "\t" ? found : show(found, offset, whole),
    );
}

/**
 * JSON text with every unsafe character written as JSON escapes it: it says the same and can be sent to a terminal. A line feed
 * is never within a text of JSON, and stays.
 */
export function safeJson(json: string): string {
  if (!UNUSUAL.test(json)) return json;
  return json.replace(UNSAFE, (found, offset: number, whole: string) =>
    found === "\n" ? found : asEscapes(found, offset, whole),
  );
}

function show(character: string, offset: number, text: string): string {
  if (isKeptJoiner(character, offset, text)) return character;
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x20) return String.fromCharCode(CONTROL_PICTURES + code);
  return code === DELETE ? "␡" : `\\u{${code.toString(16)}}`;
}

function asEscapes(character: string, offset: number, json: string): string {
  if (isKeptJoiner(character, offset, json)) return character;
  let escaped = "";
  for (let at = 0; at < character.length; at++) {
    escaped += `\\u${character.charCodeAt(at).toString(16).padStart(4, "0")}`;
  }
  return escaped;
}
