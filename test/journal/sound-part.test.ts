import { readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { MemoryFiles } from "../../src/files/testing.js";
import { readSoundPart, type SoundPart } from "../../src/journal/sound-part.js";
import { Session } from "../../src/session.js";
import { temporaryFolder } from "../support/folders.js";
import { flipped, journalOf, lineStarts, linesOf, statedHash } from "../support/journal-bytes.js";
import { codeOf, errorOf, toArray } from "../support/outcomes.js";

const sound = journalOf("two", "three", "four", "five");
const starts = lineStarts(sound);

function onDisk(bytes: Uint8Array | string): string {
  const path = join(temporaryFolder(), "run-1.ndjson");
  writeFileSync(path, bytes);
  return path;
}

async function seqsOf(part: SoundPart): Promise<number[]> {
  return (await toArray(part)).map(({ seq }) => seq);
}

describe("the sound part of a journal", () => {
  it("is all of a journal that is whole", async () => {
    const path = onDisk(sound);
    const read: number[] = [];
    const part = readSoundPart(path, { onProgress: (bytes) => void read.push(bytes) });
    expect(await toArray(part)).toEqual(linesOf(sound).map((line) => JSON.parse(line.toString())));
    expect(read.at(-1)).toBe(sound.length);
    expect(part.found).toMatchObject({
      verdict: "sound",
      break: null,
      sizeBytes: sound.length,
      sound: { seq: 5, byteOffset: sound.length, hash: statedHash(linesOf(sound)[4] as Buffer) },
    });
  });

  it("ends at damage, which is then told and not thrown", async () => {
    const part = readSoundPart(onDisk(flipped(sound, (starts[2] ?? 0) + 40)));
    expect(await seqsOf(part)).toEqual([1, 2]);
    expect(part.found).toMatchObject({
      verdict: "corrupt",
      sound: { seq: 2, byteOffset: starts[2] },
      break: { line: 3, byteOffset: starts[2], reason: "its hash is not that of its bytes" },
    });
  });

  it("ends where a crash tore the journal", async () => {
    const part = readSoundPart(onDisk(`${sound}{"seq":6`));
    expect(await seqsOf(part)).toEqual([1, 2, 3, 4, 5]);
    expect(part.found).toMatchObject({ verdict: "torn", break: { line: 6, byteOffset: sound.length } });
  });

  it("is nothing of an empty file", async () => {
    const part = readSoundPart(onDisk(""));
    expect(await seqsOf(part)).toEqual([]);
    expect(part.found).toMatchObject({ verdict: "empty", sound: { seq: 0 } });
  });

  it("goes on behind a record, and says where that record is gone", async () => {
    const path = onDisk(sound);
    const from = { seq: 3, byteOffset: starts[3] ?? 0, hash: statedHash(linesOf(sound)[2] as Buffer) };
    expect(await seqsOf(readSoundPart(path, { from }))).toEqual([4, 5]);
    truncateSync(path, starts[2]);
    expect(await errorOf(() => seqsOf(readSoundPart(path, { from })))).toMatchObject({
      code: "JOURNAL_REWOUND",
      seq: 3,
    });
  });

  it("is asked for its end only behind its end", async () => {
    const part = readSoundPart(onDisk(sound));
    expect(() => part.found).toThrow(TypeError);
    for await (const _ of part) break;
    expect(() => part.found).toThrow(TypeError);
  });

  it("finds by the snapshot that lines were cut off at the end, where it is asked to", async () => {
    const sessionsDir = temporaryFolder();
    const session = new Session({ role: "r", model: "m", sessionsDir });
    for (let i = 0; i < 4; i += 1) session.addMessage({ role: "user", content: `${i}` });
    await session.end("success");
    const whole = await toArray(readSoundPart(session.journalPath, { withSnapshot: true }));
    expect(whole).toHaveLength(6);
    const lines = readFileSync(session.journalPath, "utf8").split("\n");
    writeFileSync(session.journalPath, `${lines.slice(0, 3).join("\n")}\n`);
    const without = readSoundPart(session.journalPath);
    expect([await seqsOf(without), without.found.verdict]).toEqual([[1, 2, 3], "sound"]);
    const asked = readSoundPart(session.journalPath, { withSnapshot: true });
    expect([await seqsOf(asked), asked.found.verdict]).toEqual([[1, 2, 3], "corrupt"]);
    expect(asked.found).toMatchObject({ mark: 6, break: { line: 4 } });
  });

  it("throws what is no damage: a journal that is not there, and a signal's reason", async () => {
    const path = onDisk(sound);
    const reason = new Error("enough");
    const signal = AbortSignal.abort(reason);
    await expect(seqsOf(readSoundPart(path, { signal }))).rejects.toBe(reason);
    rmSync(path);
    expect(await codeOf(() => seqsOf(readSoundPart(path)))).toBe("JOURNAL_MISSING");
  });

  it("is read from the file system that it is given", async () => {
    const files = new MemoryFiles();
    const session = new Session({ role: "r", model: "m", sessionId: "run-1", sessionsDir: "/s", files });
    await session.end("success");
    expect(await seqsOf(readSoundPart("/s/run-1.ndjson", { files, withSnapshot: true }))).toEqual([1, 2]);
  });
});
