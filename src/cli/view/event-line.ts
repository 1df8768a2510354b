/** An event as one line that fits the terminal: time, seq, what it is, what matters of it. All foreign text passes here. */
import { blobRefsOf, hasBlobs, withoutRefs } from "../../event/blob-refs.js";
import type { JournalRecord } from "../../event/types.js";
import { safeLine } from "../../text/safe-text.js";
import type { Paint, Tone } from "../terminal/paint.js";
import { cutToWidth, padToWidth, textWidth } from "../terminal/width.js";
import { describeEvent, type Part } from "./event-words.js";
import { countOf, formatBytes, formatClock, NO_CLOCK } from "./figures.js";
import type { JoinedCall } from "./open-calls.js";
import { PREVIEW_LENGTH, preview } from "./preview.js";

const SEQ_WIDTH = 5;
const LABEL_WIDTH = 9;

export function eventLine(record: JournalRecord, joined: JoinedCall, paint: Paint, width: number): string {
  // Where there is no end of the line, as in a pipe, nothing is cut.
  const isCut = Number.isFinite(width);
  const length = isCut ? PREVIEW_LENGTH : Number.POSITIVE_INFINITY;
  // What is told of them in the end need not be told twice.
  const shown = hasBlobs(record) ? { ...record, data: withoutRefs(record.data) } : record;
  const { label, tone, parts: said } = describeEvent(shown, joined, length);
  const blobs = blobsText(record);
  const parts: readonly Part[] = blobs === "" ? said : [...said, ["dim", blobs]];
  const safeLabel = safeLine(preview(label, length));
  const shownLabel = padToWidth(isCut ? cutToWidth(safeLabel, LABEL_WIDTH) : safeLabel, LABEL_WIDTH);
  const clock = joined.time === undefined ? NO_CLOCK : formatClock(joined.time);
  const place = `${clock} ${String(record.seq).padStart(SEQ_WIDTH)}  `;
  const rest = width - textWidth(place) - LABEL_WIDTH - 1;
  return `${paint("dim", place)}${paint(tone, shownLabel)} ${joinParts(parts, paint, rest, length)}`.trimEnd();
}

/** What of a record lies outside the journal: `1.2 MiB in 2 blobs`; empty for most. */
export function blobsText(record: JournalRecord): string {
  const refs = blobRefsOf(record);
  if (refs.length === 0) return "";
  const sizes = new Map(refs.map(({ sha256, bytes }) => [sha256, bytes]));
  const bytes = [...sizes.values()].reduce((sum, each) => sum + each, 0);
  return `${formatBytes(bytes)} in ${countOf(sizes.size, "blob")}`;
}

/** The parts that say something, two blanks between them, cut where the line ends. A part costs no more than `length` of it. */
export function joinParts(
  parts: readonly Part[],
  paint: Paint,
  width: number,
  length = PREVIEW_LENGTH,
): string {
  let line = "";
  let left = width;
  for (const [tone, text] of parts) {
    const safe = safeLine(preview(text, length)).trim();
    if (safe === "") continue;
    const gap = line === "" ? "" : "  ";
    const cut = cutToWidth(safe, left - gap.length);
    if (cut === "") break;
    line += gap + paint(tone as Tone, cut);
    left -= gap.length + textWidth(cut);
  }
  return line;
}
