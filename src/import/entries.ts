/** Makes the entries that readers give: one small function for each event, so that every format says the same in the same way. */
import type { ToolResult } from "../event/types.js";
import { amountOf, countOf, type Members, textOf, wordsOf } from "./foreign-values.js";
import type { Entry, ForeignHeader, FormatName } from "./types.js";

type EventEntry = Extract<Entry, { kind: "event" }>;

export const RECORD: Entry = { kind: "record" };

export function begin(session: string, header: ForeignHeader): Entry {
  return { kind: "begin", session, header };
}

type Made = { [key: string]: unknown };

export interface Told {
  /** The source's time. */
  readonly at?: string | undefined;
  /** What else the record says. */
  readonly source?: Members | undefined;
}

/** `data` is made for this event alone, and is added to. */
function event(session: string, type: EventEntry["event"]["type"], data: Made, told: Told): EventEntry {
  if (told.at !== undefined) data.at = told.at;
  if (told.source !== undefined) data.source = told.source;
  return { kind: "event", session, event: { type, data } };
}

/** An event that is one already, as a journal of this library has it; `id` is its record's, where that is to stay. */
export function eventAsRecorded(
  session: string,
  type: string,
  data: Members,
  at: string | undefined,
  id?: string | undefined,
): Entry {
  const known = type as EventEntry["event"]["type"];
  return {
    kind: "event",
    session,
    event: { type: known, data: at === undefined ? data : { ...data, at }, id },
  };
}

export interface ForeignMessage {
  readonly role: unknown;
  readonly content: unknown;
  readonly name?: unknown;
  readonly toolCalls?: unknown;
  readonly toolCallId?: unknown;
}

export function message(session: string, said: ForeignMessage, told: Told): Entry {
  const { role, content, name, toolCalls, toolCallId } = said;
  const message: Made = { role: textOf(role) ?? "unknown", content: content ?? null };
  if (textOf(name) !== undefined) message.name = name;
  if (toolCalls !== undefined && toolCalls !== null) message.toolCalls = toolCalls;
  if (textOf(toolCallId) !== undefined) message.toolCallId = toolCallId;
  return event(session, "message.added", { message }, told);
}

/** `callId` pairs it with its result; a call without one stays open, for nothing can name it. */
export function callStarted(
  session: string,
  call: { readonly callId: unknown; readonly name: unknown; readonly params: Members },
  told: Told,
): Entry {
  const data = {
    callId: textOf(call.callId),
    timestamp: told.at,
    name: textOf(call.name) ?? "unknown",
    params: call.params,
    governanceResult: { allowed: true },
  };
  return event(session, "tool_call.started", data, told);
}

export function callFinished(
  session: string,
  callId: unknown,
  result: ToolResult,
  told: Told & { readonly durationMs?: number | undefined },
): Entry {
  const durationMs = amountOf(told.durationMs);
  const data: Made = { callId: textOf(callId), result };
  if (durationMs !== undefined) data.durationMs = durationMs;
  return event(session, "tool_call.finished", data, told);
}

/** A failure says why in words; what the source gave besides words is kept beside them. */
export function resultOf(content: unknown, isError: boolean, more?: Members): ToolResult {
  const data = more === undefined ? content : { content, ...more };
  if (!isError) return { success: true, data: data ?? null };
  const error = wordsOf(content);
  return typeof data === "string" || data === undefined || data === null
    ? { success: false, error }
    : { success: false, error, data };
}

/** Counts as a source gives them, made disjoint by the caller; what is no count is left out. */
export interface ForeignUsage {
  readonly input: unknown;
  readonly output: unknown;
  readonly cacheRead?: unknown;
  readonly cacheWrite?: unknown;
  readonly reasoning?: unknown;
  readonly costUsd?: unknown;
  readonly responseId?: unknown;
  readonly model?: unknown;
}

export function usage(session: string, counts: ForeignUsage, told: Told): Entry {
  const data: Made = {
    input: countOf(counts.input) ?? 0,
    output: countOf(counts.output) ?? 0,
  };
  for (const name of ["cacheRead", "cacheWrite", "reasoning"] as const) {
    const value = countOf(counts[name]);
    if (value !== undefined) data[name] = value;
  }
  const costUsd = amountOf(counts.costUsd);
  if (costUsd !== undefined) data.costUsd = costUsd;
  for (const name of ["responseId", "model"] as const) {
    const value = textOf(counts[name]);
    if (value !== undefined) data[name] = value;
  }
  return event(session, "token_usage.updated", data, told);
}

/** Where the source counts what came from a cache as input too (the table in docs/reference/import.md). */
export function withoutCached(input: unknown, ...cached: unknown[]): number | undefined {
  const all = countOf(input);
  if (all === undefined) return undefined;
  const read = cached.reduce<number>((sum, value) => sum + (countOf(value) ?? 0), 0);
  return Math.max(0, all - read);
}

/** A record that no event says: kept whole. */
export function note(
  session: string,
  format: FormatName,
  type: unknown,
  data: unknown,
  told: Told = {},
): Entry {
  return event(session, "note.added", { kind: `${format}.${textOf(type) ?? "unknown"}`, data }, told);
}

export function turnCompleted(session: string, index: number, told: Told): Entry {
  return event(session, "turn.completed", { index }, told);
}

export function errorRecorded(session: string, text: string, told: Told): Entry {
  return event(session, "error.recorded", { message: text, recoverable: true }, told);
}
