import { describe, expect, it } from "vitest";
import type { JournalRecord } from "../../src/event/types.js";
import { LiveState } from "../../src/state/live-state.js";
import { reduce } from "../../src/state/reduce.js";
import { copyState, initialState } from "../../src/state/state.js";

const REF = { sha256: "a".repeat(64), bytes: 3 };

function record(seq: number, type: string, data: object, ...places: string[]): JournalRecord {
  const $blobs = places.map((at) => ({ at, ...REF }));
  const some = { seq, time: "2025-12-08T14:31:05.000Z", type, id: `id-${seq}`, hash: "" };
  return { ...some, data: { ...data, ...($blobs.length === 0 ? {} : { $blobs }) } };
}

const allowed = { allowed: true };
const RECORDS = [
  record(1, "message.added", { message: { role: "user", content: "plain" } }),
  record(2, "message.added", { message: { role: "user", content: ["a", "M"] } }, "/message/content/1"),
  record(
    3,
    "tool_call.started",
    {
      callId: "c",
      timestamp: "t",
      name: "n",
      params: { p: "M" },
      governanceResult: { ...allowed, reason: "M" },
    },
    "/params/p",
    "/governanceResult/reason",
  ),
  record(4, "tool_call.finished", { callId: "c", result: { success: false, error: "M" } }, "/result/error"),
  record(5, "tool_call.finished", { callId: "gone", result: { success: true, data: "M" } }, "/result/data"),
  record(6, "error.recorded", { message: "M", stack: "M", recoverable: true }, "/message", "/stack"),
  record(7, "note.added", { kind: "k", data: "M" }, "/data"),
  record(8, "x-own", { a: "M" }, "/a"),
];

function live(fetch: (at: string) => string | undefined): LiveState {
  const replay = initialState();
  for (const each of RECORDS) reduce(replay, each);
  return new LiveState(
    replay,
    () => [],
    ({ at }) => fetch(at),
  );
}

describe("a state with values that lie in blobs", () => {
  it("knows where each of them has come to stand", () => {
    const { blobs } = live(() => undefined).current();
    expect(blobs?.map(({ at }) => at)).toEqual([
      "/messages/1/content/1",
      "/toolCalls/0/params/p",
      "/toolCalls/0/governanceResult/reason",
      "/toolCalls/0/result/error",
      "/errors/0/message",
      "/errors/0/stack",
      "/notes/0/data",
    ]);
  });

  it("shows them in their places, and its own copy keeps the markers", () => {
    const state = live((at) => `value of ${at}`);
    const { messages, toolCalls, errors, notes } = state.shown();
    expect(messages[1]?.content).toEqual(["a", "value of /messages/1/content/1"]);
    expect(toolCalls[0]?.params).toEqual({ p: "value of /toolCalls/0/params/p" });
    expect(toolCalls[0]?.result?.error).toBe("value of /toolCalls/0/result/error");
    expect(errors[0]?.stack).toBe("value of /errors/0/stack");
    expect(notes[0]?.data).toBe("value of /notes/0/data");
    expect(Object.isFrozen(messages[1]?.content)).toBe(true);
    expect(state.current().state.messages[1]?.content).toEqual(["a", "M"]);
  });

  it("asks for none before it is looked at, then once, and only for that member's", () => {
    const asked: string[] = [];
    const state = live((at) => {
      asked.push(at);
      return "v";
    });
    expect(state.shown().status).toBe("running");
    expect(asked).toEqual([]);
    expect(state.shown().messages).toBe(state.shown().messages);
    expect(asked).toEqual(["/messages/1/content/1"]);
  });

  it("keeps the marker of one that cannot be had", () => {
    expect(live(() => undefined).shown().notes[0]?.data).toBe("M");
  });

  it("can be folded further without touching the state it was copied from", () => {
    const from = live(() => undefined).current();
    const before = from.blobs?.length;
    const copy = copyState(from);
    reduce(copy, record(9, "note.added", { kind: "k", data: "M" }, "/data"));
    expect(copy.blobs?.at(-1)?.at).toBe("/notes/1/data");
    expect(from.blobs?.length).toBe(before);
  });
});

describe("a record that is nobody's work of this library", () => {
  it.each([
    [[{ at: "/data", sha256: "../../../etc/passwd", bytes: 3 }]],
    [[{ at: "/data", sha256: "A".repeat(64), bytes: 3 }]],
    [[{ at: "data", ...REF }]],
    [[{ at: "/data", ...REF, bytes: -1 }]],
    [[null, 5, "x"]],
    ["all of it"],
    [{ length: 5 }],
  ])("names no blob by %j", ($blobs) => {
    const replay = initialState();
    reduce(replay, record(1, "note.added", { kind: "k", data: "M", $blobs }));
    expect(replay.state.notes).toHaveLength(1);
    expect(replay.blobs ?? []).toEqual([]);
  });
});
