/** What a crash, a power cut or a careless retry leaves in a file. */
import { appendFileSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { JournalError } from "../../src/errors.js";
import { repairJournal } from "../../src/journal/repair.js";
import { verifyJournal } from "../../src/journal/verify.js";
import { Session } from "../../src/session.js";
import { temporaryFolder } from "../support/folders.js";
import { ID, lineStarts, linesOf } from "../support/journal-bytes.js";
import { codeOf, errorOf } from "../support/outcomes.js";
import { run, start } from "../support/programs.js";
import { JOURNAL, memorySession, where } from "../support/runs.js";

/** A session that was not closed: its process is gone. `flushed` messages are promised, the others only written. */
async function abandoned(
  flushed: number,
  written: number,
): Promise<{ sessionsDir: string; path: string; bytes: Buffer }> {
  const { session, files } = memorySession({ autosave: false, durability: "process" });
  for (let n = 1; n <= flushed + written; n += 1) {
    session.addMessage({ role: "user", content: `message ${n}` });
    if (n === flushed) await session.flush();
  }
  const bytes = Buffer.from(files.readFile(JOURNAL));
  const sessionsDir = temporaryFolder();
  const path = join(sessionsDir, `${ID}.ndjson`);
  writeFileSync(path, bytes, { mode: 0o600 });
  return { sessionsDir, path, bytes };
}

const contents = (session: Session | null) => session?.messages.map(({ content }) => content);
const messages = (...ns: number[]) => ns.map((n) => `message ${n}`);

describe("1. crash in mid-append", () => {
  const EVENT_BYTES = 24 * 1024 * 1024;

  it("every complete record loads and the tail is reported: a process killed while the system wrote its record", async () => {
    const sessionsDir = temporaryFolder();
    for (let attempt = 1; ; attempt += 1) {
      const id = `killed-${attempt}`;
      const path = join(sessionsDir, `${id}.ndjson`);
      const child = start("append-until-killed", sessionsDir, id, "1", String(EVENT_BYTES), "no");
      await child.line(0);
      // Within one write of 24 MB: a kill ends it where it has got to.
      while (statSync(path).size < 256 * 1024) {}
      child.kill();
      await child.finished;
      const found = await verifyJournal(path);
      if (found.verdict === "sound" && attempt < 10) continue;
      expect(found).toMatchObject({ verdict: "torn", records: 1, break: { line: 2 } });

      const loaded = await Session.load(id, { sessionsDir });
      const torn = found.bytes - (found.break?.byteOffset ?? 0);
      expect(loaded?.health).toMatchObject({ writtenSeq: 1, torn: { bytes: torn } });
      expect(loaded?.role).toBe("killed");
      const next = await Session.open(id, { sessionsDir });
      next?.addMessage({ role: "user", content: "on" });
      await next?.end("success");
      expect(await verifyJournal(path)).toMatchObject({ verdict: "sound", problems: [] });
      return;
    }
  });
});

describe("2. power loss grows the file before its data", () => {
  it("zeros at the tail are torn: the records before them load, and the zeros are put aside", async () => {
    const { sessionsDir, path, bytes } = await abandoned(2, 1);
    appendFileSync(path, Buffer.alloc(4096));
    expect((await verifyJournal(path)).verdict).toBe("torn");
    expect(contents(await Session.load(ID, { sessionsDir }))).toEqual(messages(1, 2, 3));
    await (await Session.open(ID, { sessionsDir }))?.end("success");
    expect(readFileSync(`${path}.torn-${bytes.length}`).equals(Buffer.alloc(4096))).toBe(true);
    expect((await verifyJournal(path)).verdict).toBe("sound");
  });

  it("zeros in the middle, behind the mark, are torn as well: nobody was promised those records", async () => {
    const { sessionsDir, path, bytes } = await abandoned(2, 3);
    const starts = lineStarts(bytes);
    bytes.fill(0, (starts[4] ?? 0) + 10, starts[5]);
    writeFileSync(path, bytes);
    expect(await verifyJournal(path)).toMatchObject({ verdict: "torn", mark: 3, break: { line: 5 } });
    expect(contents(await Session.load(ID, { sessionsDir }))).toEqual(messages(1, 2, 3));
  });

  it("zeros before the mark are damage: CORRUPT_JOURNAL with the place, and what can be proved is salvaged", async () => {
    const { sessionsDir, path, bytes } = await abandoned(3, 1);
    const [, , byteOffset = 0, end] = lineStarts(bytes);
    bytes.fill(0, byteOffset, end);
    writeFileSync(path, bytes);
    const error = await errorOf(() => Session.load(ID, { sessionsDir }));
    expect(error).toMatchObject({ code: "CORRUPT_JOURNAL", line: 3, byteOffset, mark: 4 });
    expect(await codeOf(() => Session.open(ID, { sessionsDir }))).toBe("CORRUPT_JOURNAL");
    const { after, kept } = await repairJournal(path);
    expect([after.verdict, kept]).toEqual(["sound", [`${path}.damaged-1`]]);
    // The one behind the zeros hangs on a hash that they took: nothing proves it. It is in the original, which is kept.
    expect(contents(await Session.load(ID, { sessionsDir }))).toEqual(messages(1, 4));
    expect(readFileSync(`${path}.damaged-1`).equals(bytes)).toBe(true);
  });
});

describe("3. retry appends to a torn line", () => {
  it("two events are never glued: another process puts the half line aside first, whole", async () => {
    const { sessionsDir, path, bytes } = await abandoned(1, 1);
    const half = '{"seq":4,"time":"2025-12-08T14:31:05.000Z","type":"message.added","data":{"mes';
    appendFileSync(path, half);
    const retry = start("hold-session", sessionsDir, ID);
    expect(await retry.line(0)).toBe("open");
    retry.write("tried again");
    expect(await retry.line(1)).toBe("5");
    retry.endInput();
    await retry.finished;
    expect(contents(await Session.load(ID, { sessionsDir }))).toEqual([...messages(1, 2), "tried again"]);
    expect(readFileSync(`${path}.torn-${bytes.length}`, "utf8")).toBe(half);
    expect(linesOf(readFileSync(path)).map((line) => JSON.parse(line.toString()).type)).toEqual([
      ...["session.started", "message.added", "message.added", "journal.repaired", "message.added"],
      "writer.closed",
    ]);
  });

  it("nor by the same writer: what a failed write left is cut off before the next", async () => {
    const { session, files } = memorySession({ autosave: false });
    session.addMessage({ role: "user", content: "before" });
    files.faults.intercept = ({ method }) =>
      method === "write" ? { kind: "fail", code: "ENOSPC", keepBytes: 40 } : undefined;
    expect(() => session.addMessage({ role: "user", content: "lost" })).toThrow(JournalError);
    files.faults.heal();
    session.addMessage({ role: "user", content: "again" });
    await session.end("success");
    expect((await verifyJournal(JOURNAL, { files })).verdict).toBe("sound");
    expect(contents(await Session.load(ID, where(files)))).toEqual(["before", "again"]);
  });
});

describe("20. a broken first line", () => {
  it("it is reported with its place, nothing is overwritten, and all that is behind it can be salvaged", async () => {
    const { sessionsDir, path, bytes } = await abandoned(3, 0);
    bytes.write("#", 0);
    writeFileSync(path, bytes);
    const place = { code: "CORRUPT_JOURNAL", line: 1, byteOffset: 0 };
    expect(await errorOf(() => Session.load(ID, { sessionsDir }))).toMatchObject(place);
    expect(await errorOf(() => Session.open(ID, { sessionsDir }))).toMatchObject(place);
    const again = () => new Session({ role: "r", model: "m", sessionId: ID, sessionsDir });
    expect(await codeOf(again)).toBe("SESSION_EXISTS");
    expect((await run("hold-session", sessionsDir, ID)).output).toBe("CORRUPT_JOURNAL");
    expect(readFileSync(path).equals(bytes)).toBe(true);
    expect(readdirSync(sessionsDir)).toEqual([`${ID}.ndjson`]);

    expect((await repairJournal(path)).after.verdict).toBe("sound");
    expect(contents(await Session.load(ID, { sessionsDir }))).toEqual(messages(1, 2, 3));
    expect(readFileSync(`${path}.damaged-1`).equals(bytes)).toBe(true);
  });
});
