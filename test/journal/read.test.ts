import { appendFileSync, mkdirSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { MemoryFiles } from "../../src/files/testing.js";
import { readJournal } from "../../src/journal/read.js";
import { temporaryFolder } from "../support/folders.js";
import {
  flipped,
  journalOf,
  lineStarts,
  linesOf,
  sealLines,
  statedHash,
  unsealedStart,
} from "../support/journal-bytes.js";
import { codeOf, errorOf, toArray, toArrayUntilError } from "../support/outcomes.js";

const sound = journalOf("two", "three", "four", "five");

function onDisk(bytes: Uint8Array | string, name = "run-1.ndjson"): string {
  const path = join(temporaryFolder(), name);
  writeFileSync(path, bytes);
  return path;
}

const seqs = (records: { seq: number }[]) => records.map(({ seq }) => seq);

describe("reading a journal", () => {
  it("takes a cursor with a seq that is not its record's for one whose record is gone", async () => {
    // Also with lines so long that their beginning is searched for in pieces.
    for (const bytes of [sound, journalOf("x".repeat(40_000), "y".repeat(16_000))]) {
      const path = onDisk(bytes);
      for (const [index, line] of linesOf(bytes).entries()) {
        const right = {
          seq: index + 1,
          byteOffset: lineStarts(bytes)[index + 1] ?? 0,
          hash: statedHash(line),
        };
        expect(await toArray(readJournal(path, { from: right }))).toHaveLength(
          linesOf(bytes).length - index - 1,
        );
        for (const seq of [0, index, index + 2, (index + 1) * 10, -1, Number.NaN]) {
          const from = { ...right, seq };
          expect(await codeOf(() => toArray(readJournal(path, { from }))), `seq ${seq}`).toBe(
            "JOURNAL_REWOUND",
          );
        }
      }
    }
  });

  it("gives its records in order, as they stand there", async () => {
    const records = await toArray(readJournal(onDisk(sound)));
    expect(records).toEqual(linesOf(sound).map((line) => JSON.parse(line.toString())));
  });

  it("goes on behind any record", async () => {
    const path = onDisk(sound);
    const starts = lineStarts(sound);
    for (const [i, line] of linesOf(sound).entries()) {
      const from = { seq: i + 1, byteOffset: starts[i + 1] ?? 0, hash: statedHash(line) };
      expect(seqs(await toArray(readJournal(path, { from })))).toEqual([2, 3, 4, 5].slice(i));
    }
  });

  it("is told where the record that it was to go on behind is gone", async () => {
    const path = onDisk(sound);
    const third = {
      seq: 3,
      byteOffset: lineStarts(sound)[3] ?? 0,
      hash: statedHash(linesOf(sound)[2] as Buffer),
    };
    for (const from of [
      { ...third, hash: "A".repeat(43) },
      { ...third, byteOffset: third.byteOffset + 1 },
      { ...third, byteOffset: sound.length + 1_000 },
      { ...third, byteOffset: 45 },
      { ...third, byteOffset: 1 },
    ]) {
      expect(await errorOf(() => toArray(readJournal(path, { from })))).toMatchObject({
        code: "JOURNAL_REWOUND",
        path,
        seq: 3,
      });
    }
    truncateSync(path, lineStarts(sound)[2]);
    expect(await codeOf(() => toArray(readJournal(path, { from: third })))).toBe("JOURNAL_REWOUND");
  });

  it("leaves out what a crash left torn", async () => {
    for (const tail of ["{", '{"seq":6,"time":', "\0\0\0\0", "\0\0\n\0"]) {
      const { given, error } = await toArrayUntilError(readJournal(onDisk(`${sound}${tail}`)));
      expect([seqs(given), error]).toEqual([[1, 2, 3, 4, 5], undefined]);
    }
  });

  it("gives the sound records of a damaged journal, and then says where it is damaged", async () => {
    const path = onDisk(flipped(sound, (lineStarts(sound)[3] ?? 0) + 100));
    const { given, error } = await toArrayUntilError(readJournal(path));
    expect(seqs(given)).toEqual([1, 2, 3]);
    expect(error).toMatchObject({
      code: "CORRUPT_JOURNAL",
      path,
      line: 4,
      byteOffset: lineStarts(sound)[3],
      reason: "its hash is not that of its bytes",
      mark: 0,
    });
  });

  it("gives nothing of an empty file", async () => {
    expect(await toArray(readJournal(onDisk("")))).toEqual([]);
  });

  it("refuses what is no journal, in a way that says why", async () => {
    const folder = temporaryFolder();
    expect(await codeOf(() => toArray(readJournal(join(folder, "gone.ndjson"))))).toBe("JOURNAL_MISSING");
    mkdirSync(join(folder, "folder.ndjson"));
    expect(await codeOf(() => toArray(readJournal(join(folder, "folder.ndjson"))))).toBe("READ_FAILED");
    expect(await codeOf(() => toArray(readJournal(join(folder, "folder.ndjson", "x.ndjson"))))).toBe(
      "JOURNAL_MISSING",
    );
    symlinkSync(join(folder, "loop"), join(folder, "loop"));
    expect(await errorOf(() => toArray(readJournal(join(folder, "loop"))))).toMatchObject({
      code: "READ_FAILED",
      errno: -40,
    });
    const later = onDisk(sealLines([unsealedStart("run-1", 2)]));
    expect(await errorOf(() => toArray(readJournal(later)))).toMatchObject({
      code: "UNSUPPORTED_FORMAT",
      found: 2,
      supported: 1,
    });
    expect(await codeOf(() => toArray(readJournal(onDisk("some text\n"))))).toBe("CORRUPT_JOURNAL");
    const other = onDisk(sound, "another.ndjson");
    expect(await codeOf(() => toArray(readJournal(other, { sessionId: "another" })))).toBe("CORRUPT_JOURNAL");
  });

  it("asks for no particular session in a file under another name", async () => {
    const kept = onDisk(sound, "run-1.ndjson.damaged-1");
    expect(seqs(await toArray(readJournal(onDisk(sound, "audit.ndjson"))))).toEqual([1, 2, 3, 4, 5]);
    expect(seqs(await toArray(readJournal(kept)))).toEqual([1, 2, 3, 4, 5]);
  });

  it("reads a journal through a symbolic link", async () => {
    const path = onDisk(sound);
    const link = join(temporaryFolder(), "run-1.ndjson");
    symlinkSync(path, link);
    expect((await toArray(readJournal(link))).length).toBe(5);
  });

  it("ends with the reason of its signal, before it begins or between two records", async () => {
    const path = onDisk(sound);
    await expect(
      toArray(readJournal(path, { signal: AbortSignal.abort(new Error("no more")) })),
    ).rejects.toThrow("no more");
    const long = onDisk(journalOf(...Array.from({ length: 3_000 }, () => "x".repeat(500))));
    const controller = new AbortController();
    const given: number[] = [];
    const reading = (async () => {
      for await (const { seq } of readJournal(long, { signal: controller.signal })) {
        given.push(seq);
        if (seq === 10) controller.abort(new Error("enough"));
      }
    })();
    await expect(reading).rejects.toThrow("enough");
    expect(given.length).toBeLessThan(3_001);
  });

  it("closes its descriptor however it ends", async () => {
    const files = new MemoryFiles();
    files.writeFile("/run-1.ndjson", sound);
    await toArray(readJournal("/run-1.ndjson", { files }));
    for await (const _ of readJournal("/run-1.ndjson", { files })) break;
    files.writeFile("/run-1.ndjson", flipped(sound, 100));
    await codeOf(() => toArray(readJournal("/run-1.ndjson", { files })));
    await expect(
      toArray(readJournal("/run-1.ndjson", { files, signal: AbortSignal.abort(new Error("no more")) })),
    ).rejects.toThrow();
    files.faults.intercept = ({ method }) => (method === "read" ? { kind: "fail", code: "EIO" } : undefined);
    expect(await codeOf(() => toArray(readJournal("/run-1.ndjson", { files })))).toBe("READ_FAILED");
    expect(files.openDescriptors).toBe(0);
  });

  it("shows the file as it is now: what comes later is there at the next reading", async () => {
    const half = (lineStarts(sound)[3] ?? 0) + 10;
    const path = onDisk(sound.subarray(0, half));
    expect(seqs(await toArray(readJournal(path)))).toEqual([1, 2, 3]);
    appendFileSync(path, sound.subarray(half));
    expect(seqs(await toArray(readJournal(path)))).toEqual([1, 2, 3, 4, 5]);
    rmSync(path);
  });
});
