/** When a writer seals, and with what: over real sessions on a disk in memory. */
import { afterEach, describe, expect, it, vi } from "vitest";
import { MemoryFiles } from "../../src/files/testing.js";
import { type JournalError, type JournalRecord, Session } from "../../src/index.js";
import type { JournalWriter } from "../../src/journal/writer.js";
import type { JournalHold } from "../../src/recording/journal-hold.js";
import { Sealing } from "../../src/recording/sealing.js";
import { Signer } from "../../src/signing/signer.js";
import { codeOf, errorOf } from "../support/outcomes.js";
import {
  begin,
  codesOf,
  id,
  path,
  privateKey,
  reopen,
  say,
  sessionsDir,
  shape,
  verifyBytes,
} from "./signed.js";

afterEach(() => {
  vi.useRealTimers();
});

describe("a session with a key", () => {
  it("seals its end, and nothing stands behind that", async () => {
    const { files, session } = begin();
    say(session, 1);
    await session.end("success");
    expect(shape(files)).toEqual(["session.started", "message.added", "session.ended", "sealed 1-3"]);
    expect(session.health).toMatchObject({ writtenSeq: 4, durableSeq: 4 });
  });

  it("seals a clean stop, and only what is new after it", async () => {
    const { files, session } = begin();
    await session.close();
    const again = await reopen(files);
    await again.close();
    expect(shape(files)).toEqual(["session.started", "writer.closed", "sealed 1-2"]);
    const third = await reopen(files);
    say(third, 1);
    await third.close();
    expect(shape(files).slice(3)).toEqual(["message.added", "writer.closed", "sealed 4-5"]);
  });

  it("seals after so many records, the seal not counted", async () => {
    const { files, session } = begin({ everyRecords: 3 });
    say(session, 6);
    expect(shape(files).map((type) => type.slice(0, 9))).toEqual([
      ...["session.s", "message.a", "message.a", "sealed 1-"],
      ...["message.a", "message.a", "message.a", "sealed 5-"],
      "message.a",
    ]);
    await session.end("success");
  });

  it("writes the seal in the write of the record that makes it due, and returns that record's seq", async () => {
    const { files, session } = begin({ everyRecords: 1 });
    const writes: number[] = [];
    files.faults.intercept = (operation) => {
      if (operation.method === "write" && operation.path === path) writes.push(operation.n);
      return undefined;
    };
    expect(session.addMessage({ role: "user", content: "x" })).toBe(2);
    expect(session.addMessage({ role: "user", content: "y" })).toBe(4);
    expect([writes.length, session.health.writtenSeq]).toEqual([2, 5]);
    await session.end("success");
    expect(writes.length).toBe(3);
  });

  it("does not separate the two records of a call", async () => {
    const { files, session } = begin({ everyRecords: 2 });
    await session.recordToolCall({
      timestamp: "2025-12-08T14:31:05.000Z",
      name: "read",
      params: {},
      governanceResult: { allowed: true },
      result: { success: true },
    });
    expect(shape(files)).toEqual([
      "session.started",
      "tool_call.started",
      "tool_call.finished",
      "sealed 1-3",
    ]);
    await session.end("success");
  });

  it("shows a seal to whoever listens, and leaves the state alone", async () => {
    const { session } = begin({ everyRecords: 2 });
    const heard: JournalRecord[] = [];
    session.subscribe((record) => heard.push(record));
    const before = JSON.stringify(session);
    say(session, 1);
    expect(heard.map(({ type }) => type)).toEqual(["message.added", "journal.sealed"]);
    const { messages, ...rest } = JSON.parse(JSON.stringify(session));
    expect({ messages: [], ...rest }).toEqual({ ...JSON.parse(before) });
    await session.end("success");
  });

  it("leaves no file where the key is none", () => {
    const files = new MemoryFiles();
    expect(() => begin({ privateKey: "no key" }, files)).toThrow(TypeError);
    expect(files.statPath(path)).toBeNull();
    expect(files.openDescriptors).toBe(0);
  });
});

describe("a session without a key", () => {
  it("writes just what it wrote before there were keys", async () => {
    const { files, session } = begin(null);
    say(session, 3);
    await session.end("success");
    expect(shape(files).filter((type) => type.startsWith("sealed"))).toEqual([]);
  });

  it("may go on behind seals, and no runtime can write one", async () => {
    const { files, session } = begin();
    await session.close();
    const unsigned = await reopen(files, null);
    const forged = { type: "journal.sealed", data: {} } as never;
    expect((await errorOf(() => unsigned.append(forged))).message).toContain("option signing");
    say(unsigned, 1);
    await unsigned.end("success");
    expect(shape(files)).toEqual([
      ...["session.started", "writer.closed", "sealed 1-2"],
      ...["message.added", "session.ended"],
    ]);
  });
});

describe("the timer", () => {
  it("seals what has waited long enough, once", async () => {
    vi.useFakeTimers();
    const { files, session } = begin({ everyMs: 500 });
    say(session, 2);
    vi.advanceTimersByTime(499);
    expect(shape(files)).toHaveLength(3);
    vi.advanceTimersByTime(1);
    expect(shape(files).at(-1)).toBe("sealed 1-3");
    vi.advanceTimersByTime(60_000);
    expect(shape(files)).toHaveLength(4);
    say(session, 1);
    vi.advanceTimersByTime(500);
    expect(shape(files).slice(4)).toEqual(["message.added", "sealed 5-5"]);
    vi.useRealTimers();
    await session.end("success");
  });

  it("seals the start of a session that says nothing more", async () => {
    vi.useFakeTimers();
    const { files, session } = begin({ everyMs: 500 });
    vi.advanceTimersByTime(500);
    expect(shape(files)).toEqual(["session.started", "sealed 1-1"]);
    vi.useRealTimers();
    await session.close();
  });

  it("is quiet once the session is over", async () => {
    const { files, session } = begin({ everyMs: 1 });
    say(session, 1);
    await session.end("success");
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(shape(files).filter((type) => type.startsWith("sealed"))).toHaveLength(1);
  });

  it("tells the runtime where the seal cannot be written, and loses nothing", async () => {
    vi.useFakeTimers();
    const told: JournalError[] = [];
    const files = new MemoryFiles();
    const onFailure = (error: JournalError) => void told.push(error);
    const config = { sessionsDir, files, sessionId: id, role: "r", model: "m", onFailure };
    const session = new Session({ ...config, signing: { privateKey, everyMs: 500 } });
    say(session, 1);
    files.faults.intercept = ({ method }) =>
      method === "write" ? { kind: "fail", code: "ENOSPC", keepBytes: 10 } : undefined;
    vi.advanceTimersByTime(500);
    files.faults.intercept = undefined;
    expect(told.map(({ code }) => code)).toEqual(["WRITE_FAILED"]);
    expect(session.health.failure).toBe(told[0]);
    expect(shape(files)).toHaveLength(2);
    say(session, 1);
    vi.advanceTimersByTime(500);
    expect(shape(files).at(-1)).toBe("sealed 1-3");
    vi.useRealTimers();
    await session.end("success");
    expect(codesOf(await verifyBytes(files.readFile(path)))).toEqual([]);
  });
});

describe("an end that cannot be written", () => {
  it("leaves neither the end nor its seal, and can be asked for again", async () => {
    const { files, session } = begin();
    say(session, 1);
    const before = Buffer.from(files.readFile(path));
    files.faults.intercept = ({ method }) =>
      method === "write" ? { kind: "fail", code: "ENOSPC", keepBytes: before.length } : undefined;
    expect(await codeOf(() => session.end("success"))).toBe("WRITE_FAILED");
    files.faults.intercept = undefined;
    expect(before.equals(files.readFile(path))).toBe(true);
    await session.end("success");
    expect(shape(files).slice(-2)).toEqual(["session.ended", "sealed 1-3"]);
    expect(codesOf(await verifyBytes(files.readFile(path)))).toEqual([]);
  });
});

describe("a signature that cannot be made", () => {
  it("fails the append with nothing of it written, and the next one goes on", async () => {
    const { files, session } = begin({ everyRecords: 2 });
    const broken = vi.spyOn(Signer.prototype, "seal").mockImplementationOnce(() => {
      throw new Error("the key is gone");
    });
    const before = Buffer.from(files.readFile(path));
    expect(await errorOf(() => say(session, 1))).toMatchObject({ code: "WRITE_FAILED", reason: "write" });
    expect(before.equals(files.readFile(path))).toBe(true);
    broken.mockRestore();
    say(session, 1);
    await session.end("success");
    const found = await verifyBytes(files.readFile(path));
    expect([found.verdict, codesOf(found)]).toEqual(["sound", []]);
    expect(session.messageCount).toBe(1);
  });
});

it("is due where something was written under this lock and is not sealed, and never for what was there", () => {
  const signer = new Signer({ privateKey, everyMs: Infinity });
  const sealing = (ownSeq: number) => {
    const hold = { ownSeq, writer: null, paths: { id } } as unknown as JournalHold;
    return new Sealing(signer, hold, () => {});
  };
  const at = (seq: number) => ({ seq }) as JournalWriter;
  expect(sealing(5).isDue(at(4))).toBe(false);
  expect(sealing(5).isDue(at(5))).toBe(true);
});
