/** Sessions for tests of the exports: records made by hand, a second apart, and what an export of them says. */
import type { JournalRecord } from "../../src/event/types.js";

type Event = readonly [type: string, data: object];

export const STARTED: Event = [
  "session.started",
  {
    formatVersion: 1,
    sessionId: "run-1",
    role: "impl",
    model: "claude-opus-4",
    chainId: "C-1",
    taskId: null,
    parentSessionId: null,
    metadata: { ticket: 7 },
  },
];

/** Records of these events, the first at 14:31:01. */
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
export const note = (kind: string, data: unknown = null): Event => ["note.added", { kind, data }];
export const turn = (index: number): Event => ["turn.completed", { index }];
export const ended = (outcome: string): Event => ["session.ended", { outcome }];
export const child = (sessionId: string): Event => ["child_session.linked", { sessionId }];
export const failure = (text: string): Event => ["error.recorded", { message: text, recoverable: true }];

/** Two turns with parallel calls, one of them denied, one failed and one without a result. */
export const WHOLE_RUN = recordsOf(
  STARTED,
  message("system", "You mend programs."),
  message("user", "Mend it."),
  message("assistant", [
    { type: "thinking", thinking: "Look first." },
    { type: "text", text: "I look." },
    { type: "tool_use", id: "c1", name: "read", input: {} },
  ]),
  usage(100, 20, { cacheRead: 1000, cacheWrite: 50, reasoning: 5, responseId: "r1", costUsd: 0.5 }),
  started("c1", "read", { path: "a.ts" }),
  started("c2", "list", { path: "." }),
  finished("c2", { success: true, data: ["a.ts", "b.ts"] }, 7),
  message("user", [{ type: "tool_result", tool_use_id: "c2", content: "a.ts b.ts" }]),
  finished("c1", { success: true, data: "found" }, 1500),
  turn(1),
  message("user", "Go on."),
  message("assistant", "I write."),
  usage(30, 10, { responseId: "r2", model: "claude-haiku-4" }),
  started("c3", "write", { path: "/etc" }, { governanceResult: { allowed: false, reason: "not here" } }),
  finished("c3", { success: false, error: "denied" }, 0),
  started("c4", "run", { command: "make" }),
  finished("c4", { success: false, error: "exit 1", data: { code: 1 } }, 20),
  failure("the tool failed"),
  child("run-2"),
  started("c5", "wait"),
  note("compaction", { kept: 3 }),
  turn(2),
  ended("failure"),
);

export async function textOf(pieces: AsyncIterable<string>): Promise<string> {
  let text = "";
  for await (const piece of pieces) text += piece;
  return text;
}
