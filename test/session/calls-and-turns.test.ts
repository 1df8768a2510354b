import { describe, expect, it } from "vitest";
import { Session } from "../../src/session.js";
import { linesOf } from "../support/journal-bytes.js";
import { codeOf, errorOf } from "../support/outcomes.js";
import { allowed, JOURNAL, memorySession, where } from "../support/runs.js";

const start = (session: Session, callId?: string) =>
  session.startToolCall({
    name: "t",
    params: {},
    governanceResult: allowed,
    ...(callId === undefined ? {} : { callId }),
  });

describe("a tool call", () => {
  it("is open from its start to its end, and shown so", async () => {
    const { session } = memorySession();
    const call = start(session, "c");
    expect(session.toolCalls).toEqual([
      {
        timestamp: expect.any(String),
        name: "t",
        params: {},
        result: null,
        governanceResult: allowed,
        callId: "c",
      },
    ]);
    await call.finish({ success: false, error: "timed out" }, { durationMs: 0.5 });
    expect(session.toolCalls).toMatchObject([
      { result: { success: false, error: "timed out" }, durationMs: 0.5 },
    ]);
  });

  it("without an id goes by that of its record, which the state does not show", async () => {
    const { session, files } = memorySession();
    const call = start(session);
    const record = JSON.parse(linesOf(Buffer.from(files.readFile(JOURNAL)))[1]?.toString() ?? "") as {
      id: string;
    };
    expect(call.callId).toBe(record.id);
    await call.finish({ success: true });
    expect(session.toolCalls[0]).not.toHaveProperty("callId");
    await session.recordToolCall({
      timestamp: "t",
      name: "t",
      params: {},
      result: { success: true },
      governanceResult: allowed,
    });
    expect(session.toolCalls[1]).not.toHaveProperty("callId");
    expect((await Session.load(session.id, where(files)))?.toolCalls).toEqual(session.toolCalls);
  });

  it("keeps the timestamp that it is given", async () => {
    const { session } = memorySession();
    session.startToolCall({
      name: "t",
      params: {},
      governanceResult: allowed,
      timestamp: "2020-01-01T00:00:00.000Z",
    });
    expect(session.toolCalls[0]?.timestamp).toBe("2020-01-01T00:00:00.000Z");
  });

  it("finishes once: a second result is refused, and the first stays", async () => {
    const { session, files } = memorySession();
    const call = start(session, "c");
    await call.finish({ success: true, data: 1 });
    const before = files.readFile(JOURNAL);
    expect(await errorOf(() => call.finish({ success: false }))).toMatchObject({
      code: "INVALID_EVENT",
      message: expect.stringContaining("has finished before"),
      issues: [expect.objectContaining({ path: "data.callId", received: "c" })],
    });
    const other = {
      type: "tool_call.finished",
      data: { callId: "never", result: { success: true } },
    } as const;
    expect(await codeOf(() => session.append(other))).toBe("INVALID_EVENT");
    expect(files.readFile(JOURNAL)).toEqual(before);
    expect(session.toolCalls[0]?.result).toEqual({ success: true, data: 1 });
  });

  it("has its id for itself while it is open, and leaves it to others afterwards", async () => {
    const { session } = memorySession();
    const first = start(session, "c");
    const call = {
      timestamp: "t",
      name: "u",
      params: {},
      result: { success: true },
      governanceResult: allowed,
    };
    expect(await codeOf(() => start(session, "c"))).toBe("INVALID_EVENT");
    expect(await codeOf(() => session.recordToolCall({ ...call, callId: "c" }))).toBe("INVALID_EVENT");
    await first.finish({ success: true, data: "first" });
    await session.recordToolCall({ ...call, callId: "c" });
    await start(session, "c").finish({ success: true, data: "third" });
    expect(session.toolCalls.map(({ result }) => result)).toEqual([
      { success: true, data: "first" },
      { success: true },
      { success: true, data: "third" },
    ]);
  });

  it("takes any text for an id", async () => {
    const { session, files } = memorySession();
    const ids = ["__proto__", "constructor", "toString", "\u2028", "a".repeat(10_000), "漢", " "];
    for (const id of ids) start(session, id);
    for (const id of ids) {
      session.append({
        type: "tool_call.finished",
        data: { callId: id, result: { success: true, data: id } },
      });
    }
    await session.close();
    const loaded = await Session.load(session.id, where(files));
    expect(loaded?.toolCalls.map(({ callId }) => callId)).toEqual(ids);
    expect(loaded?.toolCalls.map(({ result }) => result?.data)).toEqual(ids);
  });

  it("may run beside others, and each result finds its call", async () => {
    const { session } = memorySession();
    const calls = Array.from({ length: 50 }, (_, n) => start(session, `call ${n}`));
    await Promise.all(calls.reverse().map((call) => call.finish({ success: true, data: call.callId })));
    for (const { callId, result } of session.toolCalls) expect(result?.data).toBe(callId);
  });

  it("is recorded with its result in one write", async () => {
    const { session, files } = memorySession({ autosave: false });
    files.faults.log = [];
    await session.recordToolCall({
      timestamp: "t",
      name: "t",
      params: {},
      result: { success: true },
      governanceResult: allowed,
    });
    expect(files.log.filter(({ method }) => method === "write").length).toBe(1);
  });
});

describe("turns", () => {
  it("are counted from 1, also when several are completed at once and when others count", async () => {
    const { session, files } = memorySession();
    expect(session.lastTurnIndex).toBe(0);
    await Promise.all([session.completeTurn(), session.completeTurn()]);
    session.append({ type: "turn.completed", data: { index: 10 } });
    await session.completeTurn();
    expect(session.lastTurnIndex).toBe(11);
    await session.close();
    const next = await Session.open(session.id, where(files));
    await next?.completeTurn();
    expect(next?.lastTurnIndex).toBe(12);
    await next?.close();
  });

  it("complete once, and never backwards", async () => {
    const { session } = memorySession();
    const complete = (index: number) => session.append({ type: "turn.completed", data: { index } });
    await session.completeTurn();
    complete(3);
    for (const index of [3, 2, 1]) {
      expect(await errorOf(() => complete(index))).toMatchObject({
        code: "INVALID_EVENT",
        message: `Turn ${index} cannot be completed behind turn 3: data.index must be a whole number from 4.`,
        issues: [{ path: "data.index", expected: "a whole number from 4", received: String(index) }],
      });
    }
    expect([session.lastTurnIndex, session.health.writtenSeq]).toEqual([3, 3]);
    complete(4);
    expect(session.lastTurnIndex).toBe(4);
  });
});

describe("child sessions and token usage", () => {
  it("link each child once, whatever it is told", async () => {
    const { session } = memorySession();
    await session.addChildSession("child-a");
    await session.addChildSession("child-b");
    await session.addChildSession("child-a");
    expect(session.childSessionIds).toEqual(["child-a", "child-b"]);
    expect(await codeOf(() => session.addChildSession("../child"))).toBe("INVALID_SESSION_ID");
    for (const [sessionId, why] of [
      ["../child", '"../child" cannot be the id of a session'],
      [session.id, `"${session.id}" is this session itself`],
    ] as const) {
      expect(
        await errorOf(() => session.append({ type: "child_session.linked", data: { sessionId } })),
      ).toMatchObject({
        code: "INVALID_EVENT",
        message: expect.stringContaining(why),
        issues: [
          { path: "data.sessionId", expected: "the id of another session", received: `"${sessionId}"` },
        ],
      });
    }
    expect(await codeOf(() => session.addChildSession(session.id))).toBe("INVALID_EVENT");
    expect(session.childSessionIds).toEqual(["child-a", "child-b"]);
  });

  it("count a response once, however often it is reported", async () => {
    const { session } = memorySession();
    session.updateTokenUsage(10, 1, { responseId: "r", cacheRead: 4 });
    session.updateTokenUsage(10, 7, { responseId: "r", cacheRead: 4, reasoning: 2 });
    session.updateTokenUsage(5, 5);
    expect(session.tokenUsage).toEqual({ input: 15, output: 12, total: 27, cacheRead: 4, reasoning: 2 });
  });
});
