/**
 * Folds one record into the state. Deterministic; it reads no clock and does no I/O. It changes only the
 * state it is given: arrays grow, elements are replaced and never changed in place. A record of an unknown
 * type, or whose data does not have the form of its type, leaves the state as it was; it never throws.
 */
import * as is from "../event/guards.js";
import type { JournalRecord, ToolResult } from "../event/types.js";
import { notePlaces } from "./blob-places.js";
import { linkChild } from "./children.js";
import { lookUp, put } from "./state.js";
import type { ReplayState, StateToolCall } from "./types.js";
import { countUsage } from "./usage.js";

type Handler = (replay: ReplayState, data: unknown, record: JournalRecord) => void;

const handlers: ReadonlyMap<string, Handler> = new Map<string, Handler>([
  ["session.started", onSessionStarted],
  ["message.added", onMessageAdded],
  ["tool_call.started", onToolCallStarted],
  ["tool_call.finished", onToolCallFinished],
  ["token_usage.updated", onTokenUsageUpdated],
  ["turn.completed", onTurnCompleted],
  ["status.changed", onStatusChanged],
  ["child_session.linked", onChildSessionLinked],
  ["error.recorded", onErrorRecorded],
  ["note.added", onNoteAdded],
  ["session.ended", onSessionEnded],
]);

/** Folds `record` into `state` and returns that same object. Records go in by seq, each once. */
export function reduce(state: ReplayState, record: JournalRecord): ReplayState {
  handlers.get(record.type)?.(state, record.data, record);
  return state;
}

function onSessionStarted({ state }: ReplayState, data: unknown, record: JournalRecord): void {
  // A journal that lost its first record has a start that was made up, and may have the real one behind it.
  if (!is.isStarted(data) || (state.id !== "" && data.sessionId !== state.id)) return;
  state.id = data.sessionId;
  state.role = data.role;
  state.model = data.model;
  state.chainId = data.chainId;
  state.taskId = data.taskId;
  state.parentSessionId = data.parentSessionId;
  state.startTime = data.at ?? record.time;
  if (data.metadata !== undefined) state.metadata = data.metadata;
}

function onMessageAdded(replay: ReplayState, data: unknown, record: JournalRecord): void {
  const { messages } = replay.state;
  if (!is.isMessageAdded(data)) return;
  const index = messages.push(data.message as (typeof messages)[number]) - 1;
  notePlaces(replay, record, "/message", `/messages/${index}`);
}

function onToolCallStarted(replay: ReplayState, data: unknown, record: JournalRecord): void {
  const { state, open } = replay;
  if (!is.isCallStarted(data)) return;
  const { timestamp, name, params, governanceResult, callId } = data;
  const call: StateToolCall = { timestamp, name, params, result: null, governanceResult };
  // Where the runtime gave no id, the record's own stands in for it and is not shown.
  if (callId !== record.id) call.callId = callId;
  // A call that is open already stays open for ever: its id now means the new one (`verify` reports it).
  const index = state.toolCalls.push(call) - 1;
  put(open, callId, index);
  notePlaces(replay, record, "/params", `/toolCalls/${index}/params`);
  notePlaces(replay, record, "/governanceResult", `/toolCalls/${index}/governanceResult`);
}

function onToolCallFinished(replay: ReplayState, data: unknown, record: JournalRecord): void {
  const { state, open } = replay;
  if (!is.isCallFinished(data)) return;
  const index = lookUp(open, data.callId);
  const call = index === undefined ? undefined : state.toolCalls[index];
  if (index === undefined || call === undefined) return;
  delete open[data.callId];
  state.toolCalls[index] = finished(call, data.result, data.durationMs);
  notePlaces(replay, record, "/result", `/toolCalls/${index}/result`);
}

function finished(call: StateToolCall, result: ToolResult, durationMs: number | undefined): StateToolCall {
  return durationMs === undefined ? { ...call, result } : { ...call, result, durationMs };
}

function onTokenUsageUpdated({ state, responses }: ReplayState, data: unknown): void {
  if (is.isUsage(data)) state.tokenUsage = countUsage(state.tokenUsage, responses, data);
}

function onTurnCompleted({ state }: ReplayState, data: unknown): void {
  if (is.isTurnCompleted(data)) state.lastTurnIndex = data.index;
}

function onStatusChanged({ state }: ReplayState, data: unknown): void {
  if (is.isStatusChanged(data)) state.status = data.status;
}

function onChildSessionLinked({ state }: ReplayState, data: unknown): void {
  if (is.isChildLinked(data)) linkChild(state.childSessionIds, data.sessionId);
}

function onErrorRecorded(replay: ReplayState, data: unknown, record: JournalRecord): void {
  if (!is.isErrorRecorded(data)) return;
  const { message, stack, recoverable } = data;
  const { errors } = replay.state;
  const error = stack === undefined ? { message, recoverable } : { message, stack, recoverable };
  const index = errors.push(error) - 1;
  notePlaces(replay, record, "/message", `/errors/${index}/message`);
  notePlaces(replay, record, "/stack", `/errors/${index}/stack`);
}

function onNoteAdded(replay: ReplayState, data: unknown, record: JournalRecord): void {
  if (!is.isNoteAdded(data)) return;
  const { notes } = replay.state;
  // Data that was given as `undefined` is absent from the record; null is what the state can show for it.
  const note = { kind: data.kind, data: data.data ?? null, time: data.at ?? record.time };
  notePlaces(replay, record, "/data", `/notes/${notes.push(note) - 1}/data`);
}

function onSessionEnded({ state }: ReplayState, data: unknown, record: JournalRecord): void {
  if (!is.isEnded(data)) return;
  state.outcome = data.outcome;
  state.endTime = data.at ?? record.time;
  state.status = data.outcome === "success" ? "completed" : "failed";
}
