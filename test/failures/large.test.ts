/** Sizes. What is measured is memory and bytes, not time. */
import { spawnSync } from "node:child_process";
import {
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  statfsSync,
  statSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Files } from "../../src/files/files.js";
import { nodeFiles } from "../../src/files/node-files.js";
import { readJournal } from "../../src/journal/read.js";
import { Session } from "../../src/session.js";
import { listSessions } from "../../src/store/list.js";
import { program } from "../cli/program.js";
import { temporaryFolder } from "../support/folders.js";
import { ID } from "../support/journal-bytes.js";
import { delegateTo } from "../support/odd-files.js";
import { toArray } from "../support/outcomes.js";
import { run } from "../support/programs.js";
import { programPath } from "./processes.js";

const MIB = 1024 * 1024;
/** It is over in seconds, on a machine that has nothing else to do. */
const PATIENCE_MS = 120_000;
/** No string of Node's can be longer. */
const LONGEST_STRING = 512 * MIB;
const LONG_BYTES = LONGEST_STRING + 16 * MIB;
/** Far more than reading may take, and soon read. */
const READ_BYTES = 96 * MIB;
const RECORD_BYTES = 256 * 1024;

let folder: string;

/** Kept in memory where there is room for it: what is looked for is not how fast a disk is. */
function roomyFolder(): string {
  const hasRoom = (path: string) =>
    existsSync(path) && statfsSync(path).bavail * statfsSync(path).bsize > 4 * LONG_BYTES;
  return hasRoom("/dev/shm") ? "/dev/shm" : tmpdir();
}

async function journalOf(sessionId: string, sizeBytes: number): Promise<string> {
  const session = new Session({
    ...{ role: "r", model: "m", sessionId, sessionsDir: folder, autosave: false },
    durability: "process",
  });
  const text = "0123456789abcdef".repeat(RECORD_BYTES / 16);
  // Kept in the journal, and not in the state: what is loaded stays small however long the journal is.
  for (let n = 0; n * RECORD_BYTES < sizeBytes; n += 1)
    session.append({ type: "x-output", data: { n, text } });
  session.addMessage({ role: "user", content: "the last word" });
  await session.close();
  return session.journalPath;
}

beforeAll(() => {
  folder = mkdtempSync(join(roomyFolder(), "session-journal-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("6. whole-file read over 512 MiB", () => {
  it(
    "sizes are no limit: a journal longer than any string is loaded, and checked to its end",
    async () => {
      const path = await journalOf(ID, LONG_BYTES);
      expect(statSync(path).size).toBeGreaterThan(LONGEST_STRING);
      expect(() => readFileSync(path, "utf8")).toThrow(/string/i);
      const session = await Session.load(ID, { sessionsDir: folder });
      expect(session?.messages).toEqual([{ role: "user", content: "the last word" }]);
      expect(session?.health.writtenSeq).toBe(Math.ceil(LONG_BYTES / RECORD_BYTES) + 3);
      rmSync(path);
    },
    PATIENCE_MS,
  );
});

/** The most memory that the program took, in MiB; its output goes nowhere. */
function memoryOf(...parameters: string[]): number {
  const nowhere = openSync("/dev/null", "w");
  const argv = ["--import", programPath("report-memory"), ...parameters];
  const { status, stderr } = spawnSync(process.execPath, argv, {
    stdio: ["ignore", nowhere, "pipe"],
    encoding: "utf8",
  });
  closeSync(nowhere);
  expect([status, stderr.replace(/most memory.*/, "").trim()]).toEqual([0, ""]);
  return Number(/most memory: (\d+) MiB/.exec(stderr)?.[1]);
}

describe.skipIf(process.platform === "win32")("7. reading materialises everything", () => {
  it(
    "verify, list, tail and export take memory that does not grow with the journal",
    async () => {
      const path = await journalOf("long", READ_BYTES);
      const bare = memoryOf(programPath("report-memory"));
      for (const words of ["verify", "tail", "tail --json", "export --format ndjson"]) {
        // 64 MiB and four times the longest line, and as much again for what a busy machine does not collect.
        expect(memoryOf(program, ...words.split(" "), path) - bare, words).toBeLessThan(2 * 64);
      }
      process.env.CHORAGEN_SESSIONS_DIR = folder;
      try {
        expect(memoryOf(program, "list") - bare).toBeLessThan(2 * 64);
      } finally {
        delete process.env.CHORAGEN_SESSIONS_DIR;
      }
    },
    PATIENCE_MS,
  );
});

/** The disk, and how many bytes were written to it and read from it. */
function counting(): { files: Files; counted: { written: number; read: number } } {
  const counted = { written: 0, read: 0 };
  const files = delegateTo(nodeFiles, {
    write: (...parameters) => {
      const bytes = nodeFiles.write(...parameters);
      counted.written += bytes;
      return bytes;
    },
    read: (...parameters) => {
      const bytes = nodeFiles.read(...parameters);
      counted.read += bytes;
      return bytes;
    },
  });
  return { files, counted };
}

describe("8. the whole history re-recorded at each step", () => {
  async function bytesOf(calls: number): Promise<{ journal: number; written: number }> {
    const { files, counted } = counting();
    const sessionsDir = temporaryFolder();
    const session = new Session({
      role: "r",
      model: "m",
      sessionId: ID,
      sessionsDir,
      durability: "process",
      files,
    });
    for (let n = 0; n < calls; n += 1) {
      session.addMessage({ role: "user", content: `${n} `.repeat(100) });
      await session.recordToolCall({
        ...{ timestamp: "t", name: "step", params: { n }, governanceResult: { allowed: true } },
        result: { success: true, data: "x".repeat(1_000) },
      });
    }
    await session.end("success");
    return { journal: statSync(session.journalPath).size, written: counted.written };
  }

  it("events are deltas: twice the run is twice the journal; and the snapshot, written after every call, is throttled", async () => {
    const [one, two] = [await bytesOf(1_000), await bytesOf(2_000)];
    expect(two.journal / one.journal).toBeLessThan(2.1);
    expect(two.journal / 2_000).toBeLessThan(5_000);
    // Written anew after every call it would have been a thousand times as much.
    expect(two.written / two.journal).toBeLessThan(100);
  });
});

describe("9. one unbounded tool output on one line", () => {
  it(
    "a 200 MB line costs a few times its size, once; starting, listing and telling the end cost nothing of it",
    async () => {
      // A quarter of that here: test/processes/large-result.test.ts takes the whole.
      const megabytes = 50;
      const sessionsDir = temporaryFolder();
      const measure = async (what: string) => {
        const { code, output, errors } = await run(
          "record-large",
          sessionsDir,
          "large",
          `${megabytes}`,
          what,
        );
        expect([code, errors]).toEqual([0, ""]);
        return JSON.parse(output) as { bareMb: number; maxMb: number; digest: string };
      };
      const [recorded, loaded] = [await measure("record"), await measure("load")];
      expect(loaded.digest).toBe(recorded.digest);
      expect(recorded.maxMb - recorded.bareMb).toBeLessThan(10 * megabytes + 64);
      expect(loaded.maxMb - loaded.bareMb).toBeLessThan(6 * megabytes + 64);
      await (await Session.open("large", { sessionsDir, autosave: false }))?.end("success");
      const { files, counted } = counting();
      expect(await toArray(listSessions({ sessionsDir, files }))).toMatchObject([
        { id: "large", toolCalls: 1 },
      ]);
      expect(counted.read).toBeLessThan(64 * 1024);
      expect((await toArray(readJournal(join(sessionsDir, "large.ndjson")))).at(-1)?.type).toBe(
        "session.ended",
      );
    },
    PATIENCE_MS,
  );
});
