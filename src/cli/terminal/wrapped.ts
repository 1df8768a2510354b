/** A sentence of ours on as many lines as the terminal needs for it, broken between words. Paths in it are never cut. */
import { safeLine } from "../../text/safe-text.js";
import type { Paint, Tone } from "./paint.js";
import { wrapToWidth } from "./width.js";

/** Each line is painted by itself, so that what wraps stays in its colour; `indent` stands before each. */
export function wrapped(text: string, tone: Tone, paint: Paint, width: number, indent = ""): string[] {
  return wrapToWidth(safeLine(text), Math.max(width - indent.length, 1)).map(
    (line) => indent + paint(tone, line),
  );
}
