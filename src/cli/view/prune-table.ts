/**
 * What a prune removes, for the person who is asked: a line for each session, and what they come to; and why others stay.
 * There may be 100,000 of them, so a row costs no more than its text.
 */
import type { Pruned } from "../../store/prune.js";
import type { PrunedSession } from "../../store/prune-log.js";
import { safeLine } from "../../text/safe-text.js";
import type { Paint } from "../terminal/paint.js";
import { cutToWidth, padToWidth } from "../terminal/width.js";
import { countOf, formatBytes, formatCount, formatMoment } from "./figures.js";
import { shortId } from "./short-id.js";

const ID_TITLE = "SESSION";
const GAP = "  ";
const LAST_WIDTH = "2025-12-08 14:31:05".length;
const OUTCOME_WIDTH = "interrupted".length;
const SIZE_WIDTH = "1023 bytes".length;
const REST_WIDTH = 3 * GAP.length + LAST_WIDTH + OUTCOME_WIDTH + SIZE_WIDTH;
const LEAST_ID_WIDTH = 8;

/** Titles, and a row for each. Where the ids do not fit, what is enough to name the session stands for them. */
export function* pruneTable(
  removed: readonly PrunedSession[],
  paint: Paint,
  width: number,
): Generator<string, void> {
  const room = Math.max(width - REST_WIDTH, LEAST_ID_WIDTH);
  const isWide = removed.every(({ id }) => id.length <= room);
  const nameOf = ({ id }: PrunedSession) => (isWide ? id : shortId(id));
  const longest = removed.reduce((most, each) => Math.max(most, nameOf(each).length), ID_TITLE.length);
  const idWidth = Math.min(longest, room);
  const row = (id: string, last: string, outcome: string, size: string) =>
    [
      padToWidth(cutToWidth(id, idWidth), idWidth),
      padToWidth(last, LAST_WIDTH),
      padToWidth(outcome, OUTCOME_WIDTH),
      size.padStart(SIZE_WIDTH),
    ].join(GAP);
  yield paint("dim", row(ID_TITLE, "LAST WRITTEN", "OUTCOME", "SIZE"));
  for (const each of removed) {
    yield row(
      nameOf(each),
      formatMoment(each.lastTime ?? ""),
      each.outcome ?? "none",
      formatBytes(each.bytes),
    );
  }
}

/** `12 sessions, 34 MiB in 30 files`. */
export function pruneTotal(removed: readonly PrunedSession[]): string {
  const bytes = removed.reduce((sum, each) => sum + each.bytes, 0);
  const files = removed.reduce((sum, each) => sum + each.files.length, 0);
  return `${countOf(removed.length, "session")}, ${formatBytes(bytes)} in ${countOf(files, "file")}`;
}

/** `3 sessions stay: 2 not old enough, 1 running`; empty where none stays. */
export function keptText(kept: Pruned["kept"]): string {
  if (kept.length === 0) return "";
  const counts = new Map<string, number>();
  for (const { why } of kept) counts.set(why, (counts.get(why) ?? 0) + 1);
  const reasons = [...counts]
    .sort(([, a], [, b]) => b - a)
    .map(([why, count]) => `${formatCount(count)} ${ofSeveral(why)}`);
  return `${countOf(kept.length, "session stays", "sessions stay")}: ${reasons.join(", ")}`;
}

/** What is said of one session, as it is said behind a number of them. */
function ofSeveral(why: string): string {
  return safeLine(why)
    .replace(/^it (is )?/, "")
    .replace(/^its /, "whose ");
}
