import { describe, expect, it } from "vitest";
import { lastWordBefore, readFirstRecord, readRecordBefore } from "../../src/journal/peek.js";
import { journalOf, lineStarts, linesOf } from "../support/journal-bytes.js";
import { openBytes, withShortReads } from "../support/odd-files.js";

describe("a peek at a journal", () => {
  it("reads the record that ends at a byte, however long it is", () => {
    for (const length of [0, 3_800, 3_900, 4_000, 4_096, 16_200, 16_384, 16_400, 300_000]) {
      for (const nudge of [-2, -1, 0, 1, 2]) {
        const bytes = journalOf("before", "x".repeat(Math.max(0, length + nudge)), "after");
        const { files, fd } = openBytes(bytes);
        const ends = lineStarts(bytes).slice(1);
        for (const source of [files, withShortReads(files, () => 1_000)]) {
          const seqs = ends.map((end) => readRecordBefore(source, fd, end)?.seq);
          expect(seqs).toEqual([1, 2, 3, 4]);
          expect(readFirstRecord(source, fd)?.seq).toBe(1);
        }
      }
    }
  });

  it("finds no record where none ends", () => {
    const bytes = journalOf("one");
    const { files, fd } = openBytes(bytes);
    for (const end of [0, 1, 10, bytes.length - 1, bytes.length + 1]) {
      expect(readRecordBefore(files, fd, end)).toBeNull();
      expect(lastWordBefore(files, fd, end)).toBeNull();
    }
    const lines = openBytes(Buffer.from("\n\nno record\n"));
    for (const end of [1, 2, 12]) expect(readRecordBefore(lines.files, lines.fd, end)).toBeNull();
  });

  it("tells the type of the record that ends at a byte", () => {
    const bytes = journalOf("one");
    const { files, fd } = openBytes(bytes);
    expect(lastWordBefore(files, fd, linesOf(bytes)[0]?.length ?? 0)?.type).toBe("session.started");
    expect(lastWordBefore(files, fd, bytes.length)?.type).toBe("x-step");
  });

  it("reads the first record, also one longer than what is read at once", () => {
    const long = Buffer.from(
      journalOf()
        .toString()
        .replace('"m"', `"${"m".repeat(20_000)}"`),
    );
    for (const bytes of [journalOf("one"), long]) {
      const { files, fd } = openBytes(bytes);
      expect(readFirstRecord(files, fd)).toMatchObject({ seq: 1, type: "session.started" });
    }
  });

  it("finds no first record in a file without a line, or with something else in it", () => {
    for (const text of ["", "{", "\n", "[]\n", "\0\0\0\n"]) {
      const { files, fd } = openBytes(Buffer.from(text));
      expect(readFirstRecord(files, fd)).toBeNull();
    }
  });

  it("reads no more of a long journal than its ends", () => {
    const bytes = journalOf(...Array.from({ length: 2_000 }, () => "x".repeat(1_000)));
    const { files, fd } = openBytes(bytes);
    const before = files.operations;
    readFirstRecord(files, fd);
    readRecordBefore(files, fd, bytes.length);
    expect(files.operations - before).toBe(2);
  });
});
