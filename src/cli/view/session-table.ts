/**
 * The table of sessions: which columns a width has room for, and a row of them. Widths are fixed beforehand, so that
 * the first row is there before the last session was looked at.
 */
import { type SessionSummary, stateOf, tookMs } from "../../store/summary.js";
import { safeLine } from "../../text/safe-text.js";
import type { Paint, Tone } from "../terminal/paint.js";
import { cutToWidth, textWidth } from "../terminal/width.js";
import { formatCount, formatDuration, formatMoment } from "./figures.js";

interface Column {
  readonly title: string;
  readonly width: number;
  readonly isNumber?: boolean;
  readonly text: (session: SessionSummary) => string;
  readonly tone?: (session: SessionSummary) => Tone;
}

interface Cell {
  readonly text: string;
  readonly tone: Tone;
}

const GAP = "  ";
/** Of a session that can be read, what nothing tells. */
const UNKNOWN = "-";
/** Six digits are nearly always enough to name a session of a workspace; an imported one has twelve. */
const SHORT_ID = /^(?:session-\d{8}-\d{6}|import-[a-z0-9-]+)-[0-9a-f]*([0-9a-f]{6})$/;

const ID: Column = { title: "SESSION", width: 30, text: ({ id }) => id };
const SHORT: Column = { title: "SESSION", width: 8, text: ({ id }) => SHORT_ID.exec(id)?.[1] ?? id };
const STATE: Column = { title: "STATE", width: 11, text: stateOf, tone: toneOf };
const ROLE: Column = { title: "ROLE", width: 8, text: ({ role }) => role };
const MODEL: Column = { title: "MODEL", width: 12, text: ({ model }) => model };
const TASK: Column = {
  title: "CHAIN/TASK",
  width: 20,
  text: ({ chainId, taskId }) => [chainId, taskId].filter((part) => part !== null).join("/"),
};
const STARTED: Column = { title: "STARTED", width: 19, text: startOf };
const SHORT_STARTED: Column = {
  title: "STARTED",
  width: 11,
  text: shortStartOf,
};
const TOOK: Column = { title: "TOOK", width: 11, text: tookOf };
const TURNS = figure("TURNS", 5, ({ turns }) => turns);
const CALLS = figure("CALLS", 6, ({ toolCalls }) => toolCalls);
const DENIED: Column = {
  ...figure("DENIED", 6, ({ deniedCalls }) => deniedCalls),
  tone: ({ deniedCalls }) => (deniedCalls > 0 ? "notice" : "plain"),
};
const TOKENS = figure("TOKENS", 9, ({ tokenUsage }) => tokenUsage.total);

/** As they stand in a row; what is shortened where there is less room; and the order in which columns go after that. */
const ALL: readonly Column[] = [ID, STATE, ROLE, MODEL, TASK, STARTED, TOOK, TURNS, CALLS, DENIED, TOKENS];
const SHORTENED: ReadonlyMap<Column, Column> = new Map([
  [ID, SHORT],
  [STARTED, SHORT_STARTED],
]);
const DROPPED: readonly Column[] = [TASK, TOOK, DENIED, TURNS, MODEL, TOKENS, ROLE, CALLS, SHORT_STARTED];

/** What is left over goes to what is often long, in this order, to each up to so many columns. */
const WIDENED: readonly (readonly [Column, number])[] = [
  [MODEL, 18],
  [TASK, 24],
  [ROLE, 4],
];

export class SessionTable {
  readonly #paint: Paint;
  readonly #columns: readonly Column[];
  readonly #width: number;
  /** Whether there is a right edge to keep to. */
  readonly #isBounded: boolean;

  constructor(width: number, paint: Paint) {
    this.#paint = paint;
    this.#width = width;
    this.#isBounded = Number.isFinite(width);
    this.#columns = layOut(width);
  }

  titles(): string {
    return this.#row((column) => ({ text: column.title, tone: "dim" }));
  }

  row(session: SessionSummary): string {
    return this.#row((column, index) => {
      const text = safeLine(column.text(session));
      // An id is what other commands are given: it is never cut.
      const isCut = this.#isBounded && index > 0 && !column.isNumber;
      return {
        text: isCut ? cutToWidth(text, column.width) : text,
        tone: column.tone?.(session) ?? "plain",
      };
    });
  }

  /** What is too long for its column takes blanks of those behind it, and the room of the last columns where there are none. */
  #row(cell: (column: Column, index: number) => Cell): string {
    const cells = this.#columns.map(cell);
    for (let count = cells.length; ; count -= 1) {
      const line = this.#line(cells.slice(0, count));
      if (line.width <= this.#width || count === 1) return line.text;
    }
  }

  #line(cells: readonly Cell[]): { readonly text: string; readonly width: number } {
    let line = "";
    let width = 0;
    let start = 0;
    for (const [index, { text, tone }] of cells.entries()) {
      const { width: wide = 0, isNumber } = this.#columns[index] ?? {};
      const own = textWidth(text);
      const from = isNumber ? start + wide - own : start;
      start += wide + GAP.length;
      if (text === "") continue;
      const gap = Math.max(from - width, width === 0 ? 0 : GAP.length);
      line += " ".repeat(gap) + this.#paint(tone, text);
      width += gap + own;
    }
    return { text: line, width };
  }
}

function layOut(width: number): Column[] {
  let columns = [...ALL];
  if (rowWidth(columns) > width) columns = columns.map((column) => SHORTENED.get(column) ?? column);
  for (const column of DROPPED) {
    if (rowWidth(columns) <= width) break;
    columns = columns.filter((kept) => kept !== column);
  }
  for (const [column, most] of WIDENED) {
    const room = Math.min(width - rowWidth(columns), most);
    const at = columns.indexOf(column);
    if (at !== -1 && room > 0) columns[at] = { ...column, width: column.width + room };
  }
  return columns;
}

function rowWidth(columns: readonly Column[]): number {
  return columns.reduce((sum, { width }) => sum + width, GAP.length * (columns.length - 1));
}

function figure(title: string, width: number, count: (session: SessionSummary) => number): Column {
  const text = (session: SessionSummary) => (isKnown(session) ? formatCount(count(session)) : "");
  return { title, width, isNumber: true, text };
}

function toneOf(session: SessionSummary): Tone {
  const state = stateOf(session);
  if (state === "success") return "good";
  if (state === "running") return "accent";
  if (state === "closed") return "plain";
  return state === "interrupted" ? "notice" : "bad";
}

/** Nothing is known of a session of which nothing could be read. */
function isKnown({ lifecycle, startTime }: SessionSummary): boolean {
  return lifecycle !== "unreadable" || startTime !== "";
}

function tookOf(session: SessionSummary): string {
  const took = tookMs(session, Date.now());
  if (took !== null) return formatDuration(took);
  return isKnown(session) ? UNKNOWN : "";
}

/** An unreadable session has no time, nor has one that was imported from a source without times. */
function startOf(session: SessionSummary): string {
  if (session.startTime !== "") return formatMoment(session.startTime);
  return isKnown(session) ? UNKNOWN : "";
}

/** Day and minute of this year, `12-08 14:31`; of any other the date alone, `2024-12-08`. */
function shortStartOf(session: SessionSummary): string {
  const whole = startOf(session);
  const year = `${new Date().getFullYear()}-`;
  if (whole.startsWith(year)) return whole.slice(year.length, "2025-12-08 14:31".length);
  return whole.slice(0, "2025-12-08".length);
}
