/** The figures of a session, or of several together, as tables: tools, models, and what takes the bytes. */
import type {
  CallFigures,
  ModelFigures,
  StatsFigures,
  ToolFigures,
  TypeFigures,
} from "../../analysis/entry.js";
import type { Paint } from "../terminal/paint.js";
import { wrapped } from "../terminal/wrapped.js";
import { type FigureColumn, figureTable } from "./figure-table.js";
import { countOf, formatBytes, formatCount, formatDuration } from "./figures.js";

/** Rows of a table that a terminal shows unless all are asked for. */
const SHOWN_ROWS = 12;

type Total<T> = T & { readonly isTotal?: true };

const TOOLS: readonly FigureColumn<Total<ToolFigures>>[] = [
  { title: "TOOL", isText: true, text: ({ name }) => name, tone: toneOf },
  { title: "CALLS", text: ({ calls }) => formatCount(calls), tone: toneOf },
  { title: "FAILED", text: ({ failed }) => some(failed), tone: () => "bad" },
  { title: "DENIED", text: ({ denied }) => some(denied), tone: () => "notice", drop: 1 },
  { title: "OPEN", text: ({ open }) => some(open), tone: () => "notice", drop: 5 },
  { title: "P50", text: ({ p50Ms }) => duration(p50Ms), tone: toneOf, drop: 4 },
  { title: "P95", text: ({ p95Ms }) => duration(p95Ms), tone: toneOf, drop: 2 },
  { title: "MAX", text: ({ maxMs }) => duration(maxMs), tone: toneOf, drop: 7 },
  { title: "TOGETHER", text: (row) => together(row), tone: toneOf, drop: 6 },
  { title: "BYTES", text: ({ bytes }) => formatBytes(bytes), tone: toneOf, drop: 3 },
];

const MODELS: readonly FigureColumn<Total<ModelFigures>>[] = [
  { title: "MODEL", isText: true, text: ({ model }) => model, tone: toneOf },
  { title: "RESPONSES", text: ({ responses }) => formatCount(responses), tone: toneOf, drop: 4 },
  { title: "INPUT", text: ({ tokenUsage }) => formatCount(tokenUsage.input), tone: toneOf },
  { title: "OUTPUT", text: ({ tokenUsage }) => formatCount(tokenUsage.output), tone: toneOf },
  { title: "REASONING", text: ({ tokenUsage }) => some(tokenUsage.reasoning), tone: toneOf, drop: 5 },
  { title: "CACHE READ", text: ({ tokenUsage }) => some(tokenUsage.cacheRead), tone: toneOf, drop: 2 },
  { title: "CACHE WRITE", text: ({ tokenUsage }) => some(tokenUsage.cacheWrite), tone: toneOf, drop: 3 },
  { title: "COST", text: ({ tokenUsage }) => cost(tokenUsage.costUsd), tone: toneOf, drop: 1 },
];

const TYPES: readonly FigureColumn<TypeFigures & { readonly share: number }>[] = [
  { title: "EVENT", isText: true, text: ({ type }) => type },
  { title: "RECORDS", text: ({ records }) => formatCount(records), drop: 1 },
  { title: "BYTES", text: ({ bytes }) => formatBytes(bytes) },
  { title: "BLOBS", text: ({ blobBytes }) => (blobBytes === 0 ? "" : formatBytes(blobBytes)), drop: 2 },
  { title: "SHARE", text: ({ share }) => percent(share) },
  { title: "EACH", text: ({ bytes, records }) => formatBytes(Math.round(bytes / records)), drop: 2 },
];

export class StatsText {
  readonly #paint: Paint;
  readonly #width: number;
  readonly #most: number;

  constructor(paint: Paint, width: number, isFull: boolean) {
    this.#paint = paint;
    this.#width = width;
    this.#most = isFull || !Number.isFinite(width) ? Number.POSITIVE_INFINITY : SHOWN_ROWS;
  }

  /** `7 turns · 33 messages · 214 records in 1.2 MiB`, after what `before` says. */
  summary(figures: StatsFigures, ...before: readonly string[]): string[] {
    const { elapsedMs, turns, messages, errors, records, bytes, blobs, blobBytes } = figures;
    const parts = [...before];
    if (elapsedMs > 0) parts.push(formatDuration(elapsedMs));
    if (turns > 0) parts.push(countOf(turns, "turn"));
    parts.push(countOf(messages, "message"));
    if (errors > 0) parts.push(countOf(errors, "error"));
    parts.push(`${countOf(records, "record")} in ${formatBytes(bytes)}`);
    if (blobs > 0) parts.push(`${countOf(blobs, "blob")} of ${formatBytes(blobBytes)}`);
    return wrapped(parts.join(" · "), "dim", this.#paint, this.#width);
  }

  /** Each table after an empty line; those without rows are left out. */
  *tables(figures: StatsFigures): Generator<string> {
    const { calls, tools, models, tokenUsage, types, bytes, blobBytes } = figures;
    const allTools = { ...calls, name: "all", isTotal: true as const };
    yield* this.table(TOOLS, tools, "tool", tools.length > 1 ? allTools : undefined);
    const responses = models.reduce((sum, each) => sum + each.responses, 0);
    const allModels = { model: "all", responses, tokenUsage, isTotal: true as const };
    yield* this.table(MODELS, models, "model", models.length > 1 ? allModels : undefined);
    const all = bytes + blobBytes;
    const shared = types.map((type) => ({
      ...type,
      share: all === 0 ? 0 : (type.bytes + type.blobBytes) / all,
    }));
    const columns = blobBytes === 0 ? TYPES.filter(({ title }) => title !== "BLOBS") : TYPES;
    yield* this.table(columns, shared, "type of event", undefined, "types of event");
  }

  *table<Row>(
    columns: readonly FigureColumn<Row>[],
    rows: readonly Row[],
    one: string,
    total?: Row,
    many = `${one}s`,
  ): Generator<string> {
    if (rows.length === 0) return;
    // A single row is no more than the line that would stand for it.
    const shown = rows.length <= this.#most + 1 ? rows : rows.slice(0, this.#most);
    yield "";
    yield* figureTable(columns, total === undefined ? shown : [...shown, total], this.#paint, this.#width);
    const rest = rows.length - shown.length;
    const what = rest === 1 ? one : many;
    if (rest > 0) yield this.#paint("dim", `… ${formatCount(rest)} more ${what} (--full shows all)`);
  }
}

function toneOf({ isTotal }: { readonly isTotal?: true }): "dim" | "plain" {
  return isTotal ? "dim" : "plain";
}

/** Nothing instead of a zero, so that what is there is seen. */
function some(count: number | undefined): string {
  return count === undefined || count === 0 ? "" : formatCount(count);
}

function duration(durationMs: number | null): string {
  return durationMs === null ? "" : formatDuration(durationMs);
}

function together({ timed, totalMs }: CallFigures): string {
  return timed === 0 ? "" : formatDuration(totalMs);
}

function cost(costUsd: number | undefined): string {
  return costUsd === undefined || costUsd === 0 ? "" : `$${costUsd.toFixed(4)}`;
}

function percent(share: number): string {
  const percents = share * 100;
  if (percents > 0 && percents < 0.05) return "< 0.1 %";
  return `${percents.toFixed(percents < 9.95 ? 1 : 0)} %`;
}
