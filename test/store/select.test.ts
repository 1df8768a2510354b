import { describe, expect, it } from "vitest";
import { MemoryFiles } from "../../src/files/testing.js";
import { type SelectOptions, selectSessions } from "../../src/store/select.js";
import { SESSION_ORDERS, type SessionOrder } from "../../src/store/session-order.js";
import { codeOf, toArray } from "../support/outcomes.js";
import { DIRECTORY, memorySession, where } from "../support/runs.js";
import { type MadeSession, putSession } from "./made-sessions.js";

async function select(files: MemoryFiles, options: SelectOptions = {}): Promise<string[]> {
  return (await toArray(selectSessions({ ...where(files), ...options }))).map(({ id }) => id);
}

function disk(sessions: { [id: string]: MadeSession }): MemoryFiles {
  const files = new MemoryFiles();
  for (const [id, made] of Object.entries(sessions)) putSession(files, id, made);
  return files;
}

const timed = (second: string, digits = "aaaaaa") => `session-${second}-${digits}`;

describe("sessions by when they were started", () => {
  it("come newest first, wherever their ids tell it and wherever only their records do", async () => {
    const files = disk({
      [timed("20250101-000000")]: { time: "2025-01-01T00:00:00.000Z" },
      [timed("20250301-000000", "aaaaaaaaaaaa")]: { time: "2025-01-01T00:00:00.000Z" },
      "chosen-new": { time: "2025-04-01T00:00:00.000Z" },
      "chosen-between": { time: "2025-09-01T00:00:00.000Z", at: "2025-02-01T01:00:00+01:00" },
      "chosen-old": { time: "2024-01-01T00:00:00.000Z" },
    });
    files.writeFile(`${DIRECTORY}/broken.ndjson`, "x\n");
    files.writeFile(`${DIRECTORY}/${timed("20250201-000001")}.ndjson`, "x\n");
    expect(await select(files)).toEqual([
      "chosen-new",
      timed("20250301-000000", "aaaaaaaaaaaa"),
      timed("20250201-000001"),
      "chosen-between",
      timed("20250101-000000"),
      "chosen-old",
      "broken",
    ]);
  });

  it("come by their records where they were started in the same second", async () => {
    const files = disk({
      [timed("20250101-000000", "aaaaaa")]: { time: "2025-01-01T00:00:00.300Z" },
      [timed("20250101-000000", "bbbbbb")]: { time: "2025-01-01T00:00:00.100Z" },
      [timed("20250101-000000", "cccccc")]: { time: "2025-01-01T00:00:00.400Z" },
      chosen: { time: "2025-01-01T00:00:00.200Z" },
    });
    expect(await select(files)).toEqual([
      timed("20250101-000000", "cccccc"),
      timed("20250101-000000", "aaaaaa"),
      "chosen",
      timed("20250101-000000", "bbbbbb"),
    ]);
  });

  it("come from snapshots where there is no journal", async () => {
    const { session, files } = memorySession({ sessionId: "only-snapshot" });
    await session.end("success");
    files.remove(`${DIRECTORY}/only-snapshot.ndjson`);
    putSession(files, "later", { time: "2999-01-01T00:00:00.000Z" });
    putSession(files, "earlier", { time: "1999-01-01T00:00:00.000Z" });
    expect(await select(files)).toEqual(["later", "only-snapshot", "earlier"]);
  });

  it("are yielded before those behind them were looked at", async () => {
    const files = new MemoryFiles({ log: true });
    for (let n = 100; n < 200; n++) putSession(files, timed(`20250101-000${n}`));
    const before = files.operations;
    const opened = () => files.log.filter(({ n, method }) => n > before && method === "open").length;
    const sessions = selectSessions(where(files));
    expect((await sessions.next()).value).toMatchObject({ id: timed("20250101-000199") });
    expect(opened()).toBeLessThanOrEqual(2);
    await sessions.return();
    await select(files, { limit: 3 });
    expect(opened()).toBeLessThanOrEqual(6);
    await select(files, { since: new Date("2025-01-03") });
    expect(opened()).toBeLessThanOrEqual(6);
  });
});

describe("sessions that are chosen", () => {
  const files = disk({
    "session-20250106-000000-000006": { role: "review", outcome: null, time: "2025-01-06T00:00:00.000Z" },
    "session-20250105-000000-000005": { outcome: "failure", denied: 2, time: "2025-01-05T00:00:00.000Z" },
    "session-20250104-000000-000004": { outcome: "interrupted", time: "2025-01-04T00:00:00.000Z" },
    "session-20250103-000000-000003": {
      model: "claude-sonnet-4",
      failed: 1,
      time: "2025-01-03T00:00:00.000Z",
    },
    "session-20250102-000000-000002": { chainId: "C-1", taskId: "7.a", time: "2025-01-02T00:00:00.000Z" },
    "session-20250101-000000-000001": { chainId: "C-10", role: "a.b", time: "2025-01-01T00:00:00.000Z" },
  });
  files.writeFile(`${DIRECTORY}/unreadable.ndjson`, "x\n");

  it.each<[SelectOptions, string]>([
    [{ states: ["success"] }, "321"],
    [{ states: ["ended"] }, "54321"],
    [{ states: ["interrupted"] }, "64"],
    [{ states: ["failure", "unreadable"] }, "5e"],
    [{ states: [] }, ""],
    [{ role: "REVIEW" }, "6"],
    [{ role: "a.b" }, "1"],
    [{ role: "*" }, "654321e"],
    [{ role: "r*w" }, "6"],
    [{ role: "axb" }, ""],
    [{ model: "*sonnet*" }, "3"],
    [{ model: "sonnet" }, ""],
    [{ chain: "c-1" }, "2"],
    [{ chain: "C-1*" }, "21"],
    [{ chain: "C-1/7.A" }, "2"],
    [{ chain: "*" }, "21"],
    [{ denied: true }, "5"],
    [{ failed: true }, "3"],
    [{ denied: true, failed: true }, ""],
    [{ denied: false, failed: false }, "654321e"],
    [{ since: new Date("2025-01-03T00:00:00.000Z") }, "6543"],
    [{ since: new Date("2025-01-03T00:00:00.001Z") }, "654"],
    [{ limit: 2 }, "65"],
    [{ states: ["success"], limit: 2 }, "32"],
  ])("%j: %s", async (options, expected) => {
    expect((await select(files, options)).map((id) => id.at(-1)).join("")).toBe(expected);
  });

  it("are told by the record, where the id of an import is in the zone of its source", async () => {
    const imported = disk({
      [timed("20250101-230000", "aaaaaaaaaaaa")]: { at: "2025-01-01T23:00:00-11:00" },
      [timed("20250101-230000", "bbbbbbbbbbbb")]: { at: "2025-01-01T23:00:00Z" },
    });
    expect(await select(imported, { since: new Date("2025-01-02T08:00:00Z") })).toEqual([
      timed("20250101-230000", "aaaaaaaaaaaa"),
    ]);
  });
});

describe("sessions in another order", () => {
  const files = disk({
    a: { calls: 3, tokens: 5, role: "x", time: "2025-01-01T00:00:00.000Z", chainId: "C-2" },
    b: { calls: 9, tokens: 5, role: "z", outcome: "failure", time: "2025-01-02T00:00:00.000Z" },
    c: { calls: 1, tokens: 7, role: "y", time: "2025-01-03T00:00:00.000Z", chainId: "C-1" },
  });

  it.each<[SessionOrder, string]>([
    ["started", "cba"],
    ["calls", "bac"],
    ["tokens", "cba"],
    ["took", "abc"],
    ["role", "acb"],
    ["state", "bca"],
    ["chain", "cab"],
    ["id", "abc"],
    ["denied", "cba"],
  ])("by %s: %s", async (sort, expected) => {
    expect((await select(files, { sort })).join("")).toBe(expected);
    for (const limit of [1, 2, 3, 4]) {
      expect((await select(files, { sort, limit })).join("")).toBe(expected.slice(0, limit));
    }
  });

  it("give the same with a limit as without, however many there are", async () => {
    const many = new MemoryFiles();
    for (let n = 0; n < 300; n++)
      putSession(many, timed(`20250101-${100000 + n}`), { tokens: (n * 7919) % 50, calls: n % 3 });
    for (const sort of SESSION_ORDERS) {
      const all = await select(many, { sort });
      expect(all.length).toBe(300);
      for (const limit of [1, 7, 299])
        expect(await select(many, { sort, limit })).toEqual(all.slice(0, limit));
    }
  });
});

it("selecting refuses a limit that is none, and says where the folder cannot be read", async () => {
  for (const limit of [0, -1, 1.5, Number.NaN]) {
    await expect(select(new MemoryFiles(), { limit })).rejects.toThrow(TypeError);
  }
  expect(await select(new MemoryFiles())).toEqual([]);
  const files = new MemoryFiles();
  files.writeFile(DIRECTORY, "a file");
  expect(await codeOf(() => select(files))).toBe("READ_FAILED");
});
