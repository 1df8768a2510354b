/**
 * A quiet table of figures: titles, no lines, two blanks between columns, in keeping with `list`. Columns go in a fixed
 * order where there is less room, and then the first one is cut. All foreign text passes here.
 */
import Table from "cli-table3";
import { safeLine } from "../../text/safe-text.js";
import type { Paint, Tone } from "../terminal/paint.js";
import { cutToWidth, textWidth } from "../terminal/width.js";
import { preview } from "./preview.js";

export interface FigureColumn<Row> {
  readonly title: string;
  /** Texts stand left, figures right. */
  readonly isText?: true;
  readonly text: (row: Row) => string;
  readonly tone?: (row: Row) => Tone;
  /** The higher, the sooner it goes; those without go last, from the right. */
  readonly drop?: number;
}

const GAP = 2;
const LEAST_FIRST_WIDTH = 12;
const NOTHING = {
  top: "",
  "top-mid": "",
  "top-left": "",
  "top-right": "",
  bottom: "",
  "bottom-mid": "",
  "bottom-left": "",
  "bottom-right": "",
  left: "",
  "left-mid": "",
  mid: "",
  "mid-mid": "",
  right: "",
  "right-mid": "",
  middle: " ".repeat(GAP),
};

/** The lines of the table; none where there are no rows. Columns without a single entry are left out. */
export function figureTable<Row>(
  columns: readonly FigureColumn<Row>[],
  rows: readonly Row[],
  paint: Paint,
  width: number,
): string[] {
  if (rows.length === 0) return [];
  const filled = columns
    .map((column) => ({ column, cells: rows.map((row) => safeLine(preview(column.text(row)))) }))
    .filter(({ cells }, index) => index === 0 || cells.some((cell) => cell !== ""))
    .map((each) => ({ ...each, width: Math.max(...[each.column.title, ...each.cells].map(textWidth)) }));
  const shown = fitColumns(filled, width);
  const head = shown.map(({ column, width }) => paint("dim", cutToWidth(column.title, width)));
  const body = rows.map((row, index) =>
    shown.map(({ column, cells, width }) =>
      paint(column.tone?.(row) ?? "plain", cutToWidth(cells[index] ?? "", width)),
    ),
  );
  return inParts([head, ...body]).flatMap((part) => layOut(part, shown));
}

/** What the library takes to lay out a table grows with the square of its rows. */
const PART_ROWS = 100;

function inParts<Row>(rows: readonly Row[]): Row[][] {
  const parts: Row[][] = [];
  for (let at = 0; at < rows.length; at += PART_ROWS) parts.push(rows.slice(at, at + PART_ROWS));
  return parts;
}

function layOut<Row>(rows: readonly string[][], columns: readonly Measured<Row>[]): string[] {
  const table = new Table({
    chars: NOTHING,
    style: { "padding-left": 0, "padding-right": 0, head: [], border: [], compact: true },
    colAligns: columns.map(({ column }) => (column.isText ? "left" : "right")),
    colWidths: columns.map(({ width }) => width),
  });
  table.push(...rows);
  return table
    .toString()
    .split("\n")
    .map((line) => line.trimEnd());
}

interface Measured<Row> {
  readonly column: FigureColumn<Row>;
  readonly cells: readonly string[];
  readonly width: number;
}

function fitColumns<Row>(columns: readonly Measured<Row>[], width: number): Measured<Row>[] {
  let shown = [...columns];
  const others = () => shown.slice(1).reduce((sum, each) => sum + each.width + GAP, 0);
  const least = Math.min(shown[0]?.width ?? 0, LEAST_FIRST_WIDTH);
  while (least + others() > width) {
    const goes = shown.reduce((most, each) => Math.max(most, each.column.drop ?? 0), 0);
    if (goes === 0 && shown.length === 1) break;
    shown = goes === 0 ? shown.slice(0, -1) : shown.filter((each) => each.column.drop !== goes);
  }
  return shown.map((each, index) =>
    index > 0 ? each : { ...each, width: Math.min(each.width, Math.max(least, width - others())) },
  );
}
