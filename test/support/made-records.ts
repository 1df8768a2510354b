/** Records made by hand, a second apart, for what counts, compares and exports them. */
import type { JournalRecord } from "../../src/event/types.js";

export type Event = readonly [type: string, data: object];

export const STARTED: Event = [
  "session.started",
  {
    formatVersion: 1,
    sessionId: "run-1",
    role: "impl",
    model: "large",
    chainId: null,
    taskId: null,
    parentSessionId: null,
  },
];

/** The first is of 14:31:01. */
export function recordsOf(...events: readonly Event[]): JournalRecord[] {
  return events.map(([type, data], index) => ({
    seq: index + 1,
    time: new Date(Date.UTC(2025, 11, 8, 14, 31, index + 1)).toISOString(),
    type,
    data: data as JournalRecord["data"],
    id: `id-${index + 1}`,
    hash: "h".repeat(43),
  }));
}

export const message = (role: string, content: unknown, more: object = {}): Event => [
  "message.added",
  { message: { role, content, ...more } },
];
export const started = (callId: string, name: string, params: object = {}, more: object = {}): Event => [
  "tool_call.started",
  {
    callId,
    timestamp: "2025-12-08T14:31:00.000Z",
    name,
    params,
    governanceResult: { allowed: true },
    ...more,
  },
];
export const finished = (callId: string, result: object, durationMs?: number): Event => [
  "tool_call.finished",
  { callId, result, ...(durationMs === undefined ? {} : { durationMs }) },
];
export const usage = (input: number, output: number, more: object = {}): Event => [
  "token_usage.updated",
  { input, output, ...more },
];
export const turn = (index: number): Event => ["turn.completed", { index }];
export const ended = (outcome: string): Event => ["session.ended", { outcome }];
export const failure = (text: string): Event => ["error.recorded", { message: text, recoverable: true }];
export const note = (kind: string, data: unknown = null): Event => ["note.added", { kind, data }];
export const child = (sessionId: string): Event => ["child_session.linked", { sessionId }];
