import { chmodSync, renameSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { MemoryFiles } from "../../src/files/testing.js";
import { repairJournal } from "../../src/journal/repair.js";
import { verifyJournal } from "../../src/journal/verify.js";
import { Session } from "../../src/session.js";
import { temporaryFolder } from "../support/folders.js";
import {
  flipped,
  ID,
  journalOf,
  lineStarts,
  linesOf,
  sealLines,
  statedHash,
  unsealed,
  unsealedStart,
} from "../support/journal-bytes.js";
import { delegateTo } from "../support/odd-files.js";
import { codeOf, errorOf } from "../support/outcomes.js";
import { JOURNAL, memorySession, recordEveryKind, SNAPSHOT, where } from "../support/runs.js";

const sound = journalOf("two", "three", "four");
const starts = lineStarts(sound);

function verifyBytes(bytes: Uint8Array | string, beside: { [path: string]: Uint8Array | string } = {}) {
  const files = new MemoryFiles();
  files.writeFile(JOURNAL, bytes);
  for (const [path, contents] of Object.entries(beside)) files.writeFile(path, contents);
  return verifyJournal(JOURNAL, { files });
}

describe("verifying a journal", () => {
  it("says what it found in a sound one", async () => {
    expect(await verifyBytes(sound)).toEqual({
      path: JOURNAL,
      sessionId: ID,
      verdict: "sound",
      records: 4,
      bytes: sound.length,
      head: statedHash(linesOf(sound)[3] as Buffer),
      mark: 0,
      problems: [],
    });
  });

  it("finds nothing to say of what a session wrote, closed, ended or killed, with its snapshot", async () => {
    for (const finish of [
      (session: Session) => session.end("success"),
      (session: Session) => session.close(),
      (session: Session) => session.save(),
      async () => {},
    ]) {
      const { session, files } = memorySession();
      await recordEveryKind(session);
      await finish(session);
      const { verdict, problems, records, mark } = await verifyJournal(JOURNAL, { files: files.afterKill() });
      expect({ verdict, problems, records }).toEqual({
        verdict: "sound",
        problems: [],
        records: session.health.writtenSeq,
      });
      expect(mark).toBeLessThanOrEqual(session.health.durableSeq);
    }
  });

  it("says where the first line stands that is not sound, and what it is taken for", async () => {
    const third = starts[2] ?? 0;
    expect(await verifyBytes(flipped(sound, third + 100))).toMatchObject({
      verdict: "corrupt",
      records: 2,
      bytes: sound.length,
      head: statedHash(linesOf(sound)[1] as Buffer),
      break: { line: 3, byteOffset: third, reason: "its hash is not that of its bytes" },
    });
    expect(await verifyBytes(sound.subarray(0, third + 100))).toMatchObject({
      verdict: "torn",
      records: 2,
      bytes: third + 100,
      break: { line: 3, byteOffset: third, reason: "it does not end in a line feed" },
    });
    expect(await verifyBytes("")).toMatchObject({
      verdict: "empty",
      records: 0,
      bytes: 0,
      head: null,
      sessionId: null,
    });
    expect(await verifyBytes("\0\0\0")).toMatchObject({ verdict: "empty", bytes: 3, break: { line: 1 } });
    expect(await verifyBytes("no journal\n")).toMatchObject({
      verdict: "corrupt",
      sessionId: null,
      break: { line: 1 },
    });
  });

  it("takes zeros for a crash, unless a mark behind them says that they were more", async () => {
    const zeros = Buffer.alloc(200);
    const unmarked = sealLines([unsealedStart(), unsealed(2)]);
    expect(await verifyBytes(Buffer.concat([unmarked, zeros]))).toMatchObject({ verdict: "torn", mark: 0 });
    const later = (durable: number) => sealLines([unsealed(5, { durable })], "A".repeat(43));
    const behind = Buffer.concat([unmarked, zeros, Buffer.from("\n")]);
    expect(await verifyBytes(Buffer.concat([behind, later(2)]))).toMatchObject({ verdict: "torn", mark: 2 });
    expect(await verifyBytes(Buffer.concat([behind, later(3)]))).toMatchObject({
      verdict: "corrupt",
      mark: 3,
    });
  });

  it("knows from the snapshot that a journal was cut", async () => {
    const { session, files } = memorySession();
    await recordEveryKind(session);
    await session.end("success");
    const journal = Buffer.from(files.readFile(JOURNAL));
    const snapshot = Buffer.from(files.readFile(SNAPSHOT));
    const ends = lineStarts(journal).slice(1);
    const records = ends.length;
    for (const [i, end] of ends.slice(0, -1).entries()) {
      const found = await verifyBytes(journal.subarray(0, end), { [SNAPSHOT]: snapshot });
      expect(found).toMatchObject({ verdict: "corrupt", records: i + 1, mark: records });
      expect(found.break).toEqual({
        line: i + 2,
        byteOffset: end,
        reason: `it ends here, though record ${records} was known to be on disk`,
      });
      expect(await verifyBytes(journal.subarray(0, end))).toMatchObject({ verdict: "sound" });
    }
  });

  it("knows from the snapshot that a journal was rewritten, where every hash holds", async () => {
    const { session, files } = memorySession();
    session.addMessage({ role: "user", content: "what was said" });
    await session.end("success");
    const texts = linesOf(Buffer.from(files.readFile(JOURNAL))).map((line) =>
      line.toString().slice(0, -55).replace("what was said", "something else"),
    );
    const rewritten = sealLines(texts);
    expect(await verifyBytes(rewritten)).toMatchObject({ verdict: "sound", records: 3 });
    expect(await verifyBytes(rewritten, { [SNAPSHOT]: files.readFile(SNAPSHOT) })).toMatchObject({
      verdict: "corrupt",
      records: 2,
      break: { line: 3, reason: "its hash is not the one that the snapshot saw there" },
    });
  });

  it("reports calls that do not pair", async () => {
    const started = { timestamp: "t", name: "n", params: {}, governanceResult: { allowed: true } };
    const start = (seq: number, callId: string) =>
      unsealed(seq, { type: "tool_call.started", data: JSON.stringify({ callId, ...started }) });
    const finish = (seq: number, callId: string) =>
      unsealed(seq, {
        type: "tool_call.finished",
        data: JSON.stringify({ callId, result: { success: true } }),
      });
    const { verdict, problems } = await verifyBytes(
      sealLines([
        unsealedStart(),
        start(2, "a"),
        start(3, "a"),
        finish(4, "a"),
        finish(5, "a"),
        finish(6, "b"),
      ]),
    );
    expect(verdict).toBe("sound");
    expect(problems.map(({ code, message }) => [code, message.slice(0, 8)])).toEqual([
      ["ORPHANED_CALL", "Record 3"],
      ["ORPHANED_CALL", "Record 5"],
      ["ORPHANED_CALL", "Record 6"],
    ]);
  });

  it("reports records whose data does not fit their type, and keeps silent about types it does not know", async () => {
    const { verdict, problems } = await verifyBytes(
      sealLines([
        unsealedStart(),
        unsealed(2, { type: "turn.completed", data: '{"index":0}' }),
        unsealed(3, { type: "some.later.type", data: '{"index":0}' }),
      ]),
    );
    expect(verdict).toBe("sound");
    expect(problems).toEqual([
      {
        code: "INVALID_DATA",
        message: expect.stringContaining("Record 2"),
        seq: 2,
        byteOffset: lineStarts(sealLines([unsealedStart()]))[1],
      },
    ]);
  });

  it("lists at most a hundred problems, and says how many more there are", async () => {
    const bad = (count: number) =>
      sealLines([
        unsealedStart(),
        ...Array.from({ length: count }, (_, i) => unsealed(i + 2, { type: "turn.completed", data: "{}" })),
      ]);
    const many = await verifyBytes(bad(150));
    expect([many.problems.length, many.unlistedProblems]).toEqual([100, 50]);
    const few = await verifyBytes(bad(100));
    expect([few.problems.length, few.unlistedProblems]).toEqual([100, undefined]);
  });

  const ended = { type: "session.ended", data: '{"outcome":"success"}' };

  it("reports what stands behind the end of the session, but for what a recovery has to say", async () => {
    const bytes = sealLines([
      unsealedStart(),
      unsealed(2, ended),
      unsealed(3, { type: "journal.repaired", data: '{"removedBytes":1,"atByte":9,"quarantine":"x"}' }),
      unsealed(4),
      unsealed(5, ended),
    ]);
    const { verdict, problems } = await verifyBytes(bytes);
    expect(verdict).toBe("sound");
    expect(problems.map(({ code, seq, byteOffset }) => [code, seq, byteOffset])).toEqual(
      [4, 5].map((seq) => ["BEHIND_END", seq, lineStarts(bytes)[seq - 1]]),
    );
    expect(problems[0]?.message).toBe("Record 4 stands behind the end of the session (record 2).");
  });

  it("takes an end whose data has not its form for none", async () => {
    const { problems } = await verifyBytes(
      sealLines([unsealedStart(), unsealed(2, { type: "session.ended", data: "{}" }), unsealed(3)]),
    );
    expect(problems.map(({ code }) => code)).toEqual(["INVALID_DATA"]);
  });

  it("reports turns that come again or go back, not those that a repair lost", async () => {
    const turns = [1, 2, 2, 5, 4, 5];
    const { problems } = await verifyBytes(
      sealLines([
        unsealedStart(),
        ...turns.map((index, i) =>
          unsealed(i + 2, { type: "turn.completed", data: JSON.stringify({ index }) }),
        ),
      ]),
    );
    expect(problems.map(({ code, message }) => [code, message])).toEqual([
      ["TURN_ORDER", "Record 4: turn 2 completes behind turn 2, so the state counts 2."],
      ["TURN_ORDER", "Record 6: turn 4 completes behind turn 5, so the state counts 4."],
    ]);
  });

  it("reports a child session that can be none, not one that is linked again", async () => {
    const children = ["child-1", "child-1", "../../etc/passwd", ID, "nul"];
    const { problems } = await verifyBytes(
      sealLines([
        unsealedStart(),
        ...children.map((sessionId, i) =>
          unsealed(i + 2, { type: "child_session.linked", data: JSON.stringify({ sessionId }) }),
        ),
      ]),
    );
    expect(problems.map(({ code, message }) => [code, message])).toEqual([
      ["INVALID_CHILD", 'Record 4: the child session "../../etc/passwd" cannot be the id of a session.'],
      ["INVALID_CHILD", 'Record 5: the child session "run-1" is this session itself.'],
      ["INVALID_CHILD", 'Record 6: the child session "nul" cannot be the id of a session.'],
    ]);
  });

  it("reports a snapshot that is not to be believed", async () => {
    const { session, files } = memorySession();
    await session.end("success");
    const journal = files.readFile(JOURNAL);
    for (const text of ["", "{}", Buffer.from(files.readFile(SNAPSHOT)).toString().replace("impl", "IMPL")]) {
      const { verdict, problems } = await verifyBytes(journal, { [SNAPSHOT]: text });
      expect(verdict).toBe("sound");
      expect(problems.map(({ code }) => code)).toEqual(["SNAPSHOT_UNUSABLE"]);
      const damaged = await verifyBytes(flipped(journal, 300), { [SNAPSHOT]: text });
      expect(damaged.problems.map(({ code }) => code)).toEqual(["SNAPSHOT_UNUSABLE"]);
    }
  });

  it.skipIf(process.platform === "win32")("reports files that others can read", async () => {
    const session = new Session({ role: "impl", model: "m", sessionsDir: temporaryFolder() });
    await session.end("success");
    expect((await verifyJournal(session.journalPath)).problems).toEqual([]);
    chmodSync(session.journalPath, 0o644);
    chmodSync(session.snapshotPath, 0o640);
    const { problems } = await verifyJournal(session.journalPath);
    expect(problems.map(({ code }) => code)).toEqual(["PERMISSIONS", "PERMISSIONS"]);
    expect(problems.map(({ message }) => message).join()).toMatch(/mode 640.*mode 644/);
  });

  it.skipIf(process.platform === "win32")(
    "reports a link as a link, and by whom its target can be read",
    async () => {
      const directory = temporaryFolder();
      const session = new Session({ role: "impl", model: "m", sessionsDir: directory });
      await session.end("success");
      const [journal, snapshot] = [join(directory, "moved"), join(directory, "moved too")];
      renameSync(session.journalPath, journal);
      renameSync(session.snapshotPath, snapshot);
      symlinkSync(journal, session.journalPath);
      symlinkSync(snapshot, session.snapshotPath);
      const codes = async () => (await verifyJournal(session.journalPath)).problems.map(({ code }) => code);
      expect(await codes()).toEqual(["SNAPSHOT_UNUSABLE", "LINK"]);
      chmodSync(journal, 0o604);
      expect(await codes()).toEqual(["SNAPSHOT_UNUSABLE", "LINK", "PERMISSIONS"]);
      expect((await verifyJournal(session.journalPath)).problems.at(-1)?.message).toContain("mode 604");
    },
  );

  it("says that a journal is growing while its writer is in the middle of a line", async () => {
    const { session, files } = memorySession();
    const fd = files.open(JOURNAL, "append");
    files.write(fd, Buffer.from('{"seq":2,"ti'), 0, 12);
    const found = await verifyJournal(JOURNAL, { files });
    expect(found).toMatchObject({ verdict: "growing", records: 1 });
    expect(found.break).toBeUndefined();
    expect((await verifyJournal(JOURNAL, { files: files.afterKill() })).verdict).toBe("torn");
    expect(session.health.writtenSeq).toBe(1);
  });

  it("reads again what was half written when it looked first", async () => {
    const { session, files } = memorySession();
    session.addMessage({ role: "user", content: "x" });
    const whole = Buffer.from(files.readFile(JOURNAL));
    files.writeFile(JOURNAL, whole.subarray(0, -30));
    const verifying = verifyJournal(JOURNAL, { files });
    files.writeFile(JOURNAL, whole);
    expect(await verifying).toMatchObject({ verdict: "sound", records: 2 });
  });

  it("takes nobody for a forger who recovers the journal while it looks", async () => {
    const { session, files: disk } = memorySession({ autosave: false });
    session.addMessage({ role: "user", content: "x" });
    const recovered = disk.afterKill();
    const next = await Session.open(ID, where(recovered));
    next?.addMessage({ role: "user", content: "y" });
    await next?.close();

    const files = disk.afterKill();
    let isRecovered = false;
    const racing = delegateTo(files, {
      open: (path, mode) => {
        const fd = files.open(path, mode);
        if (path !== JOURNAL || isRecovered) return fd;
        isRecovered = true;
        // Another process renames its recovered copy over the journal that was just opened, and saves.
        files.writeFile("/sessions/copy", recovered.readFile(JOURNAL));
        files.rename("/sessions/copy", JOURNAL);
        files.writeFile(SNAPSHOT, recovered.readFile(SNAPSHOT));
        return fd;
      },
    });
    expect(await verifyJournal(JOURNAL, { files: racing })).toMatchObject({ verdict: "sound", records: 2 });
    expect(await verifyJournal(JOURNAL, { files })).toMatchObject({ verdict: "sound", records: 4 });
  });

  it("takes nobody for a forger who repairs the journal while it looks", async () => {
    const { session, files: disk } = memorySession();
    await recordEveryKind(session);
    await session.end("success");
    const hurt = Buffer.from(disk.readFile(JOURNAL));
    disk.writeFile(JOURNAL, flipped(hurt, (lineStarts(hurt)[3] ?? 0) + 100));
    const repaired = disk.afterKill();
    await repairJournal(JOURNAL, { files: repaired });

    const files = disk.afterKill();
    let isRepaired = false;
    const racing = delegateTo(files, {
      open: (path, mode) => {
        if (path === JOURNAL && !isRepaired) {
          isRepaired = true;
          files.writeFile(JOURNAL, repaired.readFile(JOURNAL));
          files.writeFile(SNAPSHOT, repaired.readFile(SNAPSHOT));
        }
        return files.open(path, mode);
      },
    });
    expect(await verifyJournal(JOURNAL, { files: racing })).toMatchObject({ verdict: "sound" });
    expect(files.openDescriptors).toBe(0);
  });

  it("throws where there is nothing to verify", async () => {
    const files = new MemoryFiles();
    expect(await codeOf(() => verifyJournal("/gone.ndjson", { files }))).toBe("JOURNAL_MISSING");
    files.makeDirectory("/folder.ndjson", 0o700);
    expect(await codeOf(() => verifyJournal("/folder.ndjson", { files }))).toBe("READ_FAILED");
    files.writeFile("/later.ndjson", sealLines([unsealedStart("later", 7)]));
    expect(await errorOf(() => verifyJournal("/later.ndjson", { files }))).toMatchObject({
      code: "UNSUPPORTED_FORMAT",
      found: 7,
    });
    expect(files.openDescriptors).toBe(0);
  });

  it("tells how far it is, and ends when its signal says so", async () => {
    const path = join(temporaryFolder(), "run-1.ndjson");
    const bytes = journalOf(...Array.from({ length: 6_000 }, () => "x".repeat(500)));
    writeFileSync(path, bytes, { mode: 0o600 });
    const progress: number[] = [];
    expect(await verifyJournal(path, { onProgress: (at) => progress.push(at) })).toMatchObject({
      records: 6_001,
    });
    expect(progress.length).toBeGreaterThan(5);
    expect([...progress].sort((a, b) => a - b)).toEqual(progress);
    expect(progress.at(-1)).toBe(bytes.length);
    await expect(verifyJournal(path, { signal: AbortSignal.abort(new Error("no more")) })).rejects.toThrow(
      "no more",
    );
    const controller = new AbortController();
    const stopping = verifyJournal(path, {
      signal: controller.signal,
      onProgress: () => controller.abort(new Error("enough")),
    });
    await expect(stopping).rejects.toThrow("enough");
  });

  it("takes no more memory for a long journal, and lets others run", async () => {
    const files = new MemoryFiles();
    files.writeFile(JOURNAL, journalOf(...Array.from({ length: 20_000 }, () => "x".repeat(2_000))));
    const before = process.memoryUsage().arrayBuffers;
    let most = 0;
    let turns = 0;
    const timer = setInterval(() => {
      turns += 1;
    }, 1);
    await verifyJournal(JOURNAL, {
      files,
      onProgress: () => {
        most = Math.max(most, process.memoryUsage().arrayBuffers - before);
      },
    });
    clearInterval(timer);
    expect(most).toBeLessThan(8 * 1024 * 1024);
    expect(turns).toBeGreaterThan(2);
  });
});
