import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Files } from "../../src/files/files.js";
import type { Cursor } from "../../src/journal/cursor.js";
import { JournalScan } from "../../src/journal/scan.js";
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
import { endlessFile, openBytes, withShortReads } from "../support/odd-files.js";

interface Found {
  lines: string[];
  scan: JournalScan;
}

function scanFile(files: Files, fd: number, from?: Cursor): Found {
  const scan = new JournalScan(files, fd, { path: "/j", sessionId: ID, from });
  const lines: string[] = [];
  do {
    while (scan.next()) lines.push(scan.line.toString());
  } while (scan.break === null && scan.read());
  scan.finish();
  return { lines, scan };
}

function scanBytes(bytes: Uint8Array, from?: Cursor): Found {
  const { files, fd } = openBytes(bytes);
  return scanFile(files, fd, from);
}

/** The cursor behind each record of a sound journal. */
function cursorsOf(bytes: Buffer): Cursor[] {
  const starts = lineStarts(bytes);
  return linesOf(bytes).map((line, i) => ({
    seq: i + 1,
    byteOffset: starts[i + 1] ?? 0,
    hash: statedHash(line),
  }));
}

const textOf = (bytes: Buffer) => linesOf(bytes).map((line) => line.toString().slice(0, -1));

describe("a scan of a sound journal", () => {
  const sound = journalOf("one", "two\u2028", "", "four 😀", ',"hash":"forged"}');

  it("gives each line, and stands behind the last", () => {
    const { lines, scan } = scanBytes(sound);
    expect(lines).toEqual(textOf(sound));
    expect(scan.break).toBeNull();
    expect(scan.cursor).toEqual(cursorsOf(sound).at(-1));
    expect(scan.bytesRead).toBe(sound.length);
  });

  it("goes on from any record", () => {
    for (const cursor of cursorsOf(sound)) {
      const { lines, scan } = scanBytes(sound, cursor);
      expect(scan.linked).toBe(true);
      expect(lines).toEqual(textOf(sound).slice(cursor.seq));
      expect(scan.cursor).toEqual(cursorsOf(sound).at(-1));
    }
  });

  it("goes on from any record however few bytes a read gives", () => {
    for (const cursor of cursorsOf(sound)) {
      const { files, fd } = openBytes(sound);
      const { lines, scan } = scanFile(
        withShortReads(files, () => 5),
        fd,
        cursor,
      );
      expect([scan.linked, lines]).toEqual([true, textOf(sound).slice(cursor.seq)]);
    }
  });

  it("reads nothing behind a cursor that the file does not have any more", () => {
    for (const cursor of cursorsOf(sound)) {
      const wrong: Cursor[] = [
        { ...cursor, hash: "A".repeat(43) },
        { ...cursor, byteOffset: cursor.byteOffset + 1 },
        { ...cursor, byteOffset: cursor.byteOffset - 1 },
        { ...cursor, byteOffset: sound.length + 1 },
        { ...cursor, byteOffset: 10 },
        { ...cursor, byteOffset: 45 },
        { ...cursor, byteOffset: 0 },
      ];
      for (const from of wrong) {
        const { lines, scan } = scanBytes(sound, from);
        expect([scan.linked, lines]).toEqual([false, []]);
      }
    }
  });

  it("finds the same however few bytes a read gives", () => {
    const long = journalOf("a".repeat(70_000), "", "é".repeat(140_000), "b".repeat(600_000), "c");
    for (const bytes of [sound, long]) {
      for (const size of [1, 2, 45, 46, 47, 1_000, 65_536, 65_537, 262_144, 1_000_000]) {
        if (bytes === long && size < 45) continue;
        const { files, fd } = openBytes(bytes);
        const { lines, scan } = scanFile(
          withShortReads(files, () => size),
          fd,
        );
        expect(lines).toEqual(textOf(bytes));
        expect(scan.break).toBeNull();
      }
    }
  });

  it("finds the same for lines of any length and reads of any size", () => {
    const lengths = fc.array(fc.oneof(fc.nat({ max: 400 }), fc.integer({ min: 60_000, max: 70_000 })), {
      maxLength: 8,
    });
    fc.assert(
      fc.property(lengths, fc.infiniteStream(fc.integer({ min: 1, max: 70_000 })), (texts, sizes) => {
        const bytes = journalOf(...texts.map((length) => "x".repeat(length)));
        const { files, fd } = openBytes(bytes);
        const { lines } = scanFile(
          withShortReads(files, () => sizes.next().value),
          fd,
        );
        expect(lines).toEqual(textOf(bytes));
      }),
      { numRuns: 60 },
    );
  });

  it("goes on when the file has grown, also by half a line", () => {
    const { files, fd } = openBytes(Buffer.alloc(0));
    const writer = files.open("/j", "append");
    const scan = new JournalScan(files, fd, { path: "/j", sessionId: ID });
    const lines: string[] = [];
    for (let at = 0; at < sound.length; at += 7) {
      files.write(writer, sound, at, Math.min(7, sound.length - at));
      while (scan.read()) while (scan.next()) lines.push(scan.line.toString());
      expect(lines).toEqual(textOf(sound.subarray(0, at + 7)));
      expect(scan.break).toBeNull();
    }
    expect(lines.length).toBe(6);
  });

  it("finds the highest mark, and takes none for one that only stands in the data", () => {
    const bytes = sealLines([
      unsealedStart(),
      unsealed(2, { durable: 1 }),
      unsealed(3, { data: '{"text":",\\"durable\\":2"}' }),
      unsealed(4, { durable: 3 }),
      unsealed(5, { data: '{"durable":4}' }),
    ]);
    expect(scanBytes(bytes).scan.mark).toBe(3);
    const cursor = cursorsOf(bytes)[3];
    expect(scanBytes(bytes, cursor).scan.mark).toBe(0);
  });

  it("asks for no particular session where no id is expected", () => {
    const { files, fd } = openBytes(sealLines([unsealedStart("another")]));
    const scan = new JournalScan(files, fd, { path: "/j" });
    scan.read();
    expect(scan.next()).toBe(true);
  });

  it("can be told that a line is not sound for what it holds", () => {
    const { files, fd } = openBytes(sound);
    const scan = new JournalScan(files, fd, { path: "/j", sessionId: ID });
    scan.read();
    scan.next();
    const before = scan.cursor;
    scan.next();
    scan.reject(before, "it is odd");
    expect(scan.break).toEqual({ line: 2, byteOffset: before.byteOffset, reason: "it is odd" });
    expect([scan.next(), scan.cursor]).toEqual([false, before]);
  });
});

describe("a scan stops at the first line that is not sound", () => {
  const start = unsealedStart();
  const sound = sealLines([start, unsealed(2), unsealed(3), unsealed(4)]);
  const [first, second, third, fourth] = linesOf(sound) as [Buffer, Buffer, Buffer, Buffer];
  const third0 = first.length + second.length;
  const replace = (line: Buffer, from: string, to: string) => Buffer.from(line.toString().replace(from, to));
  const of = (...lines: Buffer[]) => Buffer.concat(lines);

  it.each<[string, Buffer, number, string]>([
    [
      "a byte of its data changed",
      of(first, second, replace(third, "{}", "{ }"), fourth),
      3,
      "its hash is not",
    ],
    ["its hash changed", of(first, second, flipped(third, third.length - 10), fourth), 3, "its hash is not"],
    ["its time changed", of(first, second, replace(third, "2025", "2026"), fourth), 3, "its hash is not"],
    ["a line taken out", of(first, second, fourth), 3, "it does not begin as record 3"],
    ["a line twice", of(first, second, second, third), 3, "it does not begin as record 3"],
    ["lines in another order", of(first, second, fourth, third), 3, "it does not begin as record 3"],
    [
      "a line of another journal",
      of(first, second, linesOf(sealLines([unsealed(3)]))[0] as Buffer),
      3,
      "its hash",
    ],
    ["an empty line", of(first, second, Buffer.from("\n"), third), 3, "it does not begin as record 3"],
    [
      "carriage returns",
      of(first, second, replace(third, "\n", "\r\n"), fourth),
      3,
      "it does not end in a hash",
    ],
    ["no hash", of(first, second, Buffer.from(`${unsealed(3)}}\n`), fourth), 3, "it does not end in a hash"],
    [
      "a hash somewhere else",
      of(first, second, replace(third, '"}\n', '","a":1}\n')),
      3,
      "it does not end in a hash",
    ],
    ["a space before it", of(first, second, Buffer.from(" "), third), 3, "it does not begin as record 3"],
    ["zeros", of(first, second, Buffer.alloc(third.length), fourth), 3, "it does not begin as record 3"],
    ["no line feed", of(first, second, third.subarray(0, -1)), 3, "it does not end in a line feed"],
    ["half of a line", of(first, second, third.subarray(0, 20)), 3, "it does not end in a line feed"],
    ["one byte of a line", of(first, second, third.subarray(0, 1)), 3, "it does not end in a line feed"],
    [
      "a mark that lies beyond it",
      sealLines([start, unsealed(2), unsealed(3, { durable: 3 })]),
      3,
      "its mark lies",
    ],
  ])("with %s", (_what, bytes, line, reason) => {
    const { lines, scan } = scanBytes(bytes);
    expect(lines).toEqual([first, second].map((each) => each.toString().slice(0, -1)));
    expect(scan.break).toEqual({ line, byteOffset: third0, reason: expect.stringContaining(reason) });
    expect(scan.cursor).toEqual({ seq: 2, byteOffset: third0, hash: statedHash(second) });
    expect(scan.next()).toBe(false);
  });

  it.each<[string, string, string]>([
    ["another type", unsealed(1, { type: "message.added" }), "it is no session.started"],
    ["no formatVersion", unsealedStart(ID, null), "it is no session.started with a formatVersion"],
    [
      "a formatVersion that is no number",
      unsealedStart(ID, "1"),
      "it is no session.started with a formatVersion",
    ],
    [
      "a formatVersion with a fraction",
      unsealedStart(ID, 0.5),
      "it is no session.started with a formatVersion",
    ],
    ["the id of another session", unsealedStart("another"), `it names another session than ${ID}`],
    ["another seq", unsealedStart().replace('"seq":1', '"seq":2'), "it does not begin as record 1"],
    ["text that is no JSON", '{"seq":1,"time":"x","type":', "it is not JSON"],
    [
      "data that is no object",
      unsealed(1, { type: "session.started", data: "[]" }),
      "it lacks the form of a record",
    ],
  ])("which may be the first one, with %s", (_what, text, reason) => {
    const { lines, scan } = scanBytes(sealLines([text, unsealed(2)]));
    expect(lines).toEqual([]);
    expect(scan.break).toEqual({ line: 1, byteOffset: 0, reason: expect.stringContaining(reason) });
  });

  it("and finds nothing at all in an empty file", () => {
    const { lines, scan } = scanBytes(Buffer.alloc(0));
    expect([lines, scan.break, scan.cursor.seq]).toEqual([[], null, 0]);
  });

  it("and refuses a later format before it asks for anything else", () => {
    for (const bytes of [
      sealLines([unsealedStart(ID, 2)]),
      Buffer.from(`${unsealedStart("another", 99)},"hash":"a hash of another kind"}\n`),
    ]) {
      expect(() => scanBytes(bytes)).toThrow(
        expect.objectContaining({ code: "UNSUPPORTED_FORMAT", supported: 1 }),
      );
    }
  });

  it("and never takes a line of 256 MiB or more into memory whole", () => {
    const files = endlessFile("x", 2 ** 40);
    const before = process.memoryUsage().arrayBuffers;
    const { scan } = scanFile(files, 0);
    expect(scan.break).toEqual({ line: 1, byteOffset: 0, reason: "it is longer than 256 MiB" });
    expect(scan.bytesRead).toBeLessThan(257 * 1024 * 1024);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(600 * 1024 * 1024);
  });
});

describe("a scan of lines that are longer than a piece of text", () => {
  it.each(["x", "é", "世"])("checks each byte of their seals like those of short ones (%s)", (letter) => {
    const bytes = journalOf("short", letter.repeat(70_000), "short again", letter.repeat(66_000));
    expect(scanBytes(bytes).scan.break).toBeNull();
    const starts = lineStarts(bytes);
    for (const line of [2, 3, 4, 5]) {
      const end = starts[line] ?? 0;
      for (let at = end - 55; at < end - 1; at += 1) {
        const { scan, lines } = scanBytes(flipped(bytes, at));
        expect([lines.length, scan.break?.line]).toEqual([line - 1, line]);
      }
    }
  });

  it("gives every record as it stands there, wherever a piece ends", () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.tuple(fc.constantFrom("x", "é", "😀", "\ufffd", "\u2028"), fc.integer({ min: 0, max: 40_000 })),
          { maxLength: 12 },
        ),
        (parts) => {
          const bytes = journalOf(...parts.map(([letter, length]) => letter.repeat(length)));
          const { files, fd } = openBytes(bytes);
          const scan = new JournalScan(files, fd, { path: "/j", sessionId: ID });
          const records: unknown[] = [];
          do {
            while (scan.next()) records.push(scan.decode());
          } while (scan.read());
          expect(records).toEqual(linesOf(bytes).map((line) => JSON.parse(line.toString())));
        },
      ),
      { numRuns: 60 },
    );
  });

  it("finds bytes that are no UTF-8 in any of them", () => {
    for (const length of [10, 60_000, 70_000]) {
      const bytes = journalOf("x".repeat(length), "y");
      const line = linesOf(bytes)[1] as Buffer;
      const body = Buffer.from(line.subarray(0, -55));
      body[100] = 0xff;
      const { files, fd } = openBytes(
        Buffer.concat([
          linesOf(bytes)[0] as Buffer,
          sealBytes(body, statedHash(linesOf(bytes)[0] as Buffer)),
        ]),
      );
      const scan = new JournalScan(files, fd, { path: "/j", sessionId: ID });
      const decoded: unknown[] = [];
      do {
        while (scan.next()) decoded.push(scan.decode());
      } while (scan.read());
      expect([scan.break, decoded[1]]).toEqual([null, "it is not UTF-8"]);
    }
  });
});

/** A line of bytes that no text could give, sealed behind the record with that hash. */
function sealBytes(body: Buffer, after: string): Buffer {
  const hash = createHash("sha256").update(`${after}"}\n`).update(body).digest("base64url");
  return Buffer.concat([body, Buffer.from(`,"hash":"${hash}"}\n`)]);
}
