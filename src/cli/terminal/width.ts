/** How many columns text takes, and cutting and wrapping by it. Text is safe (`text/safe-text.ts`) before it comes here. */
import { createRequire } from "node:module";

/** Text whose every unit is a character of one column: ASCII, Latin, Greek, Cyrillic, dashes, quotes, arrows, boxes. */
const NARROW =
  /^[\x20-\x7e\xa1-\xac\xae-\u02ff\u0370-\u0377\u0384-\u0482\u048a-\u052f\u2010-\u2027\u2030-\u205e\u2190-\u2193\u2500-\u257f]*$/;
/** No character that is drawn as one is longer than this; what is beyond a cut need not be looked at. */
const UNITS_PER_COLUMN = 16;

const ELLIPSIS = "…";

let segmenter: Intl.Segmenter | undefined;
let stringWidth: ((text: string) => number) | undefined;

function* characters(text: string): Generator<string, void> {
  segmenter ??= new Intl.Segmenter(undefined, { granularity: "grapheme" });
  for (const { segment } of segmenter.segment(text)) yield segment;
}

/** Loading what knows the widths of all scripts takes 40 ms, and most text needs none of it. */
function characterWidth(character: string): number {
  if (NARROW.test(character)) return character.length;
  stringWidth ??= (createRequire(import.meta.url)("string-width") as typeof import("string-width")).default;
  return stringWidth(character);
}

export function textWidth(text: string): number {
  if (NARROW.test(text)) return text.length;
  let width = 0;
  for (const character of characters(text)) width += characterWidth(character);
  return width;
}

/** The text if it fits; else as much of it as leaves room for an ellipsis. */
export function cutToWidth(text: string, width: number): string {
  if (text.length <= width && NARROW.test(text)) return text;
  if (width <= 0) return "";
  if (!Number.isFinite(width)) return text;
  const near = text.slice(0, (width + 1) * UNITS_PER_COLUMN);
  let kept = "";
  let used = 0;
  let keptWithEllipsis = "";
  for (const character of characters(near)) {
    used += characterWidth(character);
    if (used > width) return keptWithEllipsis + ELLIPSIS;
    kept += character;
    if (used < width) keptWithEllipsis = kept;
  }
  return near.length < text.length ? keptWithEllipsis + ELLIPSIS : kept;
}

export function padToWidth(text: string, width: number): string {
  return text + " ".repeat(Math.max(0, width - textWidth(text)));
}

/** The characters; one that is wider than a line is taken apart, as a terminal does it. */
function* fitting(text: string, width: number): Generator<string, void> {
  for (const character of characters(text)) {
    if (textWidth(character) <= width) yield character;
    else yield* character;
  }
}

/** The line in pieces that fit, broken at blanks where there are any. An empty line is one piece. */
export function wrapToWidth(line: string, width: number): string[] {
  if (textWidth(line) <= width) return [line];
  const pieces: string[] = [];
  let piece = "";
  let used = 0;
  const end = () => {
    pieces.push(withoutLastBlanks(piece));
    piece = "";
    used = 0;
  };
  for (const word of line.split(/(?<= )/)) {
    if (used > 0 && used + textWidth(withoutLastBlanks(word)) > width) end();
    for (const character of textWidth(word) <= width ? [word] : fitting(word, width)) {
      const wide = textWidth(character);
      if (used > 0 && used + textWidth(withoutLastBlanks(character)) > width) end();
      piece += character;
      used += wide;
    }
  }
  if (piece !== "") end();
  return pieces;
}

function withoutLastBlanks(text: string): string {
  return text.replace(/ +$/, "");
}
