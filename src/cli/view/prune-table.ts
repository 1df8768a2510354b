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

const GAP = "  ";
const ID_TITLE = "SESSION";
const LEAST_ID_WIDTH = 8;

interface Column {
  readonly title: string;
  readonly width: number;
  readonly text: (session: PrunedSession) => string;
}

const LAST: Column = {
  title: "LAST WRITTEN",
  width: "2025-12-08 14:31:05".length,
  text: ({ lastTime }) => formatMoment(lastTime ?? ""),
};
const LAST_DAY: Column = {
  title: "WRITTEN",
  width: "2025-12-08".length,
  text: (session) => LAST.text(session).slice(0, "2025-12-08".length),
};
const OUTCOME: Column = {
  title: "OUTCOME",
  width: "interrupted".length,
  text: ({ outcome }) => outcome ?? "none",
};
const SIZE: Column = { title: "SIZE", width: "1023 bytes".length, text: ({ bytes }) => formatBytes(bytes) };

/** What stands beside the id, the widest first: the first for which there is room is taken, else the last. */
const BESIDE: readonly (readonly Column[])[] = [
  [LAST, OUTCOME, SIZE],
  [LAST, SIZE],
  [LAST_DAY, SIZE],
  [SIZE],
];

/** Titles, and a row for each. Where the ids do not fit, what is enough to name the session stands for them. */
export function* pruneTable(
  removed: readonly PrunedSession[],
  paint: Paint,
  width: number,
): Generator<string, void> {
  const columns = BESIDE.find((each) => LEAST_ID_WIDTH + widthOf(each) <= width) ?? [SIZE];
  const room = Math.max(width - widthOf(columns), LEAST_ID_WIDTH);
  const isWide = removed.every(({ id }) => id.length <= room);
  const nameOf = ({ id }: PrunedSession) => (isWide ? id : shortId(id));
  const longest = removed.reduce((most, each) => Math.max(most, nameOf(each).length), ID_TITLE.length);
  const idWidth = Math.min(longest, room);
  const row = (id: string, cell: (column: Column) => string) => {
    const cells = columns.map((column) =>
      column === SIZE ? cell(column).padStart(column.width) : padToWidth(cell(column), column.width),
    );
    return [padToWidth(cutToWidth(id, idWidth), idWidth), ...cells].join(GAP);
  };
  yield paint(
    "dim",
    row(ID_TITLE, ({ title }) => title),
  );
  for (const each of removed) yield row(nameOf(each), ({ text }) => text(each));
}

function widthOf(columns: readonly Column[]): number {
  return columns.reduce((sum, { width }) => sum + GAP.length + width, 0);
}

/** `12 sessions, 34 MiB in 30 files`. */
export function pruneTotal(removed: readonly PrunedSession[]): string {
  const bytes = removed.reduce((sum, each) => sum + each.bytes, 0);
  const files = removed.reduce((sum, each) => sum + each.files.length, 0);
  return `${countOf(removed.length, "session")}, ${formatBytes(bytes)} in ${countOf(files, "file")}`;
}

/** `3 sessions stay: 2 not old enough, 1 running`; `3 sessions stay: running`; empty where none stays. */
export function keptText(kept: Pruned["kept"]): string {
  if (kept.length === 0) return "";
  const counts = new Map<string, number>();
  for (const { why } of kept) counts.set(why, (counts.get(why) ?? 0) + 1);
  const reasons = [...counts]
    .sort(([, a], [, b]) => b - a)
    .map(([why, count]) => (counts.size === 1 ? "" : `${formatCount(count)} `) + ofSeveral(why));
  return `${countOf(kept.length, "session stays", "sessions stay")}: ${reasons.join(", ")}`;
}

/** What is said of one session, as it is said behind a number of them. */
function ofSeveral(why: string): string {
  return safeLine(why)
    .replace(/^it (is )?/, "")
    .replace(/^its /, "whose ");
}
