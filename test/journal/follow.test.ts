import {
  appendFileSync,
  copyFileSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { MemoryFiles } from "../../src/files/testing.js";
import type { Cursor } from "../../src/journal/cursor.js";
import { type Followed, type FollowOptions, followJournal } from "../../src/journal/follow.js";
import { repairJournal } from "../../src/journal/repair.js";
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
import { settle, toArray, until } from "../support/outcomes.js";
import { allowed, JOURNAL, memorySession, recordEveryKind, where } from "../support/runs.js";

/** Follows in the background, and notes what is given and how it ends. */
class Following {
  readonly given: Followed[] = [];
  /** Null while it goes on, "ended" or the error's code after. */
  outcome: string | null = null;
  error: { code?: string; seq?: number } | undefined;
  readonly done: Promise<void>;
  readonly #controller = new AbortController();

  constructor(path: string, options: FollowOptions = {}) {
    onTestFinished(() => this.stop());
    this.done = this.#run(path, options);
  }

  get seqs(): number[] {
    return this.given.map(({ record }) => record.seq);
  }

  async stop(): Promise<void> {
    this.#controller.abort();
    await this.done;
  }

  async #run(path: string, options: FollowOptions): Promise<void> {
    try {
      for await (const followed of followJournal(path, { signal: this.#controller.signal, ...options })) {
        this.given.push(followed);
      }
      this.outcome = "ended";
    } catch (error) {
      this.error = error as { code?: string; seq?: number };
      this.outcome = String(this.error.code);
    }
  }
}

const upTo = (seq: number) => Array.from({ length: seq }, (_, i) => i + 1);

function cursorOf(bytes: Buffer, seq: number): Cursor {
  const line = linesOf(bytes)[seq - 1] as Buffer;
  return { seq, byteOffset: lineStarts(bytes)[seq] ?? 0, hash: statedHash(line) };
}

function append(files: MemoryFiles, bytes: Uint8Array): void {
  const fd = files.open(JOURNAL, "append");
  files.write(fd, bytes, 0, bytes.length);
  files.close(fd);
}

const sound = journalOf("two", "three\u2028", "four", "five 😀");

describe("following a journal", () => {
  it("replays it, then gives what is written as it is written", async () => {
    const session = new Session({ role: "impl", model: "m", sessionsDir: temporaryFolder() });
    session.addMessage({ role: "user", content: "before" });
    const following = new Following(session.journalPath);
    await until(() => following.given.length === 2, "the replay");
    for (let n = 3; n <= 30; n += 1) {
      session.addMessage({ role: "user", content: `message ${n}` });
      await until(() => following.given.length === n, `record ${n}`);
    }
    await session.end("success");
    await until(() => following.given.length === 31, "the end");
    expect(following.seqs).toEqual(upTo(31));
    const inFile = linesOf(readFileSync(session.journalPath)).map((line) => JSON.parse(line.toString()));
    expect(following.given.map(({ record }) => record)).toEqual(inFile);
    expect(following.outcome).toBeNull();
  });

  it("gives with each record the cursor that goes on behind it", async () => {
    const files = new MemoryFiles();
    files.writeFile(JOURNAL, sound);
    const following = new Following(JOURNAL, { files });
    await until(() => following.given.length === 5, "the replay");
    expect(following.given.map(({ cursor }) => cursor)).toEqual(upTo(5).map((seq) => cursorOf(sound, seq)));
    for (const { cursor } of following.given) {
      const rest = new Following(JOURNAL, { files, from: cursor });
      await settle();
      expect(rest.seqs).toEqual(upTo(5).slice(cursor.seq));
      await rest.stop();
    }
  });

  it.each<[string, number]>([
    ["one byte", 1],
    ["seven bytes", 7],
    ["a hundred bytes", 100],
  ])("never gives a part of a line, when %s come at a time", async (_what, size) => {
    const files = new MemoryFiles();
    files.writeFile(JOURNAL, "");
    const following = new Following(JOURNAL, { files });
    for (let at = 0; at < sound.length; at += size) {
      append(files, sound.subarray(at, at + size));
      await settle(3);
      expect(following.given.length).toBe(linesOf(sound.subarray(0, at + size)).length);
    }
    expect(following.seqs).toEqual(upTo(5));
  });

  it("never gives a part of a line on the real disk either", async () => {
    const path = join(temporaryFolder(), `${ID}.ndjson`);
    writeFileSync(path, "");
    const following = new Following(path);
    for (let at = 0; at < sound.length; at += 3) {
      appendFileSync(path, sound.subarray(at, at + 3));
      if (at % 90 === 0) await settle(2);
      expect(following.given.length).toBeLessThanOrEqual(linesOf(sound.subarray(0, at + 3)).length);
    }
    await until(() => following.given.length === 5, "the whole journal");
    expect(following.seqs).toEqual(upTo(5));
  });

  it("waits for a journal that is not there yet", async () => {
    const folder = temporaryFolder();
    const following = new Following(join(folder, `${ID}.ndjson`));
    await new Promise((resolve) => setTimeout(resolve, 50));
    const session = new Session({ role: "impl", model: "m", sessionId: ID, sessionsDir: folder });
    session.addMessage({ role: "user", content: "x" });
    await until(() => following.given.length === 2, "the journal");
    await session.close();
  });

  it("waits for a journal whose folder is not there yet", async () => {
    const folder = temporaryFolder();
    const following = new Following(join(folder, ".choragen", "sessions", `${ID}.ndjson`));
    await new Promise((resolve) => setTimeout(resolve, 50));
    const session = new Session({ role: "impl", model: "m", sessionId: ID, workspaceRoot: folder });
    await until(() => following.given.length === 1, "the journal");
    session.addMessage({ role: "user", content: "x" });
    await until(() => following.given.length === 2, "the next record");
    await session.close();
  });

  it("sees what happens where the system gives no notice of it", async () => {
    const { session, files } = memorySession();
    const deaf = delegateTo(files, { watch: () => () => {} });
    const following = new Following(JOURNAL, { files: deaf });
    await until(() => following.given.length === 1, "the replay");
    session.addMessage({ role: "user", content: "x" });
    await until(() => following.given.length === 2, "the next record");
  });

  it("from the end gives only what comes then", async () => {
    const { session, files } = memorySession();
    session.addMessage({ role: "user", content: "before" });
    const following = new Following(JOURNAL, { files, from: "end" });
    await settle();
    session.addMessage({ role: "user", content: "after" });
    await until(() => following.given.length === 1, "the next record");
    expect(following.seqs).toEqual([3]);
  });

  it("from the end of a journal that is torn or not there gives what is written next", async () => {
    const files = new MemoryFiles();
    files.makeDirectory("/sessions", 0o700);
    const early = new Following(JOURNAL, { files, from: "end" });
    await settle();
    const { session } = memorySession({ files });
    await until(() => early.given.length === 1, "the start");
    await session.close();
    append(files, Buffer.from('{"seq":3,"ti'));
    const following = new Following(JOURNAL, { files, from: "end" });
    await settle();
    const next = await Session.open(ID, where(files));
    await until(() => following.given.length === 1, "the recovery's record");
    expect(following.given[0]?.record).toMatchObject({ seq: 3, type: "journal.repaired" });
    await next?.close();
  });

  it("until the end ends behind it, and at once where it stands there already", async () => {
    const { session, files } = memorySession();
    const following = new Following(JOURNAL, { files, untilEnded: true });
    session.addMessage({ role: "user", content: "x" });
    await session.end("failure");
    await following.done;
    expect([following.outcome, following.seqs]).toEqual(["ended", [1, 2, 3]]);
    for (const from of ["end", following.given[2]?.cursor as Cursor] as const) {
      expect(await toArray(followJournal(JOURNAL, { files, untilEnded: true, from }))).toEqual([]);
    }
    const before = await toArray(
      followJournal(JOURNAL, { files, untilEnded: true, from: following.given[1]?.cursor }),
    );
    expect(before.map(({ record }) => record.type)).toEqual(["session.ended"]);
    expect(files.openDescriptors).toBe(0);
  });

  it("does not end behind an end that only a runtime made up", async () => {
    const { session, files } = memorySession();
    const following = new Following(JOURNAL, { files, untilEnded: true });
    session.append({ type: "x-session.ended", data: { type: "session.ended" } });
    session.addNote("session.ended", { outcome: "success" });
    await until(() => following.given.length === 3, "both");
    expect(following.outcome).toBeNull();
  });

  it("gives a long journal piece by piece, whole", async () => {
    const files = new MemoryFiles();
    const long = journalOf(...Array.from({ length: 2_000 }, (_, i) => "x".repeat(i)), "y".repeat(3_000_000));
    files.writeFile(JOURNAL, long);
    const following = new Following(JOURNAL, { files });
    await until(() => following.given.length === 2_002, "the replay");
    expect(following.seqs).toEqual(upTo(2_002));
  });
});

describe("a follower survives", () => {
  it("that a torn tail is taken out under it by the next writer", async () => {
    const { session, files } = memorySession();
    session.addMessage({ role: "user", content: "x" });
    await session.flush();
    const crashed = files.afterKill();
    append(crashed, Buffer.from('{"seq":3,"time":"2025'));
    const following = new Following(JOURNAL, { files: crashed });
    await until(() => following.given.length === 2, "the replay");
    const next = await Session.open(ID, where(crashed));
    next?.addMessage({ role: "user", content: "y" });
    await until(() => following.given.length === 4, "what comes behind the recovery");
    expect(following.given.map(({ record }) => record.type)).toEqual([
      "session.started",
      "message.added",
      "journal.repaired",
      "message.added",
    ]);
    await next?.end("success");
    await until(() => following.given.length === 5, "the end");
    expect(following.seqs).toEqual(upTo(5));
  });

  it("that zeros behind its last record are taken out", async () => {
    const { session, files } = memorySession();
    await session.flush();
    const crashed = files.afterKill();
    append(crashed, Buffer.from("\0\0\0\0\n\0\0\0"));
    const following = new Following(JOURNAL, { files: crashed });
    await until(() => following.given.length === 1, "the replay");
    await settle(20);
    expect(following.outcome).toBeNull();
    await repairJournal(JOURNAL, { files: crashed });
    await until(() => following.given.length === 3, "the repair's records");
    expect(following.given.map(({ record }) => record.type)).toEqual([
      "session.started",
      "journal.repaired",
      "session.ended",
    ]);
  });

  it("a recovery on the real disk, while it reads", async () => {
    const folder = temporaryFolder();
    const session = new Session({ role: "impl", model: "m", sessionId: ID, sessionsDir: folder });
    await recordEveryKind(session);
    await session.close();
    appendFileSync(session.journalPath, '{"seq":');
    const following = new Following(session.journalPath);
    const count = session.health.writtenSeq;
    await until(() => following.given.length === count, "the replay");
    const next = await Session.open(ID, { sessionsDir: folder });
    next?.addMessage({ role: "user", content: "y" });
    await until(() => following.given.length === count + 2, "what comes behind the recovery");
    expect(following.seqs).toEqual(upTo(count + 2));
    await next?.close();
  });

  it("that a write fails half way and another takes its place", async () => {
    const { session, files } = memorySession();
    const following = new Following(JOURNAL, { files });
    await until(() => following.given.length === 1, "the replay");
    for (const keepBytes of [1, 40, 100]) {
      const fd = files.open(JOURNAL, "append");
      const { sizeBytes } = files.stat(fd);
      const half = Buffer.from(`{"seq":${session.health.writtenSeq + 1},"time":"${"9".repeat(200)}`);
      files.write(fd, half, 0, keepBytes);
      await settle(3);
      files.truncate(fd, sizeBytes);
      files.close(fd);
      session.addMessage({ role: "user", content: "x".repeat(300) });
      await until(() => following.given.length === session.health.writtenSeq, "the record");
    }
    expect(following.seqs).toEqual(upTo(4));
  });

  it("that the journal is replaced by a copy of itself", async () => {
    const folder = temporaryFolder();
    const path = join(folder, `${ID}.ndjson`);
    writeFileSync(path, sound.subarray(0, lineStarts(sound)[3]));
    const following = new Following(path);
    await until(() => following.given.length === 3, "the replay");
    copyFileSync(path, join(folder, "copy"));
    renameSync(join(folder, "copy"), path);
    appendFileSync(path, sound.subarray(lineStarts(sound)[3] ?? 0));
    await until(() => following.given.length === 5, "the rest");
    expect(following.seqs).toEqual(upTo(5));
  });
});

describe("a follower ends", () => {
  it.each<[string, (files: MemoryFiles) => void]>([
    [
      "the journal is cut before it",
      (files) => files.writeFile(JOURNAL, sound.subarray(0, lineStarts(sound)[3])),
    ],
    ["the journal is cut in the middle of it", (files) => files.writeFile(JOURNAL, sound.subarray(0, -5))],
    ["the journal is empty", (files) => files.writeFile(JOURNAL, "")],
    ["the journal is removed", (files) => files.remove(JOURNAL)],
    [
      "another journal takes its place",
      (files) => {
        files.writeFile("/sessions/other", journalOf("2", "3", "4", "5", "6"));
        files.rename("/sessions/other", JOURNAL);
      },
    ],
    [
      "a shorter one takes its place",
      (files) => {
        files.writeFile("/sessions/other", journalOf("2"));
        files.rename("/sessions/other", JOURNAL);
      },
    ],
  ])("where the record that it gave last is gone: %s", async (_how, harm) => {
    const files = new MemoryFiles();
    files.writeFile(JOURNAL, sound);
    const following = new Following(JOURNAL, { files });
    await until(() => following.given.length === 5, "the replay");
    harm(files);
    await following.done;
    expect(following.error).toMatchObject({ code: "JOURNAL_REWOUND", seq: 5, path: JOURNAL });
    expect(files.openDescriptors).toBe(0);
  });

  it("on the real disk too, where the journal is cut, removed with its folder, or begun anew", async () => {
    for (const harm of [
      (path: string) => truncateSync(path, 100),
      (path: string) => rmSync(dirname(path), { recursive: true }),
      (path: string) => {
        rmSync(path);
        writeFileSync(path, journalOf("another two"));
      },
    ]) {
      const folder = join(temporaryFolder(), "sessions");
      mkdirSync(folder);
      const path = join(folder, `${ID}.ndjson`);
      writeFileSync(path, sound);
      const following = new Following(path);
      await until(() => following.given.length === 5, "the replay");
      harm(path);
      await following.done;
      expect(following.error).toMatchObject({ code: "JOURNAL_REWOUND", seq: 5 });
    }
  });

  it("where it is to go on from a record that is gone, or never was", async () => {
    const files = new MemoryFiles();
    files.writeFile(JOURNAL, sound);
    const third = cursorOf(sound, 3);
    for (const from of [
      { ...third, hash: "A".repeat(43) },
      { ...third, byteOffset: third.byteOffset - 1 },
    ]) {
      const following = new Following(JOURNAL, { files, from });
      await following.done;
      expect(following.error).toMatchObject({ code: "JOURNAL_REWOUND", seq: 3 });
    }
    files.remove(JOURNAL);
    const following = new Following(JOURNAL, { files, from: third });
    await following.done;
    expect(following.outcome).toBe("JOURNAL_REWOUND");
  });

  it("where a repair has sealed anew what it gave", async () => {
    const { session, files } = memorySession();
    await recordEveryKind(session);
    await session.close();
    const journal = Buffer.from(files.readFile(JOURNAL));
    const following = new Following(JOURNAL, { files });
    const count = session.health.writtenSeq;
    await until(() => following.given.length === count, "the replay");
    files.writeFile(JOURNAL, flipped(journal, (lineStarts(journal)[4] ?? 0) + 100));
    await repairJournal(JOURNAL, { files });
    await following.done;
    expect(following.error).toMatchObject({ code: "JOURNAL_REWOUND", seq: count });
  });

  it("at damage, behind the sound records", async () => {
    const files = new MemoryFiles();
    const hurt = flipped(sound, (lineStarts(sound)[2] ?? 0) + 100);
    files.writeFile(JOURNAL, hurt);
    const following = new Following(JOURNAL, { files });
    await following.done;
    expect(following.seqs).toEqual([1, 2]);
    expect(following.error).toMatchObject({
      code: "CORRUPT_JOURNAL",
      line: 3,
      byteOffset: lineStarts(sound)[2],
    });
    const fromEnd = new Following(JOURNAL, { files, from: "end" });
    await fromEnd.done;
    expect(fromEnd.error).toMatchObject({ code: "CORRUPT_JOURNAL", line: 3 });
    expect(files.openDescriptors).toBe(0);
  });

  it("at damage that comes later", async () => {
    const { session, files } = memorySession();
    const following = new Following(JOURNAL, { files });
    await until(() => following.given.length === 1, "the replay");
    append(files, Buffer.from("this is no record\n"));
    await following.done;
    expect(following.error).toMatchObject({ code: "CORRUPT_JOURNAL", line: 2 });
    expect(session.health.writtenSeq).toBe(1);
  });

  it("at a journal of a later format, or of another session", async () => {
    const files = new MemoryFiles();
    files.writeFile(JOURNAL, sealLines([unsealedStart(ID, 2), unsealed(2)]));
    const later = new Following(JOURNAL, { files });
    await later.done;
    expect(later.error).toMatchObject({ code: "UNSUPPORTED_FORMAT", found: 2, supported: 1 });
    files.writeFile(JOURNAL, sealLines([unsealedStart("another")]));
    const other = new Following(JOURNAL, { files, sessionId: ID });
    await other.done;
    expect([other.outcome, other.seqs]).toEqual(["CORRUPT_JOURNAL", []]);
  });

  it("at a folder or a disk that cannot be read", async () => {
    const files = new MemoryFiles();
    files.makeDirectory(JOURNAL, 0o700);
    const folder = new Following(JOURNAL, { files });
    await folder.done;
    expect(folder.outcome).toBe("READ_FAILED");
    const { session, files: failing } = memorySession();
    const following = new Following(JOURNAL, { files: failing });
    await until(() => following.given.length === 1, "the replay");
    failing.faults.intercept = ({ method }) =>
      method === "read" ? { kind: "fail", code: "EIO" } : undefined;
    session.addMessage({ role: "user", content: "x" });
    await following.done;
    expect(following.error).toMatchObject({ code: "READ_FAILED", errno: -5 });
  });

  it("quietly, when its signal says so: before, while it waits, and while a record is looked at", async () => {
    const files = new MemoryFiles();
    files.writeFile(JOURNAL, sound);
    expect(await toArray(followJournal(JOURNAL, { files, signal: AbortSignal.abort() }))).toEqual([]);
    const waiting = new Following(JOURNAL, { files });
    await until(() => waiting.given.length === 5, "the replay");
    const start = performance.now();
    await waiting.stop();
    expect(performance.now() - start).toBeLessThan(1_000);
    expect(waiting.outcome).toBe("ended");
    const controller = new AbortController();
    const given: number[] = [];
    for await (const { record } of followJournal(JOURNAL, { files, signal: controller.signal })) {
      given.push(record.seq);
      if (record.seq === 2) controller.abort();
    }
    expect(given).toEqual([1, 2]);
    expect(files.openDescriptors).toBe(0);
  });

  it("when nobody asks for more, and leaves nothing open", async () => {
    const files = new MemoryFiles();
    files.writeFile(JOURNAL, sound);
    let watching = 0;
    const counting = delegateTo(files, {
      watch: (directory, onChange) => {
        watching += 1;
        const stop = files.watch(directory, onChange);
        return () => {
          watching -= 1;
          stop();
        };
      },
    });
    for await (const _ of followJournal(JOURNAL, { files: counting })) {
      expect(watching).toBe(1);
      break;
    }
    expect([watching, files.openDescriptors]).toEqual([0, 0]);
  });
});

describe("a follower and a writer", () => {
  it("agree on a long run, whatever is written and however it is read", async () => {
    const { session, files } = memorySession();
    const whole = new Following(JOURNAL, { files });
    const resumed: number[] = [];
    let cursor: Cursor | "start" = "start";
    for (let round = 0; round < 30; round += 1) {
      for (let n = 0; n < 5; n += 1) {
        const call = session.startToolCall({ name: "t", params: { n }, governanceResult: allowed });
        if (n % 2 === 0) await call.finish({ success: true, data: "x".repeat(n * 1_000) });
      }
      const controller = new AbortController();
      for await (const followed of followJournal(JOURNAL, {
        files,
        from: cursor,
        signal: controller.signal,
      })) {
        resumed.push(followed.record.seq);
        cursor = followed.cursor;
        if (followed.record.seq === session.health.writtenSeq || resumed.length % 7 === 0) controller.abort();
      }
    }
    const count = session.health.writtenSeq;
    await until(() => whole.given.length === count, "the follower");
    expect(whole.seqs).toEqual(upTo(count));
    expect(resumed).toEqual(upTo(resumed.length));
    expect(resumed.length).toBeGreaterThan(100);
  });
});
