import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import type { JournalError } from "../../src/errors.js";
import { MemoryFiles } from "../../src/files/testing.js";
import type { Cursor } from "../../src/journal/cursor.js";
import { Session } from "../../src/session.js";
import { type FollowSessionsOptions, followSessions } from "../../src/store/follow-sessions.js";
import { temporaryFolder } from "../support/folders.js";
import { errorOf } from "../support/outcomes.js";

const about = { role: "r", model: "m", autosave: false };

/** Follows a folder beside the test, which waits for what it expects to come. */
class Watching {
  readonly seen: string[] = [];
  readonly told: string[] = [];
  readonly cursors = new Map<string, Cursor>();
  readonly #stop = new AbortController();
  readonly ended: Promise<void>;

  constructor(options: FollowSessionsOptions) {
    this.ended = this.#run(options);
    this.ended.catch(() => {});
  }

  async #run(options: FollowSessionsOptions): Promise<void> {
    const onFailure = (id: string, error: JournalError) => void this.told.push(`${id} ${error.code}`);
    const onWriterGone = (id: string) => void this.told.push(`${id} gone`);
    for await (const { sessionId, record, cursor } of followSessions({
      onFailure,
      onWriterGone,
      ...options,
      signal: this.#stop.signal,
    })) {
      this.seen.push(`${sessionId} ${record.seq} ${record.type}`);
      this.cursors.set(sessionId, cursor);
    }
  }

  async until(isThere: () => boolean): Promise<void> {
    const deadline = performance.now() + 10_000;
    while (!isThere()) {
      if (performance.now() > deadline) throw new Error(`it never came: ${this.seen} ${this.told}`);
      await sleep(2);
    }
  }

  async end(): Promise<void> {
    this.#stop.abort();
    await this.ended;
  }
}

const say = (session: Session, content: string) => session.addMessage({ role: "user", content });

describe("following the sessions of a folder", () => {
  it("gives what runs from now on, and what begins from its start", async () => {
    const sessionsDir = temporaryFolder();
    const one = new Session({ ...about, sessionId: "one", sessionsDir });
    const old = new Session({ ...about, sessionId: "old", sessionsDir });
    await old.end("success");
    const watching = new Watching({ sessionsDir });
    await sleep(50);
    say(one, "a");
    await watching.until(() => watching.seen.length === 1);
    const two = new Session({ ...about, sessionId: "two", sessionsDir });
    say(two, "b");
    await two.end("success");
    await one.end("success");
    await watching.until(() => watching.seen.length === 5);
    expect(watching.seen.filter((line) => line.startsWith("one"))).toEqual([
      "one 2 message.added",
      "one 3 session.ended",
    ]);
    expect(watching.seen.filter((line) => line.startsWith("two"))).toEqual([
      "two 1 session.started",
      "two 2 message.added",
      "two 3 session.ended",
    ]);
    await watching.end();
  });

  it("begins where it is told to: at the start, behind a cursor, or nowhere", async () => {
    const sessionsDir = temporaryFolder();
    const sessions = ["a", "b", "c"].map((sessionId) => new Session({ ...about, sessionId, sessionsDir }));
    for (const session of sessions) say(session, "x");
    const whole = new Watching({ sessionsDir, from: "start" });
    await whole.until(() => whole.seen.length === 6);
    const kept = whole.cursors.get("b") as Cursor;
    await whole.end();
    for (const session of sessions) say(session, "y");
    const from = (id: string) => (id === "a" ? "start" : id === "b" ? kept : null);
    const some = new Watching({ sessionsDir, from });
    await some.until(() => some.seen.length === 4);
    for (const session of sessions) await session.end("success");
    await some.until(() => some.seen.length === 6);
    expect(some.seen.filter((line) => !line.startsWith("a"))).toEqual([
      "b 3 message.added",
      "b 4 session.ended",
    ]);
    await some.end();
  });

  it("waits for a folder that is not there yet, and follows it when it is made anew", async () => {
    const sessionsDir = join(temporaryFolder(), "later");
    const watching = new Watching({ sessionsDir });
    await sleep(20);
    mkdirSync(sessionsDir);
    await new Session({ ...about, sessionId: "one", sessionsDir }).end("success");
    await watching.until(() => watching.seen.length === 2);
    rmSync(sessionsDir, { recursive: true });
    await sleep(20);
    mkdirSync(sessionsDir);
    await new Session({ ...about, sessionId: "two", sessionsDir }).end("success");
    await watching.until(() => watching.seen.length === 4);
    await watching.end();
  });

  it("tells that a writer is gone, and takes the session up again when there is another", async () => {
    const sessionsDir = temporaryFolder();
    const watching = new Watching({ sessionsDir });
    const one = new Session({ ...about, sessionId: "one", sessionsDir });
    await one.close();
    await watching.until(() => watching.told.length === 1);
    expect([watching.seen, watching.told]).toEqual([
      ["one 1 session.started", "one 2 writer.closed"],
      ["one gone"],
    ]);
    const again = await Session.open("one", { sessionsDir });
    await again?.end("success");
    await watching.until(() => watching.seen.length === 3);
    expect(watching.seen.at(-1)).toBe("one 3 session.ended");
    await watching.end();
  });

  it("gives of a session that was there and is opened again what is new", async () => {
    const sessionsDir = temporaryFolder();
    await new Session({ ...about, sessionId: "one", sessionsDir }).close();
    await sleep(10);
    const watching = new Watching({ sessionsDir });
    await sleep(50);
    const again = await Session.open("one", { sessionsDir });
    if (again !== null) say(again, "new");
    await again?.end("success");
    await watching.until(() => watching.seen.length === 2);
    expect(watching.seen).toEqual(["one 3 message.added", "one 4 session.ended"]);
    await watching.end();
  });

  it("tells of what was rewound, and goes on behind what is still there", async () => {
    const sessionsDir = temporaryFolder();
    const watching = new Watching({ sessionsDir });
    const one = new Session({ ...about, sessionId: "one", sessionsDir, onFailure: () => {} });
    say(one, "kept");
    say(one, "lost");
    await watching.until(() => watching.seen.length === 3);
    const path = one.journalPath;
    const whole = readFileSync(path, "utf8");
    const cut = `${whole.split("\n").slice(0, 2).join("\n")}\n`;
    writeFileSync(`${path}.x`, cut, { mode: 0o600 });
    renameSync(`${path}.x`, path);
    await watching.until(() => watching.told.includes("one JOURNAL_REWOUND"));
    const again = await Session.open("one", { sessionsDir });
    await again?.end("success");
    await watching.until(() => watching.seen.at(-1)?.endsWith("session.ended") === true);
    expect(watching.seen[3]).toMatch(/^one 3 /);
    expect(watching.seen.filter((line) => line === "one 2 message.added")).toHaveLength(1);
    await watching.end();
  });

  it("ends with damage the following of that session alone, or all where nobody is told", async () => {
    const sessionsDir = temporaryFolder();
    const one = new Session({ ...about, sessionId: "one", sessionsDir });
    const two = new Session({ ...about, sessionId: "two", sessionsDir });
    const watching = new Watching({ sessionsDir, from: "start" });
    await watching.until(() => watching.seen.length === 2);
    writeFileSync(one.journalPath, '{"seq":2,"nonsense":1}\n', { flag: "a" });
    await watching.until(() => watching.told.includes("one CORRUPT_JOURNAL"));
    say(two, "goes on");
    await watching.until(() => watching.seen.length === 3);
    expect(watching.told).toEqual(["one CORRUPT_JOURNAL"]);
    await watching.end();
    const untold = followSessions({ sessionsDir, from: "start" });
    const failure = await errorOf(async () => {
      for await (const _ of untold);
    });
    expect(failure).toMatchObject({ code: "CORRUPT_JOURNAL", path: one.journalPath });
    await two.end("success");
  });

  it("follows fifty sessions in order, none left out, also for a slow reader", async () => {
    const sessionsDir = temporaryFolder();
    const sessions = Array.from({ length: 50 }, (_, at) => {
      return new Session({ ...about, sessionId: `s-${at}`, sessionsDir, durability: "process" });
    });
    const stop = new AbortController();
    const next = new Map<string, number>();
    let given = 0;
    const reading = (async () => {
      for await (const { sessionId, record } of followSessions({
        sessionsDir,
        from: "start",
        signal: stop.signal,
      })) {
        expect(record.seq).toBe((next.get(sessionId) ?? 0) + 1);
        next.set(sessionId, record.seq);
        given += 1;
        if (given % 500 === 0) await sleep(5);
        if (given === 50 * 102) stop.abort();
      }
    })();
    for (let round = 0; round < 100; round += 1) {
      for (const session of sessions) say(session, `${round}`);
      if (round % 10 === 0) await sleep(1);
    }
    await Promise.all(sessions.map((session) => session.end("success")));
    await reading;
    expect([...next.values()]).toEqual(Array.from({ length: 50 }, () => 102));
  });

  it("ends when its reader goes, and when its signal says so", async () => {
    const files = new MemoryFiles();
    const session = new Session({ ...about, sessionId: "one", sessionsDir: "/s", files });
    for await (const { record } of followSessions({ sessionsDir: "/s", files, from: "start" })) {
      expect(record.seq).toBe(1);
      break;
    }
    const signal = AbortSignal.abort();
    for await (const _ of followSessions({ sessionsDir: "/s", files, from: "start", signal })) expect.fail();
    await session.end("success");
  });
});
