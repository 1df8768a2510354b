import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { SearchOptions } from "../../src/analysis/entry.js";
import { searchSessions } from "../../src/analysis/entry.js";
import type { JournalError } from "../../src/errors.js";
import type { SoundPartEnd } from "../../src/journal/sound-part.js";
import { Session } from "../../src/session.js";
import { temporaryFolder } from "../support/folders.js";
import {
  flipped,
  journalOf,
  lineStarts,
  sealLines,
  unsealed,
  unsealedStart,
} from "../support/journal-bytes.js";
import { codeOf, toArray } from "../support/outcomes.js";

async function search(options: SearchOptions) {
  const damage: [string, SoundPartEnd][] = [];
  const unreadable: JournalError[] = [];
  const matches = await toArray(
    searchSessions({
      onDamage: (path, found) => damage.push([path, found]),
      onUnreadable: (_, error) => unreadable.push(error),
      ...options,
    }),
  );
  return { matches, seqs: matches.map(({ seq }) => seq), damage, unreadable };
}

function onDisk(bytes: Uint8Array, name = "run-1"): string {
  const path = join(temporaryFolder(), `${name}.ndjson`);
  writeFileSync(path, bytes);
  return path;
}

function isWhole(text: string): boolean {
  return !/\p{Cs}/u.test(text);
}

async function recordSession(sessionsDir: string, sessionId: string): Promise<void> {
  const session = new Session({ role: "secret-role", model: "m", sessionsDir, sessionId, autosave: false });
  session.addMessage({ role: "user", content: [{ type: "text", text: "find the needle, the needle!" }] });
  const call = session.startToolCall({
    name: "grep_needle",
    params: { needle_path: "a.ts", pattern: "x" },
    governanceResult: { allowed: true },
  });
  await call.finish({ success: true, data: { stdout: "3: needle\n4: hay", count: 42 } });
  await session.recordToolCall({
    timestamp: "2025-12-08T14:31:05.000Z",
    name: "read",
    params: { path: "b.ts" },
    result: { success: false, error: "needle is locked" },
    governanceResult: { allowed: false, reason: "no needle for you" },
  });
  session.recordError({ message: "lost the needle", recoverable: true });
  session.addNote("approval", { by: "needle" });
  session.append({ type: "x-own", data: { deep: [{ needle: 1 }] } });
  session.updateTokenUsage(1, 1);
  await session.end("success");
}

describe("a search", () => {
  it("finds what was said, given to tools and given back, errors, notes and own events", async () => {
    const sessionsDir = temporaryFolder();
    await recordSession(sessionsDir, "run-1");
    const { matches } = await search({ pattern: "needle", sessionsDir });
    expect(
      matches.map(({ seq, kind, tool, field, inName, count }) => [seq, kind, tool, field, inName, count]),
    ).toEqual([
      [2, "user", undefined, "message.content[0].text", false, 2],
      [3, "call", "grep_needle", "name", false, 2],
      [4, "ok", "grep_needle", "result.data.stdout", false, 1],
      [5, "call", "read", "governanceResult.reason", false, 1],
      [6, "failed", "read", "result.error", false, 1],
      [7, "error", undefined, "message", false, 1],
      [8, "note", undefined, "data.by", false, 1],
      [9, "x-own", undefined, "deep[0].needle", true, 1],
    ]);
    expect(matches[0]).toMatchObject({
      sessionId: "run-1",
      before: "find the ",
      text: "needle",
      after: ", the needle!",
    });
    expect(matches[2]).toMatchObject({ before: "3: ", after: "\n4: hay", type: "tool_call.finished" });
  });

  it.each([
    "secret-role",
    "run-1",
    "session.started",
    "user",
    "text",
    "content",
    "42",
    "formatVersion",
    '":"',
  ])("does not take what only stands in the file for what somebody said: %s", async (pattern) => {
    const sessionsDir = temporaryFolder();
    await recordSession(sessionsDir, "run-1");
    expect((await search({ pattern, sessionsDir })).seqs).toEqual([]);
    expect((await search({ pattern, isRegExp: true, sessionsDir })).seqs).toEqual([]);
  });

  it("goes through a workspace from the newest session to the oldest", async () => {
    const sessionsDir = temporaryFolder();
    const ids = [
      "session-20250101-000000-aaaaaa",
      "session-20250301-000000-aaaaaa",
      "session-20250201-000000-aaaaaa",
    ];
    for (const id of ids) await recordSession(sessionsDir, id);
    const { matches } = await search({ pattern: "needle", sessionsDir, onlyFirst: true });
    expect(matches.map(({ sessionId }) => sessionId)).toEqual([ids[1], ids[2], ids[0]]);
    expect(matches.map(({ count }) => count)).toEqual([1, 1, 1]);
  });

  it("takes a regular expression with ends of lines, and no match that is empty", async () => {
    const journals = [onDisk(journalOf("one\ntwo 12", "three", "12"))];
    const seqs = async (pattern: string) => (await search({ pattern, isRegExp: true, journals })).seqs;
    expect(await seqs("^two \\d+$")).toEqual([2]);
    expect(await seqs("\\d*")).toEqual([2, 4]);
    expect(await seqs("^|$")).toEqual([]);
    expect(await seqs("(?=three)")).toEqual([]);
  });

  it.each([
    [{ pattern: "" }, TypeError],
    [{ pattern: "a(b", isRegExp: true }, SyntaxError],
  ])("refuses %j at once", (options, error) => {
    expect(() => searchSessions({ ...options, journals: [] })).toThrow(error);
  });

  it("shows so much around a match and never half a character", async () => {
    const text = `${"😀".repeat(300)}x${"needle".repeat(100)}${"😀".repeat(300)}`;
    const { matches } = await search({
      pattern: "(needle)+",
      isRegExp: true,
      journals: [onDisk(journalOf(text))],
    });
    const [{ before, text: shown, after } = { before: "", text: "", after: "" }] = matches;
    expect([isWhole(before), shown, after]).toEqual([true, "needle".repeat(80), ""]);
    expect(before.length).toBeGreaterThan(230);
    const [other] = (await search({ pattern: "xneedle", journals: [onDisk(journalOf(text))] })).matches;
    expect(isWhole(other?.before ?? "")).toBe(true);
    expect(other?.before.length).toBe(240);
  });
});

describe("lines of any length", () => {
  it("are found wherever they lie in what is read at a time", async () => {
    const texts: string[] = [];
    const expected: number[] = [];
    for (let index = 0; index < 700; index++) {
      // Lengths that have nothing to do with the window, and some lines that are longer.
      const length = index % 97 === 50 ? 1_500_000 : (index * 7919) % 9000;
      const holds = index % 13 === 5;
      texts.push(`${"-".repeat(length)}${holds ? "needle" : "hay"}${"+".repeat(index % 50)}`);
      if (holds) expected.push(index + 2);
    }
    const journals = [onDisk(journalOf(...texts))];
    expect((await search({ pattern: "needle", journals })).seqs).toEqual(expected);
    expect((await search({ pattern: "NEEDLE", ignoreCase: true, journals })).seqs).toEqual(expected);
    const last = `${"hay".repeat(9)}needle${"+".repeat((5 + 13 * 53) % 50)}`;
    expect((await search({ pattern: last, journals })).seqs).toEqual([]);
  });

  it("are found where only the last of many holds it", async () => {
    const texts = Array.from({ length: 3000 }, () => "hay".repeat(400));
    const journals = [onDisk(journalOf(...texts, "needle"))];
    expect((await search({ pattern: "needle", journals })).seqs).toEqual([3002]);
  });
});

describe("a damaged journal", () => {
  const sound = journalOf("needle 1", "hay", "needle 2", "end");
  const starts = lineStarts(sound);
  const inLine = (line: number) => (starts[line - 1] ?? 0) + 120;

  it("gives matches before the damage, and tells of it", async () => {
    const path = onDisk(flipped(sound, inLine(3)));
    const { seqs, damage } = await search({ pattern: "needle", journals: [path] });
    expect(seqs).toEqual([2]);
    expect(damage).toMatchObject([[path, { verdict: "corrupt", break: { line: 3 }, sound: { seq: 2 } }]]);
  });

  it("never gives a line that was changed, though it holds the text and is JSON", async () => {
    const forged = Buffer.from(sound.toString("latin1").replace("hay", "nee"), "latin1");
    const { seqs, damage } = await search({ pattern: "nee", journals: [onDisk(forged)] });
    expect(seqs).toEqual([2]);
    expect(damage.map(([, found]) => found.break?.line)).toEqual([3]);
  });

  it("is told where the text stands only in what is no record", async () => {
    const torn = Buffer.concat([journalOf("hay"), Buffer.from('{"seq":3,"needle\n')]);
    const { seqs, damage } = await search({ pattern: "needle", journals: [onDisk(torn)] });
    expect(seqs).toEqual([]);
    expect(damage.map(([, found]) => found.verdict)).toEqual(["corrupt"]);
  });

  it("is not looked at where the text does not stand in it", async () => {
    const path = onDisk(flipped(sound, inLine(3)));
    expect(await search({ pattern: "straw", journals: [path] })).toMatchObject({ seqs: [], damage: [] });
    expect((await search({ pattern: "straw", isRegExp: true, journals: [path] })).damage).toHaveLength(1);
  });

  it("is an error where nobody is told", async () => {
    const path = onDisk(flipped(sound, inLine(3)));
    expect(await codeOf(() => toArray(searchSessions({ pattern: "needle", journals: [path] })))).toBe(
      "CORRUPT_JOURNAL",
    );
  });
});

describe("a journal that cannot be read", () => {
  it("is told, and the others are searched", async () => {
    const later = onDisk(sealLines([unsealedStart("run-1", 99), unsealed(2, { data: '{"text":"needle"}' })]));
    const good = onDisk(journalOf("needle"));
    const { seqs, unreadable } = await search({ pattern: "needle", journals: [later, `${good}.gone`, good] });
    expect(seqs).toEqual([2]);
    expect(unreadable.map(({ code }) => code)).toEqual(["UNSUPPORTED_FORMAT", "JOURNAL_MISSING"]);
  });

  it("is an error where nobody is told", async () => {
    const search = () =>
      toArray(searchSessions({ pattern: "needle", journals: [join(temporaryFolder(), "no.ndjson")] }));
    expect(await codeOf(search)).toBe("JOURNAL_MISSING");
  });
});
