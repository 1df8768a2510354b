import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { faultAtEachOperation, MemoryFiles, powerCuts } from "../../src/files/testing.js";
import { Session } from "../../src/session.js";
import { pruneSessions } from "../../src/store/prune.js";
import { PRUNE_LOG_NAME } from "../../src/store/prune-log.js";
import { DIRECTORY, memorySession, where } from "../support/runs.js";

const DAY_MS = 24 * 60 * 60 * 1_000;
const NOW = Date.parse("2025-12-31T12:00:00.000Z");

let files: MemoryFiles;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"], now: NOW });
  files = new MemoryFiles();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A session whose last record is so many days old. */
async function record(
  sessionId: string,
  ageDays: number,
  finish: "end" | "close" | "run" = "end",
): Promise<Session> {
  vi.setSystemTime(NOW - ageDays * DAY_MS);
  const { session } = memorySession({ files, sessionId });
  session.addMessage({ role: "user", content: "x" });
  if (finish === "end") await session.end("success");
  if (finish === "close") await session.close();
  vi.setSystemTime(NOW);
  return session;
}

const prune = (options: Partial<Parameters<typeof pruneSessions>[0]> = {}) =>
  pruneSessions({ ...where(files), olderThanMs: 7 * DAY_MS, ...options });
const names = () =>
  files
    .list(DIRECTORY)
    .filter((name) => name !== ".gitignore" && name !== PRUNE_LOG_NAME)
    .sort();

/** Does it once, just before the journal is opened for its removal. */
function beforeRemovalOf(name: string, act: () => void): void {
  const { open } = files;
  let isDone = false;
  vi.spyOn(files, "open").mockImplementation((path, mode) => {
    if (path === `${DIRECTORY}/${name}` && mode === "append" && !isDone) {
      isDone = true;
      act();
    }
    return open.call(files, path, mode);
  });
}

describe("pruning", () => {
  it("removes what is older than it is told, and says what it kept and why", async () => {
    await record("old", 8);
    await record("interrupted", 30, "close");
    await record("young", 6);
    const { removed, kept } = await prune();
    expect(removed.map(({ id }) => id).sort()).toEqual(["interrupted", "old"]);
    expect(kept).toEqual([{ id: "young", why: "it is not old enough" }]);
    expect(names()).toEqual(["young.json", "young.ndjson"]);
  });

  it("takes all files of a session together, says how much they held, and leaves others alone", async () => {
    await record("old", 8);
    const own = [
      "old.ndjson.torn-100",
      "old.ndjson.torn-100.1",
      "old.ndjson.damaged-1",
      "old.json.damaged-2",
      ".old.0123456789ab.tmp",
    ];
    const others = [
      "old.txt",
      "old.ndjson.backup",
      "older.ndjson.torn-1",
      ".oldest.0123456789ab.tmp",
      "notes.md",
    ];
    for (const name of [...own, ...others]) files.writeFile(`${DIRECTORY}/${name}`, "12345");
    const bytes = ["old.ndjson", "old.json"].reduce(
      (sum, name) => sum + files.readFile(`${DIRECTORY}/${name}`).length,
      0,
    );
    const { removed } = await prune();
    expect(removed).toMatchObject([{ id: "old", bytes: bytes + 5 * own.length }]);
    expect([...(removed[0]?.files ?? [])].sort()).toEqual([...own, "old.json", "old.ndjson"].sort());
    expect(names()).toEqual([...others].sort());
    expect(files.afterPowerCut().list(DIRECTORY)).not.toContain("old.ndjson");
  });

  it("says first what it would do, and does nothing, where that is asked for", async () => {
    await record("old", 8);
    const before = names();
    const said = await prune({ dryRun: true });
    expect(said.removed.map(({ id }) => id)).toEqual(["old"]);
    expect(names()).toEqual(before);
    expect(await prune()).toEqual(said);
  });

  it("never takes what is running, however old it is", async () => {
    const session = await record("running", 100, "run");
    expect(await prune()).toEqual({ removed: [], kept: [{ id: "running", why: "it is running" }] });
    session.addMessage({ role: "user", content: "still here" });
    await session.end("success");
  });

  it("never takes what somebody begins to write to in between", async () => {
    await record("old", 8, "close");
    const loaded = await Session.load("old", where(files));
    beforeRemovalOf("old.ndjson", () => loaded?.addMessage({ role: "user", content: "on we go" }));
    const { removed, kept } = await prune();
    expect([removed, kept]).toEqual([[], [{ id: "old", why: "it is running" }]]);
    expect(names()).toEqual(["old.json", "old.ndjson"]);
    await loaded?.end("success");
  });

  it("never takes what somebody has written to in between and let go again", async () => {
    await record("old", 8, "close");
    const loaded = await Session.load("old", where(files));
    beforeRemovalOf("old.ndjson", () => {
      loaded?.addMessage({ role: "user", content: "on we go" });
      void loaded?.close();
    });
    const { removed, kept } = await prune();
    expect([removed, kept]).toEqual([[], [{ id: "old", why: "it is not old enough" }]]);
    expect((await Session.load("old", where(files)))?.messageCount).toBe(2);
  });

  it("never takes what it cannot read", async () => {
    files.writeFile(`${DIRECTORY}/damaged.ndjson`, "no journal\n");
    files.writeFile(`${DIRECTORY}/empty.ndjson`, "");
    files.writeFile(`${DIRECTORY}/broken.json`, "{");
    const { removed, kept } = await prune({ olderThanMs: 0 });
    expect(removed).toEqual([]);
    expect(kept).toEqual(["empty", "damaged", "broken"].map((id) => ({ id, why: "it cannot be read" })));
  });

  it("keeps the newest, whatever their age and whatever they are called", async () => {
    await record("a", 10);
    await record("c", 30);
    await record("b", 20);
    const { removed, kept } = await prune({ keepLast: 2 });
    expect(removed.map(({ id }) => id)).toEqual(["c"]);
    expect(kept).toEqual([
      { id: "a", why: "it is among the newest 2" },
      { id: "b", why: "it is among the newest 2" },
    ]);
  });

  it("goes by the last record, not by the start: what was gone on with yesterday is young", async () => {
    await record("long", 100, "close");
    vi.setSystemTime(NOW - DAY_MS);
    await (await Session.open("long", where(files)))?.end("success");
    vi.setSystemTime(NOW);
    expect((await prune()).kept).toEqual([{ id: "long", why: "it is not old enough" }]);
  });

  it("takes sessions of the older kind by their end, and keeps those whose age cannot be told", async () => {
    const seed = {
      role: "r",
      model: "m",
      startTime: "2025-12-01T00:00:00.000Z",
      messages: [],
      toolCalls: [],
    };
    const put = (id: string, rest: object) =>
      files.writeFile(`${DIRECTORY}/${id}.json`, JSON.stringify({ id, ...seed, ...rest }));
    put("old", { endTime: "2025-12-02T00:00:00.000Z", outcome: "success" });
    put("young", { endTime: "2025-12-31T00:00:00.000Z", outcome: "success" });
    put("odd", { startTime: "once upon a time", endTime: null });
    const { removed, kept } = await prune();
    expect(removed.map(({ id }) => id)).toEqual(["old"]);
    expect(kept.sort((a, b) => (a.id < b.id ? -1 : 1))).toEqual([
      { id: "odd", why: "its age cannot be told" },
      { id: "young", why: "it is not old enough" },
    ]);
  });

  it("removes the journal last, so that one that is interrupted leaves a session to be pruned again", async () => {
    await record("old", 8);
    files.writeFile(`${DIRECTORY}/old.ndjson.torn-1`, "x");
    const removals: string[] = [];
    files.faults.intercept = ({ method, path }) => {
      if (method !== "remove") return undefined;
      removals.push(path);
      return path.endsWith(".ndjson") ? { kind: "fail", code: "EACCES" } : undefined;
    };
    const { removed, kept } = await prune();
    expect(removed).toEqual([]);
    expect(kept).toMatchObject([{ id: "old", why: "it cannot be removed", error: { code: "WRITE_FAILED" } }]);
    expect(removals.at(-1)).toBe(`${DIRECTORY}/old.ndjson`);
    files.faults.heal();
    expect(names()).toEqual(["old.ndjson"]);
    expect((await prune()).removed.map(({ id }) => id)).toEqual(["old"]);
    expect([names(), files.openDescriptors]).toEqual([[], 0]);
  });

  it("goes on past a session that cannot be removed", async () => {
    for (const [id, age] of Object.entries({ a: 8, b: 9, c: 10 })) await record(id, age);
    files.faults.intercept = ({ method, path }) =>
      (method === "open" && path.endsWith("b.ndjson") && isRemoving) ||
      (method === "remove" && path.endsWith("c.json"))
        ? { kind: "fail", code: "EACCES" }
        : undefined;
    let isRemoving = false;
    const { removed, kept } = await prune({
      onProgress: ({ doing }) => {
        isRemoving = doing === "removing";
      },
    });
    expect(removed.map(({ id }) => id)).toEqual(["a"]);
    expect(kept.map(({ id, why, error }) => [id, why, error?.code])).toEqual([
      ["b", "it cannot be removed", "WRITE_FAILED"],
      ["c", "it cannot be removed", "WRITE_FAILED"],
    ]);
    expect(names()).toEqual(["b.json", "b.ndjson", "c.json", "c.ndjson"]);
    expect(files.openDescriptors).toBe(0);
  });

  it("takes none but those that were chosen", async () => {
    for (const [id, age] of Object.entries({ a: 8, b: 9, young: 1 })) await record(id, age);
    const { removed, kept } = await prune({ only: ["b", "young", "nobody"] });
    expect(removed.map(({ id }) => id)).toEqual(["b"]);
    expect(kept).toEqual([
      { id: "young", why: "it is not old enough" },
      { id: "a", why: "it was not chosen" },
    ]);
  });

  it("tells where it is", async () => {
    for (const [id, age] of Object.entries({ a: 8, b: 9, young: 1 })) await record(id, age);
    const told: string[] = [];
    await prune({
      onProgress: ({ doing, done, total, id }) => told.push(`${doing} ${done} of ${total}: ${id}`),
    });
    expect(told).toEqual([
      "looking 0 of 3: young",
      "looking 1 of 3: b",
      "looking 2 of 3: a",
      "removing 0 of 2: a",
      "removing 1 of 2: b",
    ]);
  });

  it("leaves nothing behind that nobody would find again, should the power go in the middle of it", async () => {
    await record("old", 8);
    files.writeFile(`${DIRECTORY}/old.ndjson.torn-1`, "x");
    files.writeFile(`${DIRECTORY}/.old.0123456789ab.tmp`, "x");
    let cuts = 0;
    for (const done of faultAtEachOperation(() => files.afterKill(), { kind: "crash" })) {
      await pruneSessions({ ...where(done), olderThanMs: 7 * DAY_MS }).catch(() => {});
      for (const after of powerCuts(done)) {
        cuts += 1;
        const left = after.list(DIRECTORY).filter((name) => name.includes("old."));
        const isFound = left.includes("old.ndjson") || left.includes("old.json");
        expect(isFound || left.length === 0, `${after.origin} leaves ${left}`).toBe(true);
      }
    }
    expect(cuts).toBeGreaterThan(20);
  });

  it("has nothing to do in a folder that is not there", async () => {
    expect(await pruneSessions({ sessionsDir: "/nowhere", files, olderThanMs: 0 })).toEqual({
      removed: [],
      kept: [],
    });
  });

  it.each([
    { olderThanMs: -1 },
    { olderThanMs: Number.NaN },
    { olderThanMs: undefined as unknown as number },
    { keepLast: -1 },
    { keepLast: 1.5 },
  ])("refuses to guess what is meant by %j", async (options) => {
    await expect(prune(options)).rejects.toThrow(TypeError);
  });
});
