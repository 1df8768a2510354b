/**
 * What is left of a session whose journal is gone: its state, told again as records that exports can read. They are no
 * journal's: they have no hashes, and where calls stood among the messages is known by their ids alone.
 */
import { FORMAT_VERSION } from "../event/format-version.js";
import type { JournalRecord } from "../event/types.js";
import type { SessionState, StateToolCall } from "../state/types.js";
import { askedCallsOf, resultIdsOf } from "./message.js";

/**
 * The records of a state, as a snapshot or `toJSON()` gives it: for `exportSession`. Messages have no times; calls stand
 * behind the message that asks for them, else before the one that brings their result, else at the end.
 */
export function* recordsOfState(state: SessionState): Generator<JournalRecord, void> {
  let seq = 0;
  const record = (type: string, data: object): JournalRecord => {
    seq += 1;
    return { seq, time: state.startTime, type, data: data as JournalRecord["data"], id: `${seq}`, hash: "" };
  };
  for (const { type, data } of eventsOf(state)) yield record(type, data);
}

interface Event {
  readonly type: string;
  readonly data: object;
}

function* eventsOf(state: SessionState): Generator<Event, void> {
  const { id: sessionId, role, model, chainId, taskId, parentSessionId = null, metadata, startTime } = state;
  const about = { formatVersion: FORMAT_VERSION, sessionId, role, model, chainId, taskId, parentSessionId };
  const more = { ...(metadata === undefined ? {} : { metadata }), at: startTime };
  yield { type: "session.started", data: { ...about, ...more } };
  const calls = new Calls(state.toolCalls);
  for (const message of state.messages) {
    yield* calls.take(resultIdsOf(message)).flatMap(eventsOfCall);
    yield { type: "message.added", data: { message } };
    yield* calls.take(askedCallsOf(message).map(({ id }) => id)).flatMap(eventsOfCall);
  }
  yield* calls.takeRest().flatMap(eventsOfCall);
  const { input, output, cacheRead, cacheWrite, reasoning, costUsd } = state.tokenUsage;
  yield {
    type: "token_usage.updated",
    data: withoutAbsent({ input, output, cacheRead, cacheWrite, reasoning, costUsd }),
  };
  for (const child of state.childSessionIds ?? [])
    yield { type: "child_session.linked", data: { sessionId: child } };
  for (const error of state.errors ?? []) yield { type: "error.recorded", data: error };
  for (const { kind, data, time } of state.notes ?? [])
    yield { type: "note.added", data: { kind, data, at: time } };
  if (state.lastTurnIndex > 0) yield { type: "turn.completed", data: { index: state.lastTurnIndex } };
  const { outcome, endTime } = state;
  if (outcome !== null) {
    yield { type: "session.ended", data: { outcome, ...(endTime === null ? {} : { at: endTime }) } };
  }
}

/** The calls that were not told yet. */
class Calls {
  readonly #left: Set<StateToolCall>;
  /** By id, in their order: an id may be used again once its call has finished. */
  readonly #byId = new Map<string, StateToolCall[]>();

  constructor(calls: readonly StateToolCall[]) {
    this.#left = new Set(calls);
    for (const call of calls) {
      if (call.callId === undefined) continue;
      const same = this.#byId.get(call.callId);
      if (same === undefined) this.#byId.set(call.callId, [call]);
      else same.push(call);
    }
  }

  /** The next one of each id. */
  take(ids: readonly string[]): StateToolCall[] {
    const taken = ids.flatMap((id) => this.#byId.get(id)?.splice(0, 1) ?? []);
    for (const call of taken) this.#left.delete(call);
    return taken;
  }

  takeRest(): StateToolCall[] {
    return [...this.#left];
  }
}

/** Each call is finished at once, so that no other can take its id. */
function eventsOfCall(call: StateToolCall, index: number): Event[] {
  const { callId, name, params, governanceResult, timestamp, durationMs, result } = call;
  const id = callId ?? `call-${timestamp}-${index}`;
  const about = { callId: id, timestamp, name, params, governanceResult, at: timestamp };
  const took = durationMs === undefined ? {} : { durationMs };
  return [
    { type: "tool_call.started", data: about },
    ...(result === null
      ? []
      : [{ type: "tool_call.finished", data: { callId: id, result, ...took, at: timestamp } }]),
  ];
}

function withoutAbsent(figures: { readonly [name: string]: number | undefined }): object {
  return Object.fromEntries(Object.entries(figures).filter(([, figure]) => figure !== undefined));
}
