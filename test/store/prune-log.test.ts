import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { faultAtEachOperation, MemoryFiles, powerCuts } from "../../src/files/testing.js";
import type { Session } from "../../src/session.js";
import { listSessions } from "../../src/store/list.js";
import { pruneSessions } from "../../src/store/prune.js";
import { PRUNE_LOG_NAME } from "../../src/store/prune-log.js";

import { errorOf, toArray } from "../support/outcomes.js";
import { DIRECTORY, memorySession, where } from "../support/runs.js";

const LOG = `${DIRECTORY}/${PRUNE_LOG_NAME}`;
const NOW = Date.parse("2025-12-31T12:00:00.000Z");

let files: MemoryFiles;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"], now: NOW });
  files = new MemoryFiles();
});
afterEach(() => {
  vi.useRealTimers();
});

async function record(sessionId: string, startedAt = NOW - 1_000): Promise<Session> {
  vi.setSystemTime(startedAt);
  const { session } = memorySession({ files, sessionId });
  session.addMessage({ role: "user", content: "x" });
  await session.end("failure");
  vi.setSystemTime(NOW);
  return session;
}

const prune = (on = files) => pruneSessions({ ...where(on), olderThanMs: 0 });
const logOf = (on: MemoryFiles) =>
  on.statPath(LOG) === null ? "" : Buffer.from(on.readFile(LOG)).toString();
/** The lines that a crash left whole. */
const linesOf = (on: MemoryFiles) =>
  logOf(on)
    .split("\n")
    .flatMap((line) => {
      try {
        return [JSON.parse(line)];
      } catch {
        return [];
      }
    });

describe("the prune log", () => {
  it("says of each session what went, so that it can be held against a copy of the journal", async () => {
    const session = await record("one", NOW - 60_000);
    const bytes = ["one.ndjson", "one.json"].reduce(
      (sum, name) => sum + files.readFile(`${DIRECTORY}/${name}`).length,
      0,
    );
    const lastLine =
      Buffer.from(files.readFile(session.journalPath)).toString().trimEnd().split("\n").at(-1) ?? "";
    const { seq, hash } = JSON.parse(lastLine);
    const { removed } = await prune();
    const ago = new Date(NOW - 60_000).toISOString();
    const told = {
      id: "one",
      startTime: ago,
      endTime: ago,
      outcome: "failure",
      lastTime: ago,
      seq,
      hash,
      bytes,
      files: ["one.json", "one.ndjson"],
    };
    expect(removed).toEqual([told]);
    expect(logOf(files)).toBe(`${JSON.stringify({ time: new Date(NOW).toISOString(), ...told })}\n`);
    expect(files.statPath(LOG)?.mode).toBe(0o600);
  });

  it("only grows, and is no session", async () => {
    await record("one");
    await prune();
    const first = logOf(files);
    await record("two");
    await prune();
    expect(logOf(files).startsWith(first)).toBe(true);
    expect(linesOf(files).map(({ id }) => id)).toEqual(["one", "two"]);
    expect(await toArray(listSessions(where(files)))).toEqual([]);
    expect((await prune()).kept).toEqual([]);
  });

  it("is not written where nothing goes", async () => {
    await record("one");
    await pruneSessions({ ...where(files), olderThanMs: 0, dryRun: true });
    await pruneSessions({ ...where(files), olderThanMs: 60_000 });
    expect(files.statPath(LOG)).toBeNull();
  });

  it("tells of a session of an older kind, and of one whose journal is gone, what there is", async () => {
    const session = await record("gone");
    const { journal } = JSON.parse(Buffer.from(files.readFile(session.snapshotPath)).toString());
    files.remove(session.journalPath);
    const seed = {
      role: "r",
      model: "m",
      messages: [],
      toolCalls: [],
      startTime: "2025-12-01T00:00:00.000Z",
    };
    const end = { endTime: "2025-12-02T00:00:00.000Z", outcome: "success" };
    files.writeFile(`${DIRECTORY}/old.json`, JSON.stringify({ id: "old", ...seed, ...end }));
    await prune();
    expect(linesOf(files)).toMatchObject([
      { id: "gone", seq: journal.seq, hash: journal.hash, files: ["gone.json"] },
      { id: "old", seq: null, hash: null, lastTime: end.endTime, outcome: "success" },
    ]);
  });

  it("begins on a line of its own behind what a crash left of one", async () => {
    await record("one");
    files.writeFile(LOG, '{"time":"2025-12-30T12:00');
    await prune();
    expect(logOf(files)).toMatch(/^\{"time":"2025-12-30T12:00\n\{"time":"2025-12-31.*"id":"one".*\}\n$/);
  });

  it("keeps every session where it cannot be written", async () => {
    await record("one");
    await record("two");
    for (const method of ["open", "write", "sync", "syncDirectory"] as const) {
      files.faults.intercept = (operation) =>
        operation.method === method && isLog(operation) ? { kind: "fail", code: "ENOSPC" } : undefined;
      const isLog = ({ path }: { path: string }) =>
        method === "syncDirectory" ? path === DIRECTORY : path === LOG;
      expect(await errorOf(() => prune()), method).toMatchObject({ code: "WRITE_FAILED", path: LOG });
      files.faults.heal();
      expect(files.list(DIRECTORY).filter((name) => /^(one|two)/.test(name)).length).toBe(4);
      if (files.statPath(LOG) !== null) files.remove(LOG);
    }
    expect(files.openDescriptors).toBe(0);
  });

  it("has a line for every session that is gone, whenever the process or the machine dies", async () => {
    await record("one");
    await record("two");
    let gone = 0;
    for (const done of faultAtEachOperation(() => files.afterKill(), { kind: "crash" })) {
      await prune(done).catch(() => {});
      for (const after of [done.afterKill(), ...powerCuts(done)]) {
        const logged = linesOf(after).map(({ id }) => id);
        for (const id of ["one", "two"]) {
          if (after.list(DIRECTORY).includes(`${id}.ndjson`)) continue;
          gone += 1;
          expect(logged).toContain(id);
        }
      }
    }
    expect(gone).toBeGreaterThan(10);
  });

  it("shows by its hash whether the session of a line is the one that is still there", async () => {
    await record("one");
    files.faults.intercept = ({ method }) =>
      method === "remove" ? { kind: "fail", code: "EIO" } : undefined;
    await prune();
    files.faults.heal();
    const [line] = linesOf(files);
    const journal = Buffer.from(files.readFile(`${DIRECTORY}/one.ndjson`)).toString();
    expect(journal.trimEnd().endsWith(`,"hash":"${line.hash}"}`)).toBe(true);
    await prune();
    await record("one", NOW - 500);
    const later = Buffer.from(files.readFile(`${DIRECTORY}/one.ndjson`)).toString();
    expect(later).not.toContain(line.hash);
  });
});
