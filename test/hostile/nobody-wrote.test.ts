/**
 * Journals that no version of this library has written: edited by hand, passed through tools that change bytes, put
 * together from others. Each gets a verdict and its place, the same from the library, from the program and from loading.
 */
import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import type { JournalErrorCode } from "../../src/errors.js";
import { type Verification, verifyJournal } from "../../src/journal/verify.js";
import { Session } from "../../src/session.js";
import { run } from "../cli/program.js";
import { temporaryFolder } from "../support/folders.js";
import {
  ID,
  journalOf,
  lineStarts,
  linesOf,
  sealLines,
  unsealed,
  unsealedStart,
} from "../support/journal-bytes.js";
import { expectPrototypesUntouched, outcomeOf } from "./harmless.js";

const sound = journalOf("two", "three", "four");
const lines = linesOf(sound);
const [one, two, three, four] = lines as [Buffer, Buffer, Buffer, Buffer];
const edit = (from: string, to: string) => Buffer.from(sound.toString("latin1").replace(from, to), "latin1");
const texts = (...more: string[]) => sealLines([unsealedStart(), ...more]);
const deep = `${"[".repeat(100_000)}${"]".repeat(100_000)}`;
const deepObject = `${'{"a":'.repeat(100_000)}1${"}".repeat(100_000)}`;

interface Case {
  readonly what: string;
  readonly bytes: Buffer;
  readonly verdict: Verification["verdict"];
  /** The line at fault, from 1, and why; none where every line is sound. */
  readonly line?: number;
  readonly reason?: string;
  readonly problems?: readonly string[];
}

const corrupt = (what: string, bytes: Buffer, line: number, reason: string): Case => ({
  what,
  bytes,
  verdict: "corrupt",
  line,
  reason,
});
const soundBut = (what: string, bytes: Buffer, ...problems: string[]): Case => ({
  what,
  bytes,
  verdict: "sound",
  problems,
});

const HASH = "its hash is not that of its bytes";
const SEQ = (seq: number) => `it does not begin as record ${seq}`;

const cases: Case[] = [
  corrupt("a word changed by hand", edit('"three"', '"THREE"'), 3, HASH),
  corrupt("a word made longer by hand", edit('"three"', '"three and more"'), 3, HASH),
  corrupt("a time changed by hand", edit("2025-12-08", "2025-12-09"), 1, HASH),
  corrupt("blanks between members", edit('"text":"three"', '"text": "three"'), 3, HASH),
  corrupt("a record taken out", Buffer.concat([one, two, four]), 3, SEQ(3)),
  corrupt(
    "a blank line between records",
    Buffer.concat([one, two, Buffer.from("\n"), three, four]),
    3,
    SEQ(3),
  ),
  corrupt("a line of blanks at the end", Buffer.concat([sound, Buffer.from("  \n")]), 5, SEQ(5)),
  corrupt("a comment", Buffer.concat([one, Buffer.from("// see above\n"), two]), 2, SEQ(2)),
  corrupt(
    "carriage returns",
    Buffer.from(sound.toString().replaceAll("\n", "\r\n")),
    1,
    "it does not end in a hash",
  ),
  corrupt("a byte order mark", Buffer.concat([Buffer.from("\ufeff"), sound]), 1, SEQ(1)),
  {
    what: "UTF-16, half of whose bytes are zeros",
    bytes: Buffer.from(sound.toString(), "utf16le"),
    verdict: "empty",
    line: 1,
    reason: SEQ(1),
  },
  corrupt("line feeds gone", Buffer.concat([one, two.subarray(0, -1), three, four]), 2, HASH),
  corrupt("all on one line", Buffer.from(`${sound.toString().replaceAll("\n", "")}\n`), 1, HASH),
  corrupt(
    "printed over many lines",
    Buffer.from(`${JSON.stringify(JSON.parse(one.toString()), null, 2)}\n`),
    1,
    SEQ(1),
  ),
  corrupt("an array around the records", Buffer.from(`[\n${sound.toString()}]\n`), 1, SEQ(1)),
  corrupt("a record twice", Buffer.concat([one, two, two, three, four]), 3, SEQ(3)),
  corrupt("two records swapped, each sound", Buffer.concat([one, three, two, four]), 2, SEQ(2)),
  corrupt("two journals, one behind the other", Buffer.concat([sound, sound]), 5, SEQ(5)),
  corrupt("the first record gone", Buffer.concat([two, three, four]), 1, SEQ(1)),
  corrupt("a seq twice, sealed", texts(unsealed(2), unsealed(2), unsealed(3)), 3, SEQ(3)),
  corrupt("a seq left out, sealed", texts(unsealed(2), unsealed(4)), 3, SEQ(3)),
  corrupt("a seq of zero, sealed", texts(unsealed(0)), 2, SEQ(2)),
  corrupt("a seq below zero, sealed", texts(unsealed(-1)), 2, SEQ(2)),
  corrupt("a seq that is no whole number, sealed", texts(unsealed(2.5)), 2, SEQ(2)),
  corrupt(
    "a seq beyond every number, sealed",
    texts(unsealed(2).replace('"seq":2', '"seq":1e400')),
    2,
    SEQ(2),
  ),
  corrupt(
    "a seq of many digits, sealed",
    texts(unsealed(2).replace('"seq":2', `"seq":${"2".repeat(5_000)}`)),
    2,
    SEQ(2),
  ),
  corrupt(
    "a seq that begins with a zero, sealed",
    texts(unsealed(2).replace('"seq":2', '"seq":02')),
    2,
    SEQ(2),
  ),
  corrupt("two seqs in one record, sealed", texts(`${unsealed(2)},"seq":9`), 2, "it has more than one seq"),
  corrupt(
    "members in another order, sealed",
    texts('{"time":"t","seq":2,"type":"x-a","data":{},"id":"i"'),
    2,
    SEQ(2),
  ),
  corrupt(
    "no data, sealed",
    texts('{"seq":2,"time":"t","type":"x-a","id":"i"'),
    2,
    "it lacks the form of a record",
  ),
  corrupt("a list for data, sealed", texts(unsealed(2, { data: "[]" })), 2, "it lacks the form of a record"),
  corrupt("a mark on itself, sealed", texts(unsealed(2, { durable: 2 })), 2, "its mark lies beyond it"),
  corrupt(
    "a mark that only reading shows, sealed",
    texts(`${unsealed(2)},"durable":7,"x":1`),
    2,
    "it lacks the form of a record",
  ),
  corrupt(
    "a promise that more was there, sealed",
    Buffer.concat([texts(unsealed(2)), sealLines([unsealed(9, { durable: 8 })])]),
    3,
    SEQ(3),
  ),
  corrupt("bytes that are no UTF-8", Buffer.concat([one, latin1Line()]), 2, "it is not UTF-8"),
  corrupt("a comma too many, sealed", texts(unsealed(2, { data: '{"a":1,}' })), 2, "it is not JSON"),
  corrupt(
    "a number as no JSON has it, sealed",
    texts(unsealed(2, { data: '{"a":NaN}' })),
    2,
    "it is not JSON",
  ),
  corrupt(
    "a start of no version",
    sealLines([unsealedStart(ID, null), unsealed(2)]),
    1,
    "it is no session.started with a formatVersion",
  ),
  corrupt(
    "a start of version 0",
    sealLines([unsealedStart(ID, 0), unsealed(2)]),
    1,
    "it is no session.started with a formatVersion",
  ),
  corrupt(
    "a start of version 0.5",
    sealLines([unsealedStart(ID, 0.5), unsealed(2)]),
    1,
    "it is no session.started with a formatVersion",
  ),
  corrupt(
    "another session's start",
    sealLines([unsealedStart("run-2"), unsealed(2)]),
    1,
    `it names another session than ${ID}`,
  ),
  {
    what: "an end in mid-line",
    bytes: sound.subarray(0, -9),
    verdict: "torn",
    line: 4,
    reason: "it does not end in a line feed",
  },
  {
    what: "zeros behind its end",
    bytes: Buffer.concat([sound, Buffer.alloc(512)]),
    verdict: "torn",
    line: 5,
    reason: "it does not end in a line feed",
  },
  {
    what: "half of its first line",
    bytes: sound.subarray(0, 80),
    verdict: "empty",
    line: 1,
    reason: "it does not end in a line feed",
  },
  { what: "no bytes", bytes: Buffer.alloc(0), verdict: "empty" },
  soundBut("two types in one record, sealed", texts(`${unsealed(2)},"type":"x-last"`)),
  soundBut(
    "two keys of one name in data, sealed",
    texts(unsealed(2, { data: '{"a":1,"a":2,"__proto__":{"polluted":true}}' })),
  ),
  soundBut("a member that nobody knows, sealed", texts(`${unsealed(2)},"extra":[1]`)),
  soundBut(
    "numbers beyond every number, sealed",
    texts(unsealed(2, { type: "note.added", data: '{"kind":"k","data":[1e400,-1e400,1e-400]}' })),
  ),
  soundBut(
    "usage beyond every number, sealed",
    texts(unsealed(2, { type: "token_usage.updated", data: '{"input":1e400,"output":1}' })),
    "INVALID_DATA",
  ),
  soundBut(
    "a list 100,000 deep, sealed",
    texts(unsealed(2, { type: "note.added", data: `{"kind":"k","data":${deep}}` })),
  ),
  soundBut(
    "an object 100,000 deep, sealed",
    texts(
      unsealed(2, { type: "message.added", data: `{"message":{"role":"user","content":${deepObject}}}` }),
    ),
  ),
  soundBut("half of a surrogate pair, sealed", texts(unsealed(2, { data: '{"a":"\\ud800"}' }))),
  soundBut("a line separator, sealed", texts(unsealed(2, { data: '{"a":"\u2028"}' }))),
  soundBut("a second start, sealed", texts(unsealedStart("run-2").replace('"seq":1', '"seq":2'))),
];

/** Sealed, as ISO 8859-1. */
function latin1Line(): Buffer {
  const line = linesOf(texts(unsealed(2, { data: '{"a":"xy"}' })))[1] as Buffer;
  const body = line.subarray(0, -55).toString("latin1").replace('"xy"', '"\u00e4y"');
  return linesOf(sealLatin1(body))[0] as Buffer;
}

function sealLatin1(body: string): Buffer {
  const before = one.toString("latin1", one.length - 46, one.length - 3);
  return sealBytes(Buffer.from(body, "latin1"), before);
}

function sealBytes(body: Buffer, before: string): Buffer {
  const hash = createHash("sha256").update(`${before}"}\n`).update(body).digest("base64url");
  return Buffer.concat([body, Buffer.from(`,"hash":"${hash}"}\n`)]);
}

/** What loading makes of each verdict. */
const LOADED: Record<Verification["verdict"], JournalErrorCode | "loaded" | "nothing"> = {
  sound: "loaded",
  growing: "loaded",
  torn: "loaded",
  corrupt: "CORRUPT_JOURNAL",
  empty: "nothing",
};

describe("a journal that nobody here wrote", () => {
  let sessionsDir: string;
  let path: string;

  beforeEach(() => {
    // Where it is not among sessions, a journal may be of any.
    sessionsDir = join(temporaryFolder(), ".choragen", "sessions");
    mkdirSync(sessionsDir, { recursive: true });
    path = join(sessionsDir, `${ID}.ndjson`);
  });

  it.each(cases)(
    "($what) is $verdict, with its place",
    async ({ bytes, verdict, line, reason, problems = [] }) => {
      writeFileSync(path, bytes, { mode: 0o600 });
      const found = await verifyJournal(path);
      expect(found.verdict).toBe(verdict);
      const before = line === undefined ? lineStarts(bytes).at(-1) : lineStarts(bytes)[line - 1];
      expect(found.break).toEqual(line === undefined ? undefined : { line, byteOffset: before, reason });
      if (line !== undefined) expect(found.records).toBe(line - 1);
      expect(found.problems.map(({ code }) => code)).toEqual(problems);

      const { value: session, error } = await outcomeOf(() => Session.load(ID, { sessionsDir }));
      expect(error?.code ?? (session === null ? "nothing" : "loaded")).toBe(LOADED[verdict]);
      if (error !== undefined) expect(error).toMatchObject({ line, byteOffset: before, reason });
      if (session)
        expect([session.id, session.toJSON().id, session.health.writtenSeq]).toEqual([ID, ID, found.records]);
      expect(readFileSync(path).equals(bytes)).toBe(true);
      expectPrototypesUntouched();
    },
  );

  it("of a later version is told as that by all of them", async () => {
    for (const version of ["2", "1e400", "9".repeat(400)]) {
      writeFileSync(
        path,
        sealLines([unsealedStart().replace('"formatVersion":1', `"formatVersion":${version}`)]),
      );
      for (const look of [() => verifyJournal(path), () => Session.load(ID, { sessionsDir })]) {
        expect((await outcomeOf<unknown>(look)).error?.code).toBe("UNSUPPORTED_FORMAT");
      }
    }
  });

  it("is told with line and byte by the program, all of them in one call", async () => {
    const paths = cases.map(({ bytes }, index) => {
      const folder = join(sessionsDir, `case-${index}`, ".choragen", "sessions");
      mkdirSync(folder, { recursive: true });
      const each = join(folder, `${ID}.ndjson`);
      writeFileSync(each, bytes);
      chmodSync(each, 0o600);
      return each;
    });
    const { status, stdout, stderr } = await run(["verify", ...paths], { cwd: sessionsDir });
    expect([status, stderr]).toEqual([1, ""]);
    const blocks = stdout.split(/\n(?=\S)/).filter((block) => block.includes("case-"));
    for (const [index, { what, verdict, line, reason, bytes, problems = [] }] of cases.entries()) {
      const block = blocks[index] ?? "";
      expect(block, what).toMatch(new RegExp(`^${verdict} +.*case-${index}/`));
      if (line !== undefined) {
        expect(block, what).toContain(`line ${line}, byte ${lineStarts(bytes)[line - 1]}: ${reason}`);
      }
      for (const code of problems) expect(block, what).toContain(`${code}: `);
    }
    expect(blocks.length).toBe(cases.length);
  });

  it("is shown by the program as far as it is sound, and never with a fault of the program", async () => {
    for (const { what, bytes, verdict } of cases.filter((each) => /deep|swapped/.test(each.what))) {
      writeFileSync(path, bytes, { mode: 0o600 });
      const { status, stdout, stderr } = await run(["show", "--no-pager", path], { cwd: sessionsDir });
      expect([status, /this should not happen|\n {4}at /.test(stdout + stderr)], what).toEqual([
        verdict === "corrupt" ? 1 : 0,
        false,
      ]);
    }
  });
});
