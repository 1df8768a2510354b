/**
 * Foreign text for pages that people open: what would turn the direction of the text, hide in it or break it is shown.
 * Line breaks and tabs stay what they are.
 */

/** Control and format characters, separators, lone surrogates, and whatever else is drawn as nothing. */
const HIDDEN =
  /(?![\n\t])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]|(?![\uFE0E\uFE0F\u200D])\p{Default_Ignorable_Code_Point}/gu;
/** Most texts have nothing but these, and cost no closer look. */
const UNUSUAL = /[^\n\t\x20-\x7E]/;
/** What joins the parts of an emoji is no threat between them. */
const JOINER = "\u200D";
const DELETE = 0x7f;
const CONTROL_PICTURES = 0x2400;

/** `␛` for escape, `\u{202e}` for what has no picture of its own. */
export function visibleText(text: string): string {
  if (!UNUSUAL.test(text)) return text;
  return text.replace(/\r\n/g, "\n").replace(HIDDEN, show);
}

/** The same on one line. */
export function visibleLine(text: string): string {
  return visibleText(text).replace(/\s+/g, " ").trim();
}

function show(character: string, offset: number, text: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (character === JOINER && isEmoji(text, offset)) return character;
  if (code < 0x20) return String.fromCharCode(CONTROL_PICTURES + code);
  return code === DELETE ? "␡" : `\\u{${code.toString(16)}}`;
}

function isEmoji(text: string, offset: number): boolean {
  return /^\p{Extended_Pictographic}/u.test(text.slice(offset + 1, offset + 3));
}
