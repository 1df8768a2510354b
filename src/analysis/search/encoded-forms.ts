/**
 * Where a text may stand in the bytes of a journal. Our writer has one form for each character, but JSON has more (any
 * character may be `\u` and four digits, `/` may be `\/`), and other writers may use them. What is found here is a place
 * to look at: more than the text may be found, never less. The bytes given are whole lines.
 */
import { Buffer } from "node:buffer";
import { escapeSeparators } from "../../event/separators.js";
import { caseVariants } from "./case-variants.js";
import { escapeText } from "./pattern.js";

export interface EncodedForms {
  /** The next place at or behind `from`; -1 where there is none. Calls on the same bytes go forwards. */
  next(bytes: Buffer, from: number): number;
}

/** More than that of it says nothing new, and costs. */
const MOST_CHARACTERS = 64;

export function encodedForms(text: string, ignoreCase: boolean): EncodedForms {
  // Of U+2028 and U+2029 both forms are usual; the expression knows all of them.
  return ignoreCase || /[\u2028\u2029]/.test(text) ? new AnyForms(text, ignoreCase) : new ExactForms(text);
}

const FIRST_PRINTED = 0x20;
/** Of the control characters those that have a letter of their own: `\b`, `\t`, `\n`, `\f`, `\r`. */
const SHORT_ESCAPES: ReadonlySet<number> = new Set([0x08, 0x09, 0x0a, 0x0c, 0x0d]);

const ESCAPE = Buffer.from("\\u");
const ESCAPED_SLASH = Buffer.from("\\/");

/** The usual form by the fastest search there is; beside it, escapes that may stand for a character of the text. */
class ExactForms implements EncodedForms {
  readonly #usual: Buffer;
  readonly #mayBeSlash: boolean;
  /** The UTF-16 code units of the text. */
  readonly #units: ReadonlySet<number>;
  #bytes: Buffer | undefined;
  #nextUsual = -1;
  #nextEscape = -1;
  #nextSlash = -1;

  constructor(text: string) {
    const json = escapeSeparators(JSON.stringify(text)).slice(1, -1);
    this.#usual = Buffer.from(json, "utf8");
    this.#mayBeSlash = text.includes("/");
    this.#units = new Set(Array.from({ length: text.length }, (_, at) => text.charCodeAt(at)));
  }

  next(bytes: Buffer, from: number): number {
    const isNew = bytes !== this.#bytes;
    this.#bytes = bytes;
    if (isNew || isPassed(this.#nextUsual, from)) this.#nextUsual = bytes.indexOf(this.#usual, from);
    if (isNew || isPassed(this.#nextEscape, from)) this.#nextEscape = this.#findEscape(bytes, from);
    if (isNew) this.#nextSlash = this.#mayBeSlash ? bytes.indexOf(ESCAPED_SLASH, from) : -1;
    else if (isPassed(this.#nextSlash, from)) this.#nextSlash = bytes.indexOf(ESCAPED_SLASH, from);
    return firstOf(firstOf(this.#nextUsual, this.#nextEscape), this.#nextSlash);
  }

  #findEscape(bytes: Buffer, from: number): number {
    for (let at = bytes.indexOf(ESCAPE, from); at !== -1; at = bytes.indexOf(ESCAPE, at + 2)) {
      if (this.#isUnusual(bytes, at + 2)) return at;
    }
    return -1;
  }

  #isUnusual(bytes: Buffer, digits: number): boolean {
    let unit = 0;
    let isLowerCase = true;
    for (let at = digits; at < digits + 4; at++) {
      const byte = bytes[at] ?? 0;
      const value = HEX[byte] ?? -1;
      if (value < 0) return false;
      isLowerCase &&= byte < 0x41 || byte > 0x46;
      unit = unit * 16 + value;
    }
    if (!this.#units.has(unit)) return false;
    // Control characters are usually written so, and terminal output is full of `\u001b`: only other digits are unusual.
    return unit >= FIRST_PRINTED || !isLowerCase || SHORT_ESCAPES.has(unit);
  }
}

/** Every form of every character, in either case, as one expression over the bytes taken for Latin-1. */
class AnyForms implements EncodedForms {
  readonly #forms: RegExp;
  #bytes: Buffer | undefined;
  #latin1 = "";

  constructor(text: string, ignoreCase: boolean) {
    const characters = [...text].slice(0, MOST_CHARACTERS);
    const forms = characters.map((character) =>
      (ignoreCase ? caseVariants(character) : [character]).flatMap(formsOf).join("|"),
    );
    this.#forms = new RegExp(forms.map((either) => `(?:${either})`).join(""), "g");
  }

  next(bytes: Buffer, from: number): number {
    if (bytes !== this.#bytes) {
      this.#bytes = bytes;
      this.#latin1 = bytes.toString("latin1");
    }
    this.#forms.lastIndex = from;
    return this.#forms.exec(this.#latin1)?.index ?? -1;
  }
}

/** Each as the source of an expression over Latin-1. */
function formsOf(character: string): string[] {
  const plain = JSON.stringify(character).slice(1, -1);
  const raw = Buffer.from(plain, "utf8").toString("latin1");
  const forms = new Set([escapeText(raw), escapedUnits(character)]);
  if (character === "/") forms.add("\\\\\\/");
  return [...forms];
}

function escapedUnits(character: string): string {
  let source = "";
  for (let at = 0; at < character.length; at++) {
    const digits = character.charCodeAt(at).toString(16).padStart(4, "0");
    source += `\\\\u${digits.replace(/[a-f]/g, (digit) => `[${digit}${digit.toUpperCase()}]`)}`;
  }
  return source;
}

/** The value of each byte that is a hexadecimal digit; -1 for the others. */
const HEX = Int8Array.from({ length: 256 }, (_, byte) => {
  const value = Number.parseInt(String.fromCharCode(byte), 16);
  return Number.isNaN(value) ? -1 : value;
});

function isPassed(place: number, from: number): boolean {
  return place !== -1 && place < from;
}

function firstOf(a: number, b: number): number {
  if (a === -1) return b;
  return b === -1 ? a : Math.min(a, b);
}
