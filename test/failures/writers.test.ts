/** Who writes, when it counts, and what happens when it cannot. */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { repairJournal } from "../../src/journal/repair.js";
import { verifyJournal } from "../../src/journal/verify.js";
import { Session } from "../../src/session.js";
import { listSessions } from "../../src/store/list.js";
import { temporaryFolder } from "../support/folders.js";
import { ID, linesOf } from "../support/journal-bytes.js";
import { codeOf, toArray } from "../support/outcomes.js";
import { run, start } from "../support/programs.js";
import { JOURNAL, memorySession, where } from "../support/runs.js";
import { type Process, startProgram } from "./processes.js";

describe("10. two processes on one session", () => {
  it("the second writer is refused and changes nothing; a reader reads, and the history is one", async () => {
    const sessionsDir = temporaryFolder();
    const path = join(sessionsDir, `${ID}.ndjson`);
    const first = start("hold-session", sessionsDir, ID);
    expect(await first.line(0)).toBe("open");
    first.write("first");
    await first.line(1);
    const before = readFileSync(path);
    expect((await run("hold-session", sessionsDir, ID)).output).toBe("SESSION_LOCKED");
    const reader = await Session.load(ID, { sessionsDir });
    expect(reader?.messageCount).toBe(1);
    expect(await codeOf(() => reader?.addMessage({ role: "user", content: "mine" }))).toBe("SESSION_LOCKED");
    expect(readFileSync(path).equals(before)).toBe(true);
    first.kill();
    await first.finished;
    expect(reader?.addMessage({ role: "user", content: "now mine" })).toBe(3);
    await reader?.end("success");
    expect(await verifyJournal(path)).toMatchObject({ verdict: "sound", problems: [], records: 4 });
  });
});

describe("11. parallel tool calls race the writer", () => {
  it("are paired by callId; the call that the death left open is seen, and closed by repair", async () => {
    const sessionsDir = temporaryFolder();
    const program = startProgram("parallel-calls", sessionsDir, ID, "60");
    expect(await program.line()).toBe("done");
    await program.kill();
    const path = join(sessionsDir, `${ID}.ndjson`);
    const killed = await Session.load(ID, { sessionsDir });
    expect(killed?.toolCallCount).toBe(60);
    for (const { params, result, callId } of killed?.toolCalls ?? []) {
      const { n } = params as { n: number };
      expect([callId, result]).toEqual([`call-${n}`, n === 0 ? null : { success: true, data: n }]);
    }
    expect(await toArray(listSessions({ sessionsDir }))).toMatchObject([
      { lifecycle: "interrupted", openCalls: 1 },
    ]);
    expect((await repairJournal(path)).after).toMatchObject({ verdict: "sound", problems: [] });
    const repaired = await Session.load(ID, { sessionsDir });
    expect(repaired?.toolCalls[0]?.result).toEqual({ success: false, error: "interrupted" });
    expect([repaired?.outcome, repaired?.toolCallCount]).toEqual(["interrupted", 60]);
  });
});

describe("12. async save cancelled at exit", () => {
  it("appends are synchronous: process.exit() right after loses nothing", async () => {
    const sessionsDir = temporaryFolder();
    const { output, code } = await run("exit-after-append", sessionsDir, ID, "exit");
    const path = join(sessionsDir, `${ID}.ndjson`);
    expect([code, linesOf(readFileSync(path)).length]).toEqual([0, Number(output)]);
    const loaded = await Session.load(ID, { sessionsDir });
    expect(loaded).toMatchObject({ messageCount: 100, lastTurnIndex: 1 });
    expect(loaded?.errors.at(-1)?.message).toBe("the last word");
    expect((await verifyJournal(path)).verdict).toBe("sound");
  });
});

const canLimit = spawnSync("prlimit", ["--version"]).status === 0;

interface Round {
  acknowledged: string[];
  errors: string[];
  told: string[];
  failure: string | null;
}

async function round(program: Process): Promise<Round> {
  program.write("go");
  return JSON.parse(await program.line()) as Round;
}

/** Two rounds, the first with no room for all of it: what was acknowledged is there, in order, and nothing else. */
async function fillAndGoOn(
  sessionsDir: string,
  code: string,
  limit: (program: Process) => void,
  lift: () => void,
) {
  const path = join(sessionsDir, `${ID}.ndjson`);
  const program = startProgram("record-until-full", sessionsDir, ID, "400");
  expect(await program.line()).toBe("open");
  limit(program);
  const full = await round(program);
  expect(full).toMatchObject({ errors: [`WRITE_FAILED write ${code}`], failure: "WRITE_FAILED" });
  expect(full.told).toContain("WRITE_FAILED");
  expect(full.acknowledged.length).toBeGreaterThan(20);
  expect(full.acknowledged.length).toBeLessThan(400);
  // Nothing half-written is left: what was begun was cut off again.
  expect(readFileSync(path).at(-1)).toBe(0x0a);
  lift();
  const roomy = await round(program);
  expect([roomy.acknowledged.length, roomy.errors]).toEqual([400, []]);
  expect([await program.ended(), program.errors]).toEqual([0, expect.any(String)]);
  const loaded = await Session.load(ID, { sessionsDir });
  expect(loaded?.messages.map(({ content }) => content)).toEqual([
    ...full.acknowledged,
    ...roomy.acknowledged,
  ]);
  expect(await verifyJournal(path)).toMatchObject({ verdict: "sound", problems: [] });
}

/** A file system of 256 KiB; null where this user may not mount one. */
function smallFileSystem(): string | null {
  if (process.platform !== "linux" || process.getuid?.() !== 0) return null;
  const folder = temporaryFolder();
  if (spawnSync("mount", ["-t", "tmpfs", "-o", "size=256k", "none", folder]).status !== 0) return null;
  onTestFinished(() => void spawnSync("umount", ["--lazy", folder]));
  return folder;
}

describe("13. disk full", () => {
  it.skipIf(!canLimit)(
    "a loud typed error, nothing half-written, and on it goes when there is room: a limit on the file's size",
    async () => {
      const limitTo = (bytes: string) => (pid: number) =>
        execFileSync("prlimit", ["--pid", `${pid}`, `--fsize=${bytes}`]);
      let pid = 0;
      await fillAndGoOn(
        temporaryFolder(),
        "EFBIG",
        (program) => {
          pid = program.pid;
          limitTo("40000:unlimited")(pid);
        },
        () => limitTo("unlimited:unlimited")(pid),
      );
    },
  );

  it("the same on a file system that is full", async ({ skip }) => {
    const folder = smallFileSystem();
    if (folder === null) return skip("only root may mount a small file system");
    const ballast = join(folder, "ballast");
    const sessionsDir = join(folder, "sessions");
    mkdirSync(sessionsDir);
    await fillAndGoOn(
      sessionsDir,
      "ENOSPC",
      () =>
        void execFileSync("dd", ["if=/dev/zero", `of=${ballast}`, "bs=1k", "count=200"], { stdio: "ignore" }),
      () => {
        execFileSync("mount", ["-o", "remount,size=4m", folder]);
        expect(existsSync(ballast)).toBe(true);
      },
    );
  });

  it("after a failed fsync the way on leads through load and recovery, for nothing written may be believed", async () => {
    const { session, files } = memorySession({ autosave: false });
    session.addMessage({ role: "user", content: "promised" });
    await session.flush();
    session.addMessage({ role: "user", content: "written" });
    files.faults.intercept = ({ method }) =>
      method === "syncLater" ? { kind: "fail", code: "EIO" } : undefined;
    expect(await codeOf(() => session.completeTurn())).toBe("WRITE_FAILED");
    files.faults.heal();
    expect(session.health.failure).toMatchObject({ code: "WRITE_FAILED", reason: "fsync" });
    expect(await codeOf(() => session.addMessage({ role: "user", content: "no more" }))).toBe("WRITE_FAILED");
    const next = await Session.open(ID, where(files));
    expect(next?.messages.map(({ content }) => content)).toEqual(["promised", "written"]);
    await next?.end("success");
    expect((await verifyJournal(JOURNAL, { files })).verdict).toBe("sound");
  });
});
