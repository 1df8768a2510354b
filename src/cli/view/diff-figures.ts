/** What two runs came to, figure by figure, and the difference between them. */
import type { SessionDiff, StatsFigures } from "../../analysis/entry.js";
import type { Paint } from "../terminal/paint.js";
import { type FigureColumn, figureTable } from "./figure-table.js";
import { formatBytes, formatCount, formatDuration } from "./figures.js";

interface Row {
  readonly title: string;
  readonly a: number;
  readonly b: number;
  readonly format: (figure: number) => string;
}

type Read = (figures: StatsFigures) => number;

const FIGURES: readonly (readonly [title: string, read: Read, format: (figure: number) => string])[] = [
  ["turns", ({ turns }) => turns, formatCount],
  ["messages", ({ messages }) => messages, formatCount],
  ["calls", ({ calls }) => calls.calls, formatCount],
  ["failed", ({ calls }) => calls.failed, formatCount],
  ["denied", ({ calls }) => calls.denied, formatCount],
  ["errors", ({ errors }) => errors, formatCount],
  ["input tokens", ({ tokenUsage }) => tokenUsage.input, formatCount],
  ["output tokens", ({ tokenUsage }) => tokenUsage.output, formatCount],
  ["read from cache", ({ tokenUsage }) => tokenUsage.cacheRead ?? 0, formatCount],
  ["written to cache", ({ tokenUsage }) => tokenUsage.cacheWrite ?? 0, formatCount],
  ["cost", ({ tokenUsage }) => tokenUsage.costUsd ?? 0, (costUsd) => `$${costUsd.toFixed(4)}`],
  ["time", ({ elapsedMs }) => elapsedMs, formatDuration],
  ["time in tools", ({ calls }) => calls.totalMs, formatDuration],
  ["journal", ({ bytes }) => bytes, formatBytes],
];

const COLUMNS: readonly FigureColumn<Row>[] = [
  { title: "", isText: true, text: ({ title }) => title, tone: () => "dim" },
  { title: "A", text: ({ a, format }) => format(a) },
  { title: "B", text: ({ b, format }) => format(b) },
  { title: "DIFFERENCE", text: differenceOf, tone: ({ a, b }) => (a === b ? "dim" : "strong"), drop: 1 },
];

/** Figures that both have none of are left out. */
export function diffFigures({ a, b }: SessionDiff, paint: Paint, width: number): string[] {
  const rows = FIGURES.map(
    ([title, read, format]): Row => ({ title, a: read(a.figures), b: read(b.figures), format }),
  );
  return figureTable(
    COLUMNS,
    rows.filter((row) => row.a !== 0 || row.b !== 0),
    paint,
    width,
  );
}

function differenceOf({ a, b, format }: Row): string {
  if (a === b) return "=";
  const share = a === 0 ? "" : ` (${b > a ? "+" : "-"}${Math.round((Math.abs(b - a) / a) * 100)} %)`;
  return `${b > a ? "+" : "-"}${format(Math.abs(b - a))}${share}`;
}
