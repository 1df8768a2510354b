/** What stands in front of a line that is one of several sessions': its id in short, in a colour of its own. */
import { safeLine } from "../../text/safe-text.js";
import type { Paint, Tone } from "../terminal/paint.js";
import { cutToWidth, padToWidth, textWidth } from "../terminal/width.js";
import { shortId } from "../view/short-id.js";
import type { Owner } from "./event-lines.js";

const SHORT_WIDTH = 6;
/** Of an id that somebody chose, on a terminal. */
const MOST_WIDTH = 16;
const TONES: readonly Tone[] = ["first", "second", "third", "fourth", "fifth"];

export function sessionMark(sessionId: string, paint: Paint, width: number): Owner {
  const short = safeLine(shortId(sessionId));
  const shown = padToWidth(Number.isFinite(width) ? cutToWidth(short, MOST_WIDTH) : short, SHORT_WIDTH);
  const mark = `${paint(toneOf(short), shown)} `;
  return { sessionId, mark, markWidth: textWidth(shown) + 1 };
}

/** The same each time for the same session. */
function toneOf(text: string): Tone {
  let sum = 0;
  for (let at = 0; at < text.length; at += 1) sum = (sum * 31 + text.charCodeAt(at)) % 65_536;
  return TONES[sum % TONES.length] ?? "plain";
}
