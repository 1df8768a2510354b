/**
 * The records that a state would come of, as far as a state tells: for a session of which only the snapshot is left. A
 * state does not say when what was said, nor between which messages a call was made, unless the messages tell.
 */
import type { JournalRecord } from "../../event/types.js";
import type { SessionState, StateToolCall } from "../../state/types.js";

/** Their seq is 0: they never stood in a journal. */
export function* recordsOfState(state: SessionState): Generator<JournalRecord, void> {
  const { id, role, model, chainId, taskId, parentSessionId, startTime, metadata, tokenUsage } = state;
  const about = { sessionId: id, role, model, chainId, taskId, parentSessionId };
  yield record(startTime, "session.started", {
    formatVersion: 1,
    ...about,
    ...(metadata ? { metadata } : {}),
  });
  const calls = [...state.toolCalls.entries()];
  for (const message of state.messages) {
    const { role: speaker, name } = message as { role?: unknown; name?: unknown };
    const isResult = speaker === "tool" && calls[0]?.[1].name === name;
    const call = isResult ? calls.shift() : undefined;
    if (call !== undefined) yield* recordsOfCall(...call);
    yield record(startTime, "message.added", { message });
  }
  for (const call of calls) yield* recordsOfCall(...call);
  for (const sessionId of state.childSessionIds)
    yield record(startTime, "child_session.linked", { sessionId });
  for (const error of state.errors) yield record(startTime, "error.recorded", { ...error });
  for (const { kind, data, time } of state.notes) yield record(time, "note.added", { kind, data });
  const { total, ...usage } = tokenUsage;
  if (total > 0) yield record(startTime, "token_usage.updated", usage);
  if (state.lastTurnIndex > 0) yield record(startTime, "turn.completed", { index: state.lastTurnIndex });
  const { outcome, endTime } = state;
  if (outcome !== null) yield record(endTime ?? "", "session.ended", { outcome });
}

function* recordsOfCall(index: number, call: StateToolCall): Generator<JournalRecord, void> {
  const { timestamp, name, params, governanceResult, result, durationMs } = call;
  const callId = call.callId ?? `call-${index}`;
  yield record(timestamp, "tool_call.started", { callId, timestamp, name, params, governanceResult });
  if (result === null) return;
  // How long it took is known only where it is said.
  yield record("", "tool_call.finished", {
    callId,
    result,
    ...(durationMs === undefined ? {} : { durationMs }),
  });
}

function record(time: string, type: string, data: object): JournalRecord {
  return { seq: 0, time, type, data, id: "", hash: "" } as JournalRecord;
}
