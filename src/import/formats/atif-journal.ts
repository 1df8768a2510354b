/**
 * What this library adds to the trajectories that it exports, under `extra.journal`: read back, a session's conversation, calls,
 * results and tokens are what they were. `docs/reference/export.md` says what each member means.
 */

import type { Outcome, ToolResult } from "../../event/types.js";
import { isReservedType } from "../../event/validate.js";
import { eventAsRecorded, note, usage } from "../entries.js";
import { amountOf, countOf, isMembers, listOf, type Members, membersOf, textOf } from "../foreign-values.js";
import { ourHeader } from "../our-header.js";
import type { Entry, ForeignHeader } from "../types.js";
import { atifUsage } from "./atif-usage.js";

const FORMAT = "atif";
const ROLES: ReadonlyMap<unknown, string> = new Map([
  ["agent", "assistant"],
  ["system", "system"],
  ["user", "user"],
]);

/** What the journal said of the session; undefined where the trajectory is another's, or has lost its end. */
export function aboutSession(root: Members): Members | undefined {
  const { journal } = membersOf(root.extra);
  return isMembers(journal) && "start_time" in journal ? journal : undefined;
}

export function headerOf(root: Members, about: Members, fallback: () => string): ForeignHeader {
  const { session_id, agent } = root;
  const { start_time, role, model, chain_id, task_id, parent_session_id, metadata } = about;
  return ourHeader(textOf(session_id) ?? fallback(), {
    startTime: start_time,
    role,
    model,
    chainId: chain_id,
    taskId: task_id,
    parent: parent_session_id,
    metadata,
    about: { schemaVersion: root.schema_version, agent },
  });
}

export function endOf(session: string, { outcome, end_time }: Members): Entry {
  const known: Outcome | undefined =
    outcome === "success" || outcome === "failure" || outcome === "interrupted" ? outcome : undefined;
  return { kind: "end", session, outcome: known, at: known === undefined ? undefined : textOf(end_time) };
}

export function isStepOfJournal(step: Members): boolean {
  const { journal } = membersOf(step.extra);
  return isMembers(journal) && countOf(journal.seq) !== undefined;
}

/** What one step leaves to the next. */
export interface Left {
  /** The ids of calls whose results come in later steps, by the seq of the call. */
  readonly open: Map<unknown, string>;
  /** A clean stop that is not the last word is part of the story. */
  stop: Entry | null;
}

export function* readJournalStep(session: string, step: Members, left: Left): Generator<Entry, void> {
  if (left.stop !== null) yield left.stop;
  left.stop = null;
  const journal = membersOf(membersOf(step.extra).journal);
  const at = textOf(step.timestamp) ?? textOf(journal.time);
  if (journal.without_message !== true) {
    const said = journal.message ?? { role: ROLES.get(step.source) ?? "unknown", content: step.message };
    yield eventAsRecorded(session, "message.added", { message: said }, at);
  }
  if (isMembers(step.metrics)) yield usage(session, atifUsage(step.metrics, step.model_name), { at });
  const results = listOf(membersOf(step.observation).results).map(membersOf);
  if (journal.tool_calls_from !== "message") {
    for (const call of listOf(step.tool_calls).map(membersOf)) {
      yield* readCall(session, call, results, left.open, at);
    }
  }
  for (const result of results) {
    const { call_seq, call_id } = membersOf(membersOf(result.extra).journal);
    if (call_seq !== undefined) yield finished(session, left.open.get(call_seq) ?? textOf(call_id), result);
    for (const ref of listOf(result.subagent_trajectory_ref).map(membersOf)) {
      const sessionId = textOf(ref.session_id);
      if (sessionId !== undefined) yield eventAsRecorded(session, "child_session.linked", { sessionId }, at);
    }
  }
  for (const record of listOf(journal.records).map(membersOf)) {
    if (left.stop !== null) yield left.stop;
    const read = readRecord(session, record);
    left.stop = record.type === "writer.closed" ? read : null;
    if (left.stop === null) yield read;
  }
}

function* readCall(
  session: string,
  call: Members,
  results: readonly Members[],
  open: Left["open"],
  said: string | undefined,
): Generator<Entry, void> {
  const { seq, timestamp, started_at, without_id, governance } = membersOf(membersOf(call.extra).journal);
  const { tool_call_id, function_name: name, arguments: params } = call;
  const callId = textOf(tool_call_id);
  const data = { callId, timestamp, name, params, governanceResult: governance ?? { allowed: true } };
  const at = textOf(started_at) ?? textOf(timestamp) ?? said;
  // A call that the runtime gave no id goes by its record's.
  yield eventAsRecorded(session, "tool_call.started", data, at, without_id === true ? callId : undefined);
  if (callId === undefined) return;
  const own = results.find((result) => result.source_call_id === callId);
  if (own === undefined) open.set(seq, callId);
  else yield finished(session, callId, own);
}

function finished(session: string, callId: string | undefined, result: Members): Entry {
  const about = membersOf(membersOf(result.extra).journal);
  const durationMs = amountOf(about.duration_ms);
  const data = {
    callId,
    result: resultOf(result, about),
    ...(durationMs === undefined ? {} : { durationMs }),
  };
  return eventAsRecorded(session, "tool_call.finished", data, textOf(about.finished_at));
}

function resultOf({ content }: Members, about: Members): ToolResult {
  const { success = true, content_is, error, more } = about;
  const result: { [key: string]: unknown } = { success };
  if (content_is === "error") result.error = content;
  else if (content_is === "json") result.data = parsed(content);
  else if (content !== undefined) result.data = content;
  if (error !== undefined) result.error = error;
  return { ...result, ...membersOf(more) } as unknown as ToolResult;
}

function parsed(content: unknown): unknown {
  try {
    return JSON.parse(String(content));
  } catch {
    // Somebody has changed it; it is kept as it is.
    return content;
  }
}

function readRecord(session: string, { type, time, data }: Members): Entry {
  const named = textOf(type) ?? "unknown";
  const at = textOf(membersOf(data).at) ?? textOf(time);
  if (isReservedType(named) || !isMembers(data)) return note(session, FORMAT, named, data, { at });
  return eventAsRecorded(session, named, data, at);
}
