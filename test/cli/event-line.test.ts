import { describe, expect, test } from "vitest";
import { createPaint } from "../../src/cli/terminal/paint.js";
import { eventLine } from "../../src/cli/view/event-line.js";
import { OpenCalls } from "../../src/cli/view/open-calls.js";
import type { JournalRecord, Json } from "../../src/event/types.js";

const PIPE = Number.POSITIVE_INFINITY;
const LONG = `${"x".repeat(600)} ${"y".repeat(100_000)}`;

function line(type: string, data: { readonly [key: string]: Json }, width: number): string {
  const record: JournalRecord = {
    ...{ seq: 7, time: "2025-12-08T14:31:05.000Z", type, data },
    ...{ id: "019afe5f-5948-7000-8000-000000000002", hash: "h".repeat(43) },
  };
  return eventLine(record, new OpenCalls().join(record), createPaint(false), width);
}

describe("an event as a line", () => {
  test.each([
    ["a message", "message.added", { message: { role: "assistant-with-a-long-name", content: LONG } }],
    ["a note", "note.added", { kind: "k".repeat(600), data: { text: LONG } }],
    ["an error", "error.recorded", { message: LONG, recoverable: true }],
    [
      "a call",
      "tool_call.started",
      {
        callId: "1",
        timestamp: "t",
        name: "read",
        params: { [LONG]: LONG },
        governanceResult: { allowed: true },
      },
    ],
    ["a result", "tool_call.finished", { callId: "1", result: { success: true, data: { deep: [[LONG]] } } }],
    ["a failure", "tool_call.finished", { callId: "1", result: { success: false, error: LONG } }],
    ["a type of the runtime's own", "x-approval.granted.by-somebody", { by: LONG }],
  ] as const)("is not cut where it has no end: %s", (_, type, data) => {
    const whole = line(type, data, PIPE);
    expect(whole).toContain("y".repeat(100_000));
    expect(whole).not.toContain("…");
    const cut = line(type, data, 80);
    expect([cut.length, cut.endsWith("…")]).toEqual([80, true]);
  });

  test("shows the whole of a type that is longer than the column, in a pipe alone", () => {
    expect(line("x-approval.granted", {}, PIPE)).toMatch(/ {5}7 {2}x-approval\.granted \{\}$/);
    expect(line("x-approval.granted", {}, 80)).toMatch(/ {5}7 {2}x-approv… \{\}$/);
  });

  test("shows as many levels of a value as are recorded", () => {
    let deep: Json = "end";
    for (let level = 0; level < 900; level += 1) deep = [deep];
    expect(line("x-deep", { deep }, PIPE)).toContain(`${"[".repeat(900)}"end"${"]".repeat(900)}`);
  });
});
