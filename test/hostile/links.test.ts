/**
 * Links that somebody has put where the library writes. What is decided: the folder of the sessions may be a link, as a
 * person may keep it on another disk; inside it no link is followed, neither to read what counts nor to write.
 */
import { execFileSync } from "node:child_process";
import {
  appendFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import type { Files } from "../../src/files/files.js";
import { nodeFiles } from "../../src/files/node-files.js";
import { importTranscript } from "../../src/import/entry.js";
import { followJournal } from "../../src/journal/follow.js";
import { repairJournal } from "../../src/journal/repair.js";
import { verifyJournal } from "../../src/journal/verify.js";
import { Session } from "../../src/session.js";
import { listSessions } from "../../src/store/list.js";
import { pruneSessions } from "../../src/store/prune.js";
import { temporaryFolder } from "../support/folders.js";
import { flipped, ID, journalOf, lineStarts } from "../support/journal-bytes.js";
import { delegateTo } from "../support/odd-files.js";
import { codeOf, toArray } from "../support/outcomes.js";

const SECRET = "somebody's own file\n";
const config = { role: "r", model: "m", sessionId: ID } as const;

let outside: string;
let target: string;
let sessionsDir: string;
let journal: string;
let snapshot: string;

beforeEach(() => {
  const root = temporaryFolder();
  outside = join(root, "outside");
  sessionsDir = join(root, "sessions");
  mkdirSync(outside);
  mkdirSync(sessionsDir);
  target = join(outside, "target");
  writeFileSync(target, SECRET);
  journal = join(sessionsDir, `${ID}.ndjson`);
  snapshot = join(sessionsDir, `${ID}.json`);
});

/** What the links lead to is as it was, and nothing was made beside it. */
function expectUntouched(): void {
  expect(readFileSync(target, "utf8")).toBe(SECRET);
  expect(readdirSync(outside)).toEqual(["target"]);
}

const recorded = async (): Promise<void> => {
  const session = new Session({ ...config, sessionsDir });
  session.addMessage({ role: "user", content: "one" });
  await session.close();
};

describe.skipIf(process.platform === "win32")("a link in the place of", () => {
  it.each([
    ["a journal that is somebody's", () => writeFileSync(target, SECRET)],
    ["a file", () => {}],
    ["nothing", () => (target = join(outside, "nothing"))],
    ["a folder", () => (target = outside)],
    ["a device that never ends", () => (target = "/dev/zero")],
  ])(
    "a journal, to %s, is refused by whoever loads, writes, mends, follows or prunes",
    async (_what, arrange) => {
      arrange();
      symlinkSync(target, journal);
      expect(await codeOf(() => Session.load(ID, { sessionsDir }))).toBe("READ_FAILED");
      expect(await codeOf(() => Session.open(ID, { sessionsDir }))).toBe("READ_FAILED");
      expect(await codeOf(() => new Session({ ...config, sessionsDir }))).toBe("SESSION_EXISTS");
      expect(["READ_FAILED", "WRITE_FAILED", "JOURNAL_MISSING"]).toContain(
        await codeOf(() => repairJournal(journal)),
      );
      expect(await codeOf(() => toArray(followJournal(journal, { untilEnded: true })))).toBe("READ_FAILED");
      expect(await toArray(listSessions({ sessionsDir }))).toMatchObject([
        { id: ID, lifecycle: "unreadable" },
      ]);
      expect((await pruneSessions({ sessionsDir, olderThanMs: 0 })).removed).toEqual([]);
      expect(lstatSync(journal).isSymbolicLink()).toBe(true);
      target = join(outside, "target");
      expectUntouched();
    },
  );

  it("a journal, to a sound one, is refused all the same, and verifying says that it is a link", async () => {
    writeFileSync(target, journalOf("x"), { mode: 0o600 });
    symlinkSync(target, journal);
    expect(await codeOf(() => Session.load(ID, { sessionsDir }))).toBe("READ_FAILED");
    expect((await verifyJournal(journal)).problems.map(({ code }) => code)).toContain("LINK");
    await codeOf(() => repairJournal(journal));
    expect(readFileSync(target).equals(journalOf("x"))).toBe(true);
  });

  it("a snapshot: what it leads to is not believed, and not written", async () => {
    await recorded();
    writeFileSync(target, readFileSync(snapshot, "utf8").replace("one", "two"));
    const lie = readFileSync(target);
    execFileSync("rm", [snapshot]);
    symlinkSync(target, snapshot);
    const session = await Session.open(ID, { sessionsDir });
    expect(session?.messages).toEqual([{ role: "user", content: "one" }]);
    await session?.end("success");
    expect(readFileSync(target).equals(lie)).toBe(true);
    expect(lstatSync(snapshot).isFile()).toBe(true);
  });

  it("a snapshot, with no journal: no session, and none is begun", async () => {
    symlinkSync(target, snapshot);
    expect(await Session.load(ID, { sessionsDir })).toBeNull();
    expect(await codeOf(() => new Session({ ...config, sessionsDir }))).toBe("SESSION_EXISTS");
    expectUntouched();
  });

  it("a quarantine file: the torn bytes go to the next name", async () => {
    await recorded();
    const sizeBytes = statSync(journal).size;
    appendFileSync(journal, '{"seq":4,"ti');
    symlinkSync(target, `${journal}.torn-${sizeBytes}`);
    symlinkSync(join(outside, "nothing"), `${journal}.torn-${sizeBytes}.1`);
    await (await Session.open(ID, { sessionsDir }))?.close();
    expect(readFileSync(`${journal}.torn-${sizeBytes}.2`, "utf8")).toBe('{"seq":4,"ti');
    expectUntouched();
  });

  it("a kept original: journal and snapshot go to the next name", async () => {
    await recorded();
    const bytes = readFileSync(journal);
    truncateSync(journal, lineStarts(bytes)[1]);
    symlinkSync(target, `${journal}.damaged-1`);
    symlinkSync(join(outside, "nothing"), `${snapshot}.damaged-1`);
    const { kept, after } = await repairJournal(journal);
    expect(kept).toEqual([`${journal}.damaged-2`, `${snapshot}.damaged-2`]);
    expect(after.verdict).toBe("sound");
    expectUntouched();
  });

  it("an unfinished file, whose name somebody has guessed: what needs it fails, and nothing is lost", async () => {
    await recorded();
    const before = readFileSync(journal);
    let guessed = 0;
    const files: Files = delegateTo(nodeFiles, {
      open: (path, mode) => {
        if (mode === "create" && path.endsWith(".tmp")) {
          symlinkSync(target, path);
          guessed += 1;
        }
        return nodeFiles.open(path, mode);
      },
    });
    // A journal that was not closed cleanly is recovered by copy.
    appendFileSync(journal, '{"seq":4,"ti');
    expect(await codeOf(() => Session.open(ID, { sessionsDir, files }))).toBe("WRITE_FAILED");
    expect(await codeOf(() => repairJournal(journal, { files }))).toBe("WRITE_FAILED");
    expect(readFileSync(journal).subarray(0, before.length).equals(before)).toBe(true);
    const fresh = new Session({ role: "r", model: "m", sessionId: "fresh", sessionsDir, files });
    fresh.addMessage({ role: "user", content: "kept" });
    expect(await codeOf(() => fresh.save())).toBe("WRITE_FAILED");
    await fresh.end("success");
    expect(fresh.health.snapshotFailure).toBeDefined();
    const transcript = '{"type":"user","uuid":"u","sessionId":"s","message":{"role":"user","content":"x"}}\n';
    await expect(importTranscript(Buffer.from(transcript), { sessionsDir, files })).rejects.toThrow();
    expect(guessed).toBeGreaterThanOrEqual(4);
    expectUntouched();

    expect((await Session.load("fresh", { sessionsDir }))?.messages).toEqual([
      { role: "user", content: "kept" },
    ]);
    await (await Session.open(ID, { sessionsDir }))?.end("success");
    expect((await verifyJournal(journal)).verdict).toBe("sound");
    expectUntouched();
  });

  it("the log of what was pruned: nothing is pruned then", async () => {
    await recorded();
    symlinkSync(target, join(sessionsDir, ".pruned.ndjson"));
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(await codeOf(() => pruneSessions({ sessionsDir, olderThanMs: 0 }))).toBe("WRITE_FAILED");
    expect((await Session.load(ID, { sessionsDir }))?.messageCount).toBe(1);
    expectUntouched();
  });

  it("the folder's .gitignore: it stays what it is", async () => {
    const workspaceRoot = temporaryFolder();
    const folder = join(workspaceRoot, ".choragen", "sessions");
    mkdirSync(folder, { recursive: true });
    symlinkSync(target, join(folder, ".gitignore"));
    await new Session({ ...config, workspaceRoot }).end("success");
    expectUntouched();
  });

  it("the folder of the sessions is allowed: what it leads to is that folder, and all stays in it", async () => {
    const workspaceRoot = temporaryFolder();
    const elsewhere = join(workspaceRoot, "disk");
    mkdirSync(elsewhere);
    mkdirSync(join(workspaceRoot, ".choragen"));
    symlinkSync(elsewhere, join(workspaceRoot, ".choragen", "sessions"));
    const session = new Session({ ...config, workspaceRoot });
    session.addMessage({ role: "user", content: "there" });
    await session.end("success");
    expect(readdirSync(elsewhere).sort()).toEqual([".gitignore", `${ID}.json`, `${ID}.ndjson`]);
    expect(readdirSync(workspaceRoot).sort()).toEqual([".choragen", "disk"]);
    expect((await Session.load(ID, { workspaceRoot }))?.messageCount).toBe(1);
  });

  it("the folder of the sessions, to nothing, is an error, and nothing is made where it leads", async () => {
    const workspaceRoot = temporaryFolder();
    mkdirSync(join(workspaceRoot, ".choragen"));
    symlinkSync(join(outside, "nothing"), join(workspaceRoot, ".choragen", "sessions"));
    expect(await codeOf(() => new Session({ ...config, workspaceRoot }))).toBe("WRITE_FAILED");
    expect(await Session.load(ID, { workspaceRoot })).toBeNull();
    expect(existsSync(join(outside, "nothing"))).toBe(false);
    expectUntouched();
  });
});

describe.skipIf(process.platform === "win32")("something else than a file in the place of a journal", () => {
  it("is refused without waiting for it: a pipe that nobody writes to", async () => {
    execFileSync("mkfifo", [journal]);
    expect(await codeOf(() => Session.load(ID, { sessionsDir }))).toBe("READ_FAILED");
    expect(await codeOf(() => verifyJournal(journal))).toBe("READ_FAILED");
    expect(["READ_FAILED", "WRITE_FAILED"]).toContain(await codeOf(() => repairJournal(journal)));
    expect(await toArray(listSessions({ sessionsDir }))).toMatchObject([{ lifecycle: "unreadable" }]);
  });

  it("is refused where it only becomes one: a file that was damaged is not taken for another", async () => {
    writeFileSync(journal, flipped(journalOf("x"), 20));
    expect(await codeOf(() => Session.load(ID, { sessionsDir }))).toBe("CORRUPT_JOURNAL");
  });
});
