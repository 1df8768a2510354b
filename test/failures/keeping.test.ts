/** What is kept, what is removed, and what is only made of it. */
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { retryWhileBusy } from "../../src/files/retry-while-busy.js";
import { verifyJournal } from "../../src/journal/verify.js";
import { Session } from "../../src/session.js";
import { listSessions } from "../../src/store/list.js";
import { pruneSessions } from "../../src/store/prune.js";
import { temporaryFolder } from "../support/folders.js";
import { flipped, ID, journalOf } from "../support/journal-bytes.js";
import { toArray } from "../support/outcomes.js";
import { start } from "../support/programs.js";

const config = { role: "r", model: "m" } as const;
const governanceResult = { allowed: true };

async function ended(sessionsDir: string, sessionId: string): Promise<Session> {
  const session = new Session({ ...config, sessionId, sessionsDir });
  session.addMessage({ role: "user", content: sessionId });
  await session.end("success");
  return session;
}

describe("14. age-based clean-up deletes in silence, or deletes what it cannot parse", () => {
  it("is asked for, shows first, and never takes what it cannot read or what is running", async () => {
    const sessionsDir = temporaryFolder();
    await ended(sessionsDir, "old");
    writeFileSync(join(sessionsDir, "damaged.ndjson"), flipped(journalOf("x"), 30));
    writeFileSync(join(sessionsDir, "empty.ndjson"), "");
    writeFileSync(
      join(sessionsDir, "later.ndjson"),
      '{"seq":1,"time":"2020-01-01T00:00:00.000Z","of":"another kind"}\n',
    );
    writeFileSync(join(sessionsDir, "notes.txt"), "somebody's");
    const running = start("hold-session", sessionsDir, "running");
    expect(await running.line(0)).toBe("open");
    await new Promise((resolve) => setTimeout(resolve, 20));
    const names = () =>
      readdirSync(sessionsDir)
        .filter((name) => !name.startsWith(".pruned"))
        .sort();
    const before = names();

    const shown = await pruneSessions({ sessionsDir, olderThanMs: 0, dryRun: true });
    expect(shown.removed.map(({ id }) => id)).toEqual(["old"]);
    expect(names()).toEqual(before);
    const pruned = await pruneSessions({ sessionsDir, olderThanMs: 0 });
    expect([pruned.removed, pruned.kept]).toEqual([shown.removed, shown.kept]);
    expect(Object.fromEntries(pruned.kept.map(({ id, why }) => [id, why]))).toEqual({
      running: "it is running",
      damaged: "it cannot be read",
      empty: "it cannot be read",
      later: "it cannot be read",
    });
    expect(names()).toEqual(before.filter((name) => !name.startsWith("old.")));
    expect((await pruneSessions({ sessionsDir, olderThanMs: 3_600_000 })).removed).toEqual([]);
    running.endInput();
    await running.finished;
  });
});

describe("15. an index beside the files diverges", () => {
  it("the journals are the only truth: whatever stands beside them, the same is loaded and listed", async () => {
    const sessionsDir = temporaryFolder();
    const session = new Session({ ...config, sessionId: ID, sessionsDir });
    session.addMessage({ role: "user", content: "one" });
    await session.save();
    const early = readFileSync(session.snapshotPath);
    session.addMessage({ role: "user", content: "two" });
    await session.end("success");
    const state = JSON.stringify(session.toJSON());
    const [summary] = await toArray(listSessions({ sessionsDir }));
    const own = readFileSync(session.snapshotPath);
    const lies = [
      ["none", null],
      ["an early one", early],
      ["half of it", own.subarray(0, own.length / 2)],
      ["one that was edited", Buffer.from(own.toString().replace('"two"', '"2"'))],
      ["zeros", Buffer.alloc(own.length)],
      ["another program's", Buffer.from('{"sessions":{}}')],
    ] as const;
    for (const [what, bytes] of lies) {
      rmSync(session.snapshotPath, { force: true });
      if (bytes !== null) writeFileSync(session.snapshotPath, bytes);
      writeFileSync(join(sessionsDir, "index.json"), '{"sessions":[]}');
      expect(JSON.stringify(await Session.load(ID, { sessionsDir })), what).toBe(state);
      expect(
        (await toArray(listSessions({ sessionsDir }))).filter(({ id }) => id === ID),
        what,
      ).toEqual([summary]);
    }
    // A journal that is copied in by hand is a session like any other: there is nothing to register it with.
    writeFileSync(
      join(sessionsDir, "copied.ndjson"),
      readFileSync(session.journalPath, "utf8").replaceAll(ID, ID),
    );
    expect((await toArray(listSessions({ sessionsDir }))).map(({ id }) => id)).toContain("copied");
  });
});

describe("19. secrets in world-readable transcripts, committed by accident", () => {
  it.skipIf(process.platform === "win32")(
    "files are 0600 in a folder that is 0700, whatever the umask, and git ignores them",
    async () => {
      const workspaceRoot = temporaryFolder();
      const umask = process.umask(0);
      try {
        const session = new Session({ ...config, sessionId: ID, workspaceRoot });
        await session.recordToolCall({
          timestamp: "t",
          name: "env",
          params: {},
          result: { success: true, data: "secret" },
          governanceResult,
        });
        await session.end("success");
      } finally {
        process.umask(umask);
      }
      const folder = join(workspaceRoot, ".choragen", "sessions");
      const mode = (path: string) => statSync(path).mode & 0o777;
      expect([mode(folder), mode(join(folder, `${ID}.ndjson`)), mode(join(folder, `${ID}.json`))]).toEqual([
        0o700, 0o600, 0o600,
      ]);
      expect(readFileSync(join(folder, ".gitignore"), "utf8")).toBe("*\n");
      chmodSync(join(folder, `${ID}.ndjson`), 0o644);
      const { problems } = await verifyJournal(join(folder, `${ID}.ndjson`));
      expect(problems.map(({ code }) => code)).toEqual(["PERMISSIONS"]);
    },
  );
});

describe("21. rename fails with EPERM/EBUSY on Windows", () => {
  it("is retried while somebody else has the file open for a moment", () => {
    const codes = ["EPERM", "EBUSY", "EACCES"];
    const renamed = retryWhileBusy(() => {
      const code = codes.shift();
      if (code !== undefined) throw Object.assign(new Error(code), { code });
      return "renamed";
    }, 1_000);
    expect([renamed, codes]).toEqual(["renamed", []]);
  });

  it("where it fails for good, the journal is the truth anyway: nothing is lost, and the failure is told", async () => {
    const sessionsDir = temporaryFolder();
    const told: string[] = [];
    const session = new Session({
      ...config,
      sessionId: ID,
      sessionsDir,
      onFailure: ({ code }) => void told.push(code),
    });
    // No rename on any system takes the place of a folder with something in it.
    mkdirSync(join(session.snapshotPath, "in-the-way"), { recursive: true });
    session.addMessage({ role: "user", content: "kept" });
    await session.end("success");
    expect(session.health.snapshotFailure).toMatchObject({ code: "WRITE_FAILED" });
    expect(told).toContain("WRITE_FAILED");
    expect(readdirSync(sessionsDir).sort()).toEqual([`${ID}.json`, `${ID}.ndjson`]);
    expect((await Session.load(ID, { sessionsDir }))?.messages).toEqual([{ role: "user", content: "kept" }]);
    rmSync(session.snapshotPath, { recursive: true });
    await (await Session.load(ID, { sessionsDir }))?.save();
    expect(existsSync(session.snapshotPath)).toBe(true);
  });
});
