import { describe, expect, it } from "vitest";
import type { MemoryFiles } from "../../src/files/testing.js";
import { repairJournal } from "../../src/journal/repair.js";
import { Session } from "../../src/session.js";
import { linesOf } from "../support/journal-bytes.js";
import { codeOf, errorOf } from "../support/outcomes.js";
import { allowed, JOURNAL, memorySession, recordEveryKind, SNAPSHOT, where } from "../support/runs.js";

const typesIn = (files: MemoryFiles) =>
  linesOf(Buffer.from(files.readFile(JOURNAL))).map(
    (line) => (JSON.parse(line.toString()) as { type: string }).type,
  );
const lastOf = (files: MemoryFiles) =>
  JSON.parse(
    linesOf(Buffer.from(files.readFile(JOURNAL)))
      .at(-1)
      ?.toString() ?? "",
  ) as {
    seq: number;
    durable?: number;
    data: { [key: string]: unknown };
  };

/** Everything that adds to a session. */
const additions: [string, (session: Session) => unknown][] = [
  ["append", (session) => session.append({ type: "x-own", data: {} })],
  ["addMessage", (session) => session.addMessage({ role: "user", content: "x" })],
  ["updateTokenUsage", (session) => session.updateTokenUsage(1, 1)],
  ["recordError", (session) => session.recordError(new Error("x"))],
  ["addNote", (session) => session.addNote("x", null)],
  ["startToolCall", (session) => session.startToolCall({ name: "t", params: {}, governanceResult: allowed })],
  [
    "recordToolCall",
    (session) =>
      session.recordToolCall({
        timestamp: "t",
        name: "t",
        params: {},
        result: { success: true },
        governanceResult: allowed,
      }),
  ],
  ["completeTurn", (session) => session.completeTurn()],
  ["setStatus", (session) => session.setStatus("paused")],
  ["addChildSession", (session) => session.addChildSession("child")],
];

describe("a session that has ended", () => {
  it.each([
    ["success", "completed"],
    ["failure", "failed"],
    ["interrupted", "failed"],
  ] as const)("with %s is %s, and says what it came to", async (outcome, status) => {
    const { session, files } = memorySession();
    await recordEveryKind(session);
    await session.end(outcome);
    expect(session).toMatchObject({ outcome, status });
    expect(session.endTime).not.toBeNull();
    expect(lastOf(files)).toMatchObject({
      type: "session.ended",
      data: {
        outcome,
        summary: {
          messages: 2,
          turns: 1,
          toolCalls: 3,
          failedCalls: 1,
          deniedCalls: 1,
          openCalls: 1,
          errors: 1,
          tokenUsage: { input: 20, output: 4, total: 24, cacheRead: 0, costUsd: 0 },
        },
      },
    });
    expect(lastOf(files).data).not.toHaveProperty("inferred");
  });

  it.each(additions)("takes nothing more: %s", async (_name, add) => {
    const { session, files } = memorySession();
    const call = session.startToolCall({ name: "t", params: {}, governanceResult: allowed });
    await session.end("success");
    const before = files.readFile(JOURNAL);
    expect(await errorOf(() => add(session))).toMatchObject({ code: "SESSION_ENDED", sessionId: session.id });
    expect(await codeOf(() => call.finish({ success: true }))).toBe("SESSION_ENDED");
    expect(await codeOf(() => session.end("failure"))).toBe("SESSION_ENDED");
    for (const loaded of [await Session.load(session.id, where(files))]) {
      expect(await codeOf(() => add(loaded as Session))).toBe("SESSION_ENDED");
      expect(await codeOf(() => loaded?.end("failure"))).toBe("SESSION_ENDED");
    }
    expect(await codeOf(() => Session.open(session.id, where(files)))).toBe("SESSION_ENDED");
    expect(files.readFile(JOURNAL)).toEqual(before);
  });

  it("keeps no lock where a repair stands behind the end", async () => {
    const { session, files } = memorySession();
    session.addNote("x", null);
    const loaded = await Session.load(session.id, where(files));
    await session.end("success");
    files.writeFile(JOURNAL, Buffer.concat([Buffer.from(files.readFile(JOURNAL)), Buffer.from("\n")]));
    await repairJournal(JOURNAL, { files });
    expect(lastOf(files)).toMatchObject({ type: "journal.repaired" });
    expect(await codeOf(() => loaded?.addNote("x", null))).toBe("SESSION_ENDED");
    expect(await codeOf(() => Session.open(session.id, where(files)))).toBe("SESSION_ENDED");
    expect(files.openDescriptors).toBe(0);
  });

  it("takes nothing more from the moment that the end is asked for", async () => {
    const { session, files } = memorySession();
    const ending = session.end("success");
    for (const [, add] of additions) expect(await codeOf(() => add(session))).toBe("SESSION_ENDED");
    await ending;
    expect(typesIn(files)).toEqual(["session.started", "session.ended"]);
  });

  it("goes on where the outcome is none", async () => {
    const { session } = memorySession();
    for (const outcome of ["done", "", undefined, null, "SUCCESS", 1]) {
      expect(await errorOf(() => session.end(outcome as "success"))).toMatchObject({
        code: "INVALID_EVENT",
        issues: [expect.objectContaining({ path: "outcome" })],
      });
    }
    session.addMessage({ role: "user", content: "x" });
    await session.end("success");
  });

  it("has written its last word after all else was durable, with the mark that says so, and durably itself", async () => {
    const { session, files } = memorySession({ durability: "process" });
    for (let n = 0; n < 5; n += 1) session.addMessage({ role: "user", content: "x" });
    await session.end("success");
    expect(lastOf(files)).toMatchObject({ seq: 7, durable: 6 });
    expect(files.unsynced()).toEqual({ names: [], files: [] });
  });

  it("has let go of lock and descriptor, and can be saved, closed and disposed of all the same", async () => {
    const { session, files } = memorySession();
    await session.end("success");
    expect(files.openDescriptors).toBe(0);
    files.remove(SNAPSHOT);
    await Promise.all([session.save(), session.save()]);
    expect(JSON.parse(Buffer.from(files.readFile(SNAPSHOT)).toString())).toMatchObject({
      outcome: "success",
    });
    expect(await session.flush()).toBe(2);
    await session.close();
    await session[Symbol.asyncDispose]();
    expect([typesIn(files), files.openDescriptors]).toEqual([["session.started", "session.ended"], 0]);
  });

  it("can be asked to end again where the end could not be written", async () => {
    const { session, files } = memorySession();
    files.faults.intercept = ({ method }) =>
      method === "write" ? { kind: "fail", code: "ENOSPC" } : undefined;
    expect(await errorOf(() => session.end("success"))).toMatchObject({ code: "WRITE_FAILED", errno: -28 });
    expect(await codeOf(() => session.addMessage({ role: "user", content: "x" }))).toBe("SESSION_ENDED");
    expect(session.outcome).toBeNull();
    files.faults.heal();
    await session.end("failure");
    expect(typesIn(files)).toEqual(["session.started", "session.ended"]);
    expect(session.outcome).toBe("failure");
  });
});

describe("a session that was closed", () => {
  it("has said that it stopped cleanly, saved, and let go", async () => {
    const { session, files } = memorySession({ durability: "process" });
    session.addMessage({ role: "user", content: "x" });
    await session.close();
    expect(typesIn(files)).toEqual(["session.started", "message.added", "writer.closed"]);
    expect(lastOf(files).durable).toBe(2);
    expect(files.unsynced()).toEqual({ names: [], files: [] });
    expect(files.openDescriptors).toBe(0);
    expect(JSON.parse(Buffer.from(files.readFile(SNAPSHOT)).toString())).toMatchObject({
      journal: { seq: 3 },
    });
    expect(session).toMatchObject({ outcome: null, status: "running", endTime: null });
  });

  it.each(additions)("takes nothing more through this object: %s", async (_name, add) => {
    const { session, files } = memorySession();
    const call = session.startToolCall({ name: "t", params: {}, governanceResult: allowed });
    await session.close();
    expect(await errorOf(() => add(session))).toMatchObject({
      code: "SESSION_CLOSED",
      sessionId: session.id,
    });
    expect(await codeOf(() => call.finish({ success: true }))).toBe("SESSION_CLOSED");
    expect(await codeOf(() => session.end("success"))).toBe("SESSION_CLOSED");
    expect(typesIn(files)).toEqual(["session.started", "tool_call.started", "writer.closed"]);
  });

  it("goes on in another object, and says so only once where nothing was added", async () => {
    const { session, files } = memorySession();
    await session.close();
    for (let n = 0; n < 3; n += 1) await (await Session.open(session.id, where(files)))?.close();
    expect(typesIn(files)).toEqual(["session.started", "writer.closed"]);
    const next = await Session.open(session.id, where(files));
    next?.addMessage({ role: "user", content: "x" });
    await next?.close();
    expect(typesIn(files)).toEqual(["session.started", "writer.closed", "message.added", "writer.closed"]);
  });

  it("can be closed again, also at the same time, and disposed of: nothing more happens", async () => {
    const { session, files } = memorySession();
    await Promise.all([session.close(), session.close(), session[Symbol.asyncDispose]()]);
    await session.close();
    expect(typesIn(files)).toEqual(["session.started", "writer.closed"]);
  });

  it("can be saved later, and holds the lock only for that time", async () => {
    const { session, files } = memorySession();
    await session.close();
    files.remove(SNAPSHOT);
    await session.save();
    expect(JSON.parse(Buffer.from(files.readFile(SNAPSHOT)).toString())).toMatchObject({ id: session.id });
    expect(files.openDescriptors).toBe(0);
  });

  it("while it ends waits for the end and adds nothing", async () => {
    const { session, files } = memorySession();
    const ending = session.end("success");
    await session.close();
    expect(typesIn(files)).toEqual(["session.started", "session.ended"]);
    await ending;
  });

  it("did nothing where it was only loaded", async () => {
    const { session, files } = memorySession();
    await session.close();
    const loaded = await Session.load(session.id, where(files));
    const before = files.readFile(JOURNAL);
    await loaded?.close();
    await loaded?.[Symbol.asyncDispose]();
    expect(files.readFile(JOURNAL)).toEqual(before);
    loaded?.addMessage({ role: "user", content: "still open" });
    await loaded?.close();
    expect(typesIn(files).slice(-2)).toEqual(["message.added", "writer.closed"]);
  });

  it("has waited for the saves that were under way", async () => {
    const { session, files } = memorySession();
    for (let n = 0; n < 200; n += 1) session.addMessage({ role: "user", content: "x".repeat(10_000) });
    const saving = session.save();
    session.addMessage({ role: "user", content: "last" });
    await session.close();
    await saving;
    const snapshot = JSON.parse(Buffer.from(files.readFile(SNAPSHOT)).toString()) as { messages: unknown[] };
    expect(snapshot.messages.length).toBe(201);
    expect(files.openDescriptors).toBe(0);
  });
});

describe("leaving the block that a session belongs to", () => {
  /** What `await using session = …` does where the language has it. */
  async function using(session: Session, body: () => Promise<void>): Promise<void> {
    try {
      await body();
    } finally {
      await session[Symbol.asyncDispose]();
    }
  }

  it("closes it, also when the block throws", async () => {
    const { session, files } = memorySession();
    await expect(
      using(session, async () => {
        session.addMessage({ role: "user", content: "x" });
        throw new Error("the run failed");
      }),
    ).rejects.toThrow("the run failed");
    expect(typesIn(files)).toEqual(["session.started", "message.added", "writer.closed"]);
    expect(files.openDescriptors).toBe(0);
  });

  it("does nothing more where it has ended in the block", async () => {
    const { session, files } = memorySession();
    await using(session, () => session.end("success"));
    expect(typesIn(files)).toEqual(["session.started", "session.ended"]);
  });
});
