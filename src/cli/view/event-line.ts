/** An event as one line that fits the terminal: time, seq, what it is, what matters of it. All foreign text passes here. */
import type { JournalRecord } from "../../event/types.js";
import { safeLine } from "../safe-text.js";
import type { Paint, Tone } from "../terminal/paint.js";
import { cutToWidth, padToWidth, textWidth } from "../terminal/width.js";
import { describeEvent, type Part } from "./event-words.js";
import { formatClock, NO_CLOCK } from "./figures.js";
import type { JoinedCall } from "./open-calls.js";
import { preview } from "./preview.js";

const SEQ_WIDTH = 5;
const LABEL_WIDTH = 9;

export function eventLine(record: JournalRecord, joined: JoinedCall, paint: Paint, width: number): string {
  const { label, tone, parts } = describeEvent(record, joined);
  const shownLabel = padToWidth(cutToWidth(safeLine(preview(label)), LABEL_WIDTH), LABEL_WIDTH);
  const clock = joined.time === undefined ? NO_CLOCK : formatClock(joined.time);
  const place = `${clock} ${String(record.seq).padStart(SEQ_WIDTH)}  `;
  const rest = width - textWidth(place) - LABEL_WIDTH - 1;
  return `${paint("dim", place)}${paint(tone, shownLabel)} ${joinParts(parts, paint, rest)}`.trimEnd();
}

/** The parts that say something, two blanks between them, cut where the line ends. However long a part is, it costs little. */
export function joinParts(parts: readonly Part[], paint: Paint, width: number): string {
  let line = "";
  let left = width;
  for (const [tone, text] of parts) {
    const safe = safeLine(preview(text)).trim();
    if (safe === "") continue;
    const gap = line === "" ? "" : "  ";
    const cut = cutToWidth(safe, left - gap.length);
    if (cut === "") break;
    line += gap + paint(tone as Tone, cut);
    left -= gap.length + textWidth(cut);
  }
  return line;
}
