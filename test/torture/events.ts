/** Events of every public kind, each with a text that no other has, and what must be found of it in the journal. */
import type { Durability, Session } from "@choragen/session-journal";
import { pick } from "../support/fault-random.js";
import type { Entry } from "./ledger.js";

/** A call to make, the records that it must leave, and whether it comes back with a promise of durability. */
export interface Call {
  readonly name: string;
  readonly entries: readonly Entry[];
  readonly isBoundary: boolean;
  /** Whether another event may say just the same. */
  readonly isAlike?: boolean;
  readonly run: (session: Session) => unknown;
}

export const durabilities: readonly Durability[] = ["boundary", "boundary", "always", "process"];

const governanceResult = { allowed: true };
const timestamp = "2026-01-01T00:00:00.000Z";

let count = 0;

/** Begins to count anew, so that each life has the same texts. */
export function resetTags(): void {
  count = 0;
}

function nextTag(random: () => number): string {
  count += 1;
  const padding = random() < 0.06 ? Math.floor(random() * 3_000) : Math.floor(random() * 40);
  return `tag-${count}-end ${"漢\u2028é"[count % 3]}${"x".repeat(padding)}`;
}

const appended = (
  name: string,
  entry: { type: string; data: object },
  run: (session: Session) => unknown,
): Call => ({
  name,
  entries: [entry],
  isBoundary: false,
  run,
});

/** `turns` is how many turns the session has completed. */
type Maker = (random: () => number, turns: number) => Call;

const makers: readonly Maker[] = [
  (random) => {
    const message = { role: "user", content: nextTag(random) };
    return appended("addMessage", { type: "message.added", data: { message } }, (s) => s.addMessage(message));
  },
  (random) => {
    const data = { text: nextTag(random), of: [1, null, { deep: true }] };
    return appended("append", { type: "x-own", data }, (s) => s.append({ type: "x-own", data }));
  },
  (random) => {
    const data = { kind: nextTag(random), data: { any: "thing" } };
    return appended("addNote", { type: "note.added", data }, (s) => s.addNote(data.kind, data.data));
  },
  (random) => {
    const data = { message: nextTag(random), recoverable: true };
    return appended("recordError", { type: "error.recorded", data }, (s) => s.recordError(data));
  },
  (random) => {
    const data = { responseId: nextTag(random), input: 3, output: 4 };
    return appended("updateTokenUsage", { type: "token_usage.updated", data }, (s) =>
      s.updateTokenUsage(3, 4, { responseId: data.responseId }),
    );
  },
  (random) => {
    const call = { callId: nextTag(random), timestamp, name: "run", params: { a: 1 }, governanceResult };
    return appended("startToolCall", { type: "tool_call.started", data: call }, (s) => s.startToolCall(call));
  },
  (random) => {
    const call = { callId: nextTag(random), timestamp, name: "read", params: {}, governanceResult };
    const result = { success: true, data: nextTag(random) };
    const entries = [
      { type: "tool_call.started", data: call },
      { type: "tool_call.finished", data: { callId: call.callId, result } },
    ];
    return {
      name: "recordToolCall",
      entries,
      isBoundary: true,
      run: (s) => s.recordToolCall({ ...call, result }),
    };
  },
  (_, turns) => ({
    name: "completeTurn",
    entries: [{ type: "turn.completed", data: { index: turns + 1 } }],
    isBoundary: true,
    run: (s) => s.completeTurn(),
  }),
  (random) => {
    const status = pick(random, ["paused", "running"] as const);
    const entries = [{ type: "status.changed", data: { status } }];
    return { name: "setStatus", entries, isBoundary: true, isAlike: true, run: (s) => s.setStatus(status) };
  },
  () => {
    count += 1;
    const sessionId = `child-tag-${count}-end`;
    const entries = [{ type: "child_session.linked", data: { sessionId } }];
    return { name: "addChildSession", entries, isBoundary: true, run: (s) => s.addChildSession(sessionId) };
  },
];

export function randomCall(random: () => number, turns: number): Call {
  const first = pick(random, makers);
  // Messages and tool calls are what a run mostly consists of.
  const maker = random() < 0.4 ? (makers[random() < 0.5 ? 0 : 6] as Maker) : first;
  return maker(random, turns);
}
