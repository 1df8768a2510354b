/**
 * Sessions that choragen wrote as one whole JSON file, and snapshots of this library: a state, not events. Calls stand in a
 * list of their own; each is placed before the message that brings its result, as far as names tell.
 */

import type { Outcome, ToolResult } from "../../event/types.js";
import {
  begin,
  callFinished,
  callStarted,
  eventAsRecorded,
  note,
  RECORD,
  turnCompleted,
  usage,
} from "../entries.js";
import {
  amountOf,
  countOf,
  has,
  isMembers,
  listOf,
  type Members,
  membersOf,
  textOf,
  without,
} from "../foreign-values.js";
import { ourHeader } from "../our-header.js";
import type { DocumentFormat, Entry } from "../types.js";

const FORMAT = "choragen-session";
const SESSION = "main";
const TOLD = ["id", "role", "model", "chainId", "taskId", "startTime", "endTime", "outcome", "tokenUsage"];
const LISTS = ["messages", "toolCalls", "childSessionIds", "parentSessionId", "metadata", "notes", "errors"];
/** They follow from the rest. */
const FOLLOWS = ["lastTurnIndex", "status"];
const OUTCOMES: ReadonlySet<unknown> = new Set(["success", "failure", "interrupted"]);

export const choragenSession: DocumentFormat = {
  name: FORMAT,
  title: "choragen session file",
  mark: "a document with id, role, model, startTime, messages and toolCalls",
  layout: "document",
  detect: (value) => has(value, "id", "role", "model", "startTime", "messages", "toolCalls"),
  read: readDocument,
};

function* readDocument(value: unknown, digest: () => string): Generator<Entry, void> {
  const root = membersOf(value);
  const { startTime, role, model, chainId, taskId, parentSessionId: parent, metadata } = root;
  const said = { startTime, role, model, chainId, taskId, parent, metadata };
  yield begin(SESSION, ourHeader(textOf(root.id) ?? digest(), said));
  const calls = [...listOf(root.toolCalls).map(membersOf).entries()];
  for (const said of listOf(root.messages)) {
    yield RECORD;
    if (!isMembers(said)) {
      yield note(SESSION, FORMAT, "message", said);
      continue;
    }
    const isResult = said.role === "tool" && calls[0]?.[1].name === said.name;
    const call = isResult ? calls.shift() : undefined;
    if (call !== undefined) yield* readCall(...call);
    yield eventAsRecorded(SESSION, "message.added", { message: said }, undefined);
  }
  for (const call of calls) yield* readCall(...call);
  yield* readRest(root);
  const outcome = OUTCOMES.has(root.outcome) ? (root.outcome as Outcome) : undefined;
  yield { kind: "end", session: SESSION, outcome, at: textOf(root.endTime) };
}

function* readCall(index: number, call: Members): Generator<Entry, void> {
  yield RECORD;
  const { callId, name, params, result, timestamp, durationMs, governanceResult } = call;
  const at = textOf(timestamp);
  // Without an id of its own it goes by one that no other call can have.
  const id = textOf(callId) ?? `call-${index + 1}`;
  const started = callStarted(SESSION, { callId: id, name, params: membersOf(params) }, { at });
  if (started.kind === "event" && typeof membersOf(governanceResult).allowed === "boolean") {
    yield { ...started, event: { ...started.event, data: { ...started.event.data, governanceResult } } };
  } else yield started;
  if (!isMembers(result)) return;
  const finished = { ...result, success: result.success === true } as ToolResult;
  yield callFinished(SESSION, id, finished, { durationMs: amountOf(durationMs) });
}

function* readRest(root: Members): Generator<Entry, void> {
  const { input, output, cacheRead, cacheWrite, reasoning, costUsd } = membersOf(root.tokenUsage);
  if (isMembers(root.tokenUsage)) {
    yield usage(SESSION, { input, output, cacheRead, cacheWrite, reasoning, costUsd }, {});
  }
  for (const child of listOf(root.childSessionIds)) {
    const sessionId = textOf(child);
    if (sessionId !== undefined)
      yield eventAsRecorded(SESSION, "child_session.linked", { sessionId }, undefined);
  }
  for (const error of listOf(root.errors).map(membersOf)) {
    const data = { ...error, message: textOf(error.message) ?? "", recoverable: error.recoverable === true };
    yield eventAsRecorded(SESSION, "error.recorded", data, undefined);
  }
  for (const { kind, data, time } of listOf(root.notes).map(membersOf)) {
    const noted = { kind: textOf(kind) ?? "note", data: data ?? null };
    yield eventAsRecorded(SESSION, "note.added", noted, textOf(time));
  }
  const index = countOf(root.lastTurnIndex);
  if (index !== undefined && index > 0) yield turnCompleted(SESSION, index, {});
  if (root.status === "paused")
    yield eventAsRecorded(SESSION, "status.changed", { status: "paused" }, undefined);
  const rest = without(root, ...TOLD, ...LISTS, ...FOLLOWS);
  if (rest !== undefined) yield note(SESSION, FORMAT, "rest", rest);
}
