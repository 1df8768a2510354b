import { describe, expect, it } from "vitest";
import { importTranscript } from "../../src/import/entry.js";
import { CallNames } from "../../src/import/record/call-names.js";
import { verifyJournal } from "../../src/index.js";
import { temporaryFolder } from "../support/folders.js";

describe("names of calls", () => {
  it("are the source's ids, and may be used again when the call has finished", () => {
    const calls = new CallNames();
    expect([calls.start("a"), calls.finish("a"), calls.start("a")]).toEqual(["a", "a", "a"]);
    expect(calls.openCount).toBe(1);
  });

  it("differ while calls of one id are open, also from ids that look like them", () => {
    const calls = new CallNames();
    expect([calls.start("a~2"), calls.start("a"), calls.start("a")]).toEqual(["a~2", "a", "a~3"]);
    expect([calls.finish("a"), calls.finish("a"), calls.finish("a")]).toEqual(["a", "a~3", undefined]);
    expect(calls.finish("a~2")).toBe("a~2");
  });

  it("are made where the source has none, and stay open", () => {
    const calls = new CallNames();
    expect([calls.start(undefined), calls.start(undefined)]).toEqual(["call-1", "call-2"]);
    expect(calls.finish(undefined)).toBeUndefined();
  });

  it("are as before when what was done could not be recorded", () => {
    const calls = new CallNames();
    calls.start("a");
    calls.undo();
    expect([calls.openCount, calls.finish("a")]).toEqual([0, undefined]);
    calls.start("a");
    calls.finish("a");
    calls.undo();
    expect([calls.openCount, calls.start("a"), calls.finish("a")]).toEqual([1, "a~2", "a"]);
  });
});

it("a call that cannot be recorded takes its result's pair away, and the journal stays without fault", async () => {
  const line = (seq: number, type: string, data: object) =>
    JSON.stringify({ seq, time: "2026-01-01T00:00:00.000Z", type, data, id: "x", hash: "x" });
  const started = {
    callId: "c",
    timestamp: "t",
    name: "run",
    params: {},
    governanceResult: { allowed: true },
  };
  const text = [
    line(1, "session.started", { sessionId: "odd-calls", role: "r", model: "m" }),
    line(2, "tool_call.started", { ...started, params: 5 }),
    line(3, "tool_call.finished", { callId: "c", result: { success: true } }),
    line(4, "tool_call.started", started),
    line(5, "tool_call.finished", { callId: "c", result: "no result" }),
    line(6, "tool_call.started", started),
  ].join("\n");
  const sessionsDir = temporaryFolder();
  const report = await importTranscript(Buffer.from(text), { sessionsDir });
  expect([report.unreadableCount, report.totals.calls, report.totals.unpairedResults]).toEqual([2, 2, 1]);
  const { verdict, problems } = await verifyJournal(`${sessionsDir}/odd-calls.ndjson`);
  expect([verdict, problems]).toEqual(["sound", []]);
});
