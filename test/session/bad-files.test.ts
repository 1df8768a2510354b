/** What can stand in the way on the disk. Each has its documented result, and nothing that was acknowledged is lost. */
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { faultAtEachOperation, MemoryFiles } from "../../src/files/testing.js";
import { verifyJournal } from "../../src/journal/verify.js";
import { Session } from "../../src/session.js";
import { temporaryFolder } from "../support/folders.js";
import { ID, journalOf, linesOf, sealLines, unsealed, unsealedStart } from "../support/journal-bytes.js";
import { codeOf, errorOf } from "../support/outcomes.js";
import { JOURNAL, memorySession, where } from "../support/runs.js";

const config = { role: "impl", model: "m" } as const;
const begin = (files: MemoryFiles) =>
  new Session({ ...config, sessionId: ID, workspaceRoot: "/workspace", files });
const DEFAULT = "/workspace/.choragen/sessions";
const isRoot = process.getuid?.() === 0;

describe("a directory that cannot be written", () => {
  // Root writes where permissions say no; what every user meets is refused by the file system in memory.
  it.each([
    ["EROFS", "makeDirectory"],
    ["EACCES", "makeDirectory"],
    ["EACCES", "open"],
    ["EPERM", "open"],
  ])("is WRITE_FAILED with its number, and leaves nothing: %s at %s", async (code, method) => {
    const files = new MemoryFiles();
    files.faults.intercept = (operation) =>
      operation.method === method ? { kind: "fail", code } : undefined;
    const error = await errorOf(() => begin(files));
    expect(error).toMatchObject({ code: "WRITE_FAILED", errno: expect.any(Number), cause: { code } });
    expect(files.openDescriptors).toBe(0);
    files.faults.heal();
    await begin(files).end("success");
  });

  it("is WRITE_FAILED where a file stands in its place or above it", async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "file"), "text");
    for (const sessionsDir of [join(folder, "file"), join(folder, "file", "sessions")]) {
      expect(await errorOf(() => new Session({ ...config, sessionsDir }))).toMatchObject({
        code: "WRITE_FAILED",
      });
      expect(await Session.load(ID, { sessionsDir })).toBeNull();
    }
    expect(readdirSync(folder)).toEqual(["file"]);
    expect(readFileSync(join(folder, "file"), "utf8")).toBe("text");
  });

  it.skipIf(isRoot || process.platform === "win32")(
    "is WRITE_FAILED where its permissions say no",
    async () => {
      const folder = temporaryFolder();
      chmodSync(folder, 0o500);
      expect(await errorOf(() => new Session({ ...config, sessionsDir: folder }))).toMatchObject({
        code: "WRITE_FAILED",
        cause: { code: "EACCES" },
      });
      chmodSync(folder, 0o700);
      expect(readdirSync(folder)).toEqual([]);
    },
  );

  it("that becomes one in mid-run costs the snapshot, and no record", async () => {
    const { session, files } = memorySession({ onFailure: () => {} });
    files.faults.intercept = ({ method }) =>
      method === "open" || method === "rename" ? { kind: "fail", code: "EROFS" } : undefined;
    await session.recordToolCall({
      timestamp: "t",
      name: "t",
      params: {},
      result: { success: true },
      governanceResult: { allowed: true },
    });
    expect(session.health).toMatchObject({
      writtenSeq: 3,
      durableSeq: 3,
      snapshotFailure: { code: "WRITE_FAILED" },
    });
    await session.end("success");
    files.faults.heal();
    expect((await Session.load(ID, where(files)))?.toJSON()).toEqual(session.toJSON());
  });
});

describe("a full disk in the constructor", () => {
  it("is WRITE_FAILED at whatever operation it is met, and leaves no file and no descriptor", async () => {
    let failures = 0;
    for (const code of ["ENOSPC", "EDQUOT"]) {
      for (const files of faultAtEachOperation(() => new MemoryFiles(), {
        kind: "fail",
        code,
        keepBytes: 9,
      })) {
        try {
          const session = begin(files);
          expect(files.faults.unreached).toBe(1);
          files.faults.heal();
          await session.close();
        } catch (error) {
          failures += 1;
          // What looks at the lock says that there is none to be had; all else is a failed write.
          expect(["WRITE_FAILED", "LOCK_UNSUPPORTED"]).toContain((error as { code: string }).code);
          files.faults.heal();
          const left = files.statPath(DEFAULT) === null ? [] : files.list(DEFAULT);
          expect(left.filter((name) => name !== ".gitignore")).toEqual([]);
          expect(files.openDescriptors).toBe(0);
          await begin(files).end("success");
          expect(Buffer.from(files.readFile(`${DEFAULT}/.gitignore`)).toString()).toBe("*\n");
        }
      }
    }
    expect(failures).toBeGreaterThan(20);
  });

  it("is WRITE_FAILED with ENOSPC where not one byte is free, and the session begins once there is room", async () => {
    const files = new MemoryFiles({ capacityBytes: 100 });
    expect(await errorOf(() => begin(files))).toMatchObject({
      code: "WRITE_FAILED",
      errno: -28,
      reason: "write",
    });
    expect(files.list(DEFAULT)).toEqual([".gitignore"]);
    files.capacityBytes = 10_000;
    await begin(files).end("success");
  });
});

describe("a full disk in mid-run", () => {
  it("refuses what does not fit, and loses nothing else, however often it is full", async () => {
    const { session, files } = memorySession({ durability: "process", autosave: false });
    const acknowledged: string[] = [];
    files.capacityBytes = 3_000;
    for (let n = 0; n < 60; n += 1) {
      if (n % 20 === 19) files.capacityBytes += 2_000;
      const content = `message ${n}`;
      try {
        session.addMessage({ role: "user", content });
        acknowledged.push(content);
      } catch (error) {
        expect(error).toMatchObject({ code: "WRITE_FAILED", errno: -28, reason: "write" });
        expect(session.health.failure).toBe(error);
      }
    }
    files.capacityBytes = 1_000_000;
    await session.end("success");
    expect(acknowledged.length).toBeGreaterThan(15);
    expect(acknowledged.length).toBeLessThan(55);
    const loaded = await Session.load(ID, where(files));
    expect(loaded?.messages.map(({ content }) => content)).toEqual(acknowledged);
    expect((await verifyJournal(JOURNAL, { files })).verdict).toBe("sound");
  });
});

describe("a file that is no journal of this version", () => {
  const load = async (bytes: Uint8Array | string) => {
    const sessionsDir = temporaryFolder();
    const path = join(sessionsDir, `${ID}.ndjson`);
    writeFileSync(path, bytes);
    try {
      return { path, sessionsDir, loaded: await Session.load(ID, { sessionsDir }) };
    } catch (error) {
      return { path, sessionsDir, error };
    } finally {
      expect(readFileSync(path).equals(Buffer.from(bytes))).toBe(true);
    }
  };

  it("of a later format is UNSUPPORTED_FORMAT, whatever it holds otherwise", async () => {
    for (const bytes of [
      sealLines([unsealedStart(ID, 2), unsealed(2)]),
      Buffer.from(`${unsealedStart(ID, 3)},"hash":"of another kind"}\nanything at all`),
    ]) {
      const { error, sessionsDir } = await load(bytes);
      expect(error).toMatchObject({ code: "UNSUPPORTED_FORMAT", found: expect.any(Number), supported: 1 });
      expect(await codeOf(() => Session.open(ID, { sessionsDir }))).toBe("UNSUPPORTED_FORMAT");
      expect(await codeOf(() => new Session({ ...config, sessionsDir, sessionId: ID }))).toBe(
        "SESSION_EXISTS",
      );
    }
  });

  it("of no bytes is no session, and is not written over", async () => {
    const { loaded, sessionsDir, path } = await load("");
    expect(loaded).toBeNull();
    expect(await Session.open(ID, { sessionsDir })).toBeNull();
    expect(await codeOf(() => new Session({ ...config, sessionsDir, sessionId: ID }))).toBe("SESSION_EXISTS");
    expect(readFileSync(path).length).toBe(0);
  });

  it.each([
    ["text", "Dear diary,\n"],
    ["other JSON lines", '{"type":"session","id":"x"}\n{"type":"message"}\n'],
    ["an array", "[]\n"],
    ["a snapshot", '{\n  "id": "run-1"\n}\n'],
    ["bytes", Buffer.from([0xff, 0xfe, 0x0a, 0x80, 0x0a])],
    ["a journal with a byte order mark", Buffer.concat([Buffer.from("\ufeff"), journalOf("x")])],
    ["a journal whose start lacks a role", sealLines([unsealedStart().replace('"role":"impl",', "")])],
    [
      "a journal whose start says what cannot be",
      sealLines([unsealedStart().replace('"chainId":null', '"chainId":7')]),
    ],
    ["a journal with carriage returns", Buffer.from(journalOf("x").toString().replaceAll("\n", "\r\n"))],
  ])("but %s is CORRUPT_JOURNAL at its first line", async (_what, bytes) => {
    const { error, sessionsDir } = await load(bytes);
    expect(error).toMatchObject({
      code: "CORRUPT_JOURNAL",
      line: 1,
      byteOffset: 0,
      reason: expect.any(String),
    });
    expect(await codeOf(() => Session.open(ID, { sessionsDir }))).toBe("CORRUPT_JOURNAL");
  });

  it("but a folder, a link or a pipe is READ_FAILED, or refused for writing", async () => {
    const sessionsDir = temporaryFolder();
    const path = join(sessionsDir, `${ID}.ndjson`);
    mkdirSync(path);
    expect(await codeOf(() => Session.load(ID, { sessionsDir }))).toBe("READ_FAILED");
    rmSync(path, { recursive: true });
    writeFileSync(join(sessionsDir, "elsewhere"), journalOf("x"));
    symlinkSync(join(sessionsDir, "elsewhere"), path);
    expect(await codeOf(() => Session.load(ID, { sessionsDir }))).toBe("READ_FAILED");
    expect(await codeOf(() => Session.open(ID, { sessionsDir }))).toBe("READ_FAILED");
    expect(await codeOf(() => new Session({ ...config, sessionsDir, sessionId: ID }))).toBe("SESSION_EXISTS");
    expect(readFileSync(join(sessionsDir, "elsewhere")).equals(journalOf("x"))).toBe(true);
  });
});

describe("a journal that somebody else touches in mid-run", () => {
  function running(): Session {
    const session = new Session({ ...config, sessionId: ID, sessionsDir: temporaryFolder() });
    session.addMessage({ role: "user", content: "acknowledged" });
    return session;
  }

  it("by removing it: WRITE_FAILED (removed), and what was shown is still shown", async () => {
    const session = running();
    await session.flush();
    rmSync(session.journalPath);
    expect(await errorOf(() => session.completeTurn())).toMatchObject({
      code: "WRITE_FAILED",
      reason: "removed",
    });
    expect(await codeOf(() => session.addMessage({ role: "user", content: "x" }))).toBe("WRITE_FAILED");
    expect(session.messageCount).toBe(1);
    expect(existsSync(session.journalPath)).toBe(false);
  });

  it("by removing its folder: WRITE_FAILED (removed)", async () => {
    const session = running();
    rmSync(join(session.journalPath, ".."), { recursive: true });
    expect(await errorOf(() => session.flush())).toMatchObject({ code: "WRITE_FAILED", reason: "removed" });
  });

  it("by replacing it with a copy: WRITE_FAILED (replaced), and the copy is not written to", async () => {
    const session = running();
    const copy = readFileSync(session.journalPath);
    writeFileSync(`${session.journalPath}.copy`, copy);
    renameSync(`${session.journalPath}.copy`, session.journalPath);
    expect(await errorOf(() => session.completeTurn())).toMatchObject({
      code: "WRITE_FAILED",
      reason: "replaced",
    });
    expect(readFileSync(session.journalPath).equals(copy)).toBe(true);
  });

  it("by writing to it: WRITE_FAILED (foreign-write), and every acknowledged record is before the damage", async () => {
    const session = running();
    await session.flush();
    const acknowledged = linesOf(readFileSync(session.journalPath)).length;
    appendFileSync(session.journalPath, "somebody was here\n");
    expect(await errorOf(() => session.completeTurn())).toMatchObject({
      code: "WRITE_FAILED",
      reason: "foreign-write",
    });
    expect(await verifyJournal(session.journalPath)).toMatchObject({
      verdict: "corrupt",
      records: acknowledged,
      break: { line: acknowledged + 1 },
    });
  });

  it("by writing half a line: the next writer puts it aside and goes on", async () => {
    const session = running();
    const sessionsDir = join(session.journalPath, "..");
    await session.flush();
    appendFileSync(session.journalPath, "somebody was here");
    expect(await errorOf(() => session.flush())).toMatchObject({ reason: "foreign-write" });
    const next = await Session.open(ID, { sessionsDir });
    expect(next?.messages).toEqual([{ role: "user", content: "acknowledged" }]);
    await next?.end("success");
    expect((await verifyJournal(session.journalPath)).verdict).toBe("sound");
    const kept = readdirSync(sessionsDir).find((name) => name.includes(".torn-"));
    expect(readFileSync(join(sessionsDir, kept ?? ""), "utf8")).toBe("somebody was here");
  });
});
