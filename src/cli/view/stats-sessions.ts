/** The table of sessions under the figures of several: one row each. */
import type { SessionStats } from "../../analysis/entry.js";
import type { FigureColumn } from "./figure-table.js";
import { formatBytes, formatCount, formatDuration, formatMoment } from "./figures.js";
import { shortId } from "./short-id.js";

/** As much of a session as its row says. */
export type SessionRow = Pick<
  SessionStats,
  "sessionId" | "startTime" | "model" | "elapsedMs" | "turns" | "bytes"
> & {
  readonly calls: number;
  readonly failed: number;
  readonly denied: number;
  readonly tokens: number;
};

/** Keeps nothing else of it. */
export function sessionRow(stats: SessionStats): SessionRow {
  const { sessionId, startTime, model, elapsedMs, turns, bytes, calls, tokenUsage } = stats;
  return {
    sessionId,
    startTime,
    model,
    elapsedMs,
    turns,
    bytes,
    calls: calls.calls,
    failed: calls.failed,
    denied: calls.denied,
    tokens: tokenUsage.total,
  };
}

/** Ids are whole where nothing is cut; else as short as other commands take them. */
export function sessionColumns(width: number): readonly FigureColumn<SessionRow>[] {
  const isNarrow = Number.isFinite(width) && width < 120;
  return [
    {
      title: "SESSION",
      isText: true,
      text: ({ sessionId }) => (isNarrow ? shortId(sessionId) : sessionId),
    },
    { title: "MODEL", isText: true, text: ({ model }) => model, drop: 8 },
    {
      title: "STARTED",
      isText: true,
      text: ({ startTime }) => (startTime === "" ? "" : formatMoment(startTime)),
      drop: 7,
    },
    {
      title: "TOOK",
      text: ({ elapsedMs }) => (elapsedMs > 0 ? formatDuration(elapsedMs) : ""),
      drop: 6,
    },
    { title: "TURNS", text: ({ turns }) => some(turns), drop: 5 },
    { title: "CALLS", text: ({ calls }) => formatCount(calls) },
    { title: "FAILED", text: ({ failed }) => some(failed), tone: () => "bad", drop: 1 },
    { title: "DENIED", text: ({ denied }) => some(denied), tone: () => "notice", drop: 4 },
    { title: "TOKENS", text: ({ tokens }) => some(tokens), drop: 2 },
    { title: "BYTES", text: ({ bytes }) => formatBytes(bytes), drop: 3 },
  ];
}

function some(count: number): string {
  return count === 0 ? "" : formatCount(count);
}
