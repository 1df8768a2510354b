import { describe, expect, it } from "vitest";
import { diffSessions } from "../../src/analysis/diff/diff-sessions.js";
import { searchSessions } from "../../src/analysis/search/search-sessions.js";
import { sessionStats } from "../../src/analysis/stats/session-stats.js";
import { resolveBlobs } from "../../src/blobs/resolve.js";
import { blobRefsOf } from "../../src/event/blob-refs.js";
import type { JournalRecord } from "../../src/event/types.js";
import type { MemoryFiles } from "../../src/files/testing.js";
import { readJournal } from "../../src/journal/read.js";
import { repairJournal } from "../../src/journal/repair.js";
import { verifyJournal } from "../../src/journal/verify.js";
import { listSessions } from "../../src/store/list.js";
import { pruneSessions } from "../../src/store/prune.js";
import {
  BLOBS,
  bigText,
  blobPath,
  DIRECTORY,
  ID,
  JOURNAL,
  load,
  newFiles,
  newSession,
  SNAPSHOT,
  sha256,
  textIn,
  where,
} from "./made-blobs.js";

const [A, B] = [bigText("a"), `${bigText("b")} needle`] as const;

/** Two blobs, named by three records. */
async function recorded(id = ID): Promise<MemoryFiles> {
  const files = newFiles();
  const session = newSession(files, { sessionId: id });
  session.addMessage({ role: "user", content: A });
  session.addNote("k", { deep: [B] });
  session.append({ type: "x-own", data: { text: A } });
  await session.end("success");
  return files;
}

async function problemsOf(files: MemoryFiles) {
  const { problems } = await verifyJournal(JOURNAL, { files });
  return problems.map(({ code, seq }) => [code, seq]);
}

async function recordsOf(files: MemoryFiles, path = JOURNAL): Promise<JournalRecord[]> {
  const records: JournalRecord[] = [];
  for await (const record of readJournal(path, { files })) records.push(record);
  return records;
}

/** What can be wrong with a blob, and what is said of it. */
const harms: [string, "missing" | "damaged" | "unreadable", (files: MemoryFiles) => void][] = [
  ["gone", "missing", (files) => files.remove(blobPath(A))],
  ["gone with its folder", "missing", (files) => files.rename(BLOBS, "/elsewhere")],
  ["changed", "damaged", (files) => files.writeFile(blobPath(A), `A${A.slice(1)}`)],
  ["cut", "damaged", (files) => files.writeFile(blobPath(A), A.slice(1))],
  [
    "a link",
    "unreadable",
    (files) => {
      files.writeFile("/elsewhere", A);
      files.remove(blobPath(A));
      files.makeLink(blobPath(A), "/elsewhere");
    },
  ],
  [
    "behind a link",
    "unreadable",
    (files) => {
      files.rename(BLOBS, "/elsewhere");
      files.makeLink(BLOBS, "/elsewhere");
    },
  ],
];

describe.each(harms)("a blob that is %s", (_, problem, harm) => {
  it("leaves its marker in place, and health, verify and resolveBlobs say so", async () => {
    const files = await recorded();
    harm(files);
    for (const hasSnapshot of [true, false]) {
      if (!hasSnapshot) files.remove(SNAPSHOT);
      const session = await load(files);
      expect(session.messages[0]?.content).toMatch(new RegExp(`^\\[blob ${sha256(A).slice(0, 12)}, `));
      expect(session.health.blobs).toContainEqual({
        sha256: sha256(A),
        bytes: A.length,
        problem,
        message: expect.stringContaining(BLOBS),
      });
    }
    const problems = await problemsOf(files);
    expect(problems).toContainEqual([`BLOB_${problem.toUpperCase()}`, 2]);
    expect(problems).toContainEqual([`BLOB_${problem.toUpperCase()}`, 4]);
    const told: unknown[] = [];
    const [, record] = await recordsOf(files);
    const resolved = resolveBlobs(record as JournalRecord, JOURNAL, {
      files,
      onFault: ({ problem: told_ }, { at }) => told.push([told_, at]),
    });
    expect(told).toEqual([[problem, "/message/content"]]);
    expect(resolved).toEqual(record);
  });

  it("is whole again once its bytes are there again, also by a snapshot that was saved meanwhile", async () => {
    const files = newFiles();
    const session = newSession(files);
    session.addMessage({ role: "user", content: A });
    session.addNote("k", { deep: [B] });
    await session.close();
    harm(files);
    const open = await load(files, { blobs: { overBytes: 1024 } });
    expect(open.messages[0]?.content).not.toBe(A);
    await open.save();
    if (files.statPath(BLOBS)?.kind === "link") files.remove(BLOBS);
    if (files.statPath(blobPath(A)) !== null) files.remove(blobPath(A));
    files.writeFile(blobPath(A), A);
    files.writeFile(blobPath(B), B);
    const again = await load(files);
    expect([again.messages[0]?.content, again.health.blobs]).toEqual([A, undefined]);
    await open.close();
  });
});

describe("damage that only reading shows", () => {
  it("is in health once the value was looked at", async () => {
    const files = await recorded();
    files.writeFile(blobPath(A), `A${A.slice(1)}`);
    const session = await load(files);
    expect(session.health.blobs).toBeUndefined();
    expect(session.messageCount).toBe(1);
    expect(session.health.blobs).toBeUndefined();
    expect(session.messages).toHaveLength(1);
    expect(session.health.blobs?.map(({ problem }) => problem)).toEqual(["damaged"]);
  });

  it("never makes a session read its blobs to be loaded, appended to and saved", async () => {
    const files = await recorded();
    const other = newFiles({ log: true });
    for (const path of [JOURNAL, blobPath(A), blobPath(B)]) other.writeFile(path, files.readFile(path));
    const session = await load(other);
    expect(session.outcome).toBe("success");
    await session.save();
    expect(other.log.filter(({ method, path }) => path.startsWith(BLOBS) && method === "open")).toEqual([]);
    expect(session.messages[0]?.content).toBe(A);
  });
});

describe("verify", () => {
  it("counts what is whole, each blob once", async () => {
    const files = await recorded();
    const { problems, blobs } = await verifyJournal(JOURNAL, { files });
    expect(problems).toEqual([]);
    expect(blobs).toEqual({ count: 2, bytes: A.length + B.length, unreferenced: [] });
  });

  it("names files that no record names, of which none is a fault", async () => {
    const files = await recorded();
    const names = [".0123456789ab.tmp", "f".repeat(64), `${"f".repeat(64)}.damaged-1`, "notes.txt"];
    for (const name of names) files.writeFile(`${BLOBS}/${name}`, "x");
    const { problems, blobs } = await verifyJournal(JOURNAL, { files });
    expect([problems, blobs?.unreferenced]).toEqual([[], names]);
  });

  it("says that a folder can be read by others", async () => {
    const files = await recorded();
    const open = newFiles();
    open.makeDirectory(BLOBS, 0o755);
    for (const path of [JOURNAL, blobPath(A), blobPath(B)]) open.writeFile(path, files.readFile(path));
    expect(await problemsOf(open)).toEqual(process.platform === "win32" ? [] : [["PERMISSIONS", undefined]]);
  });

  it.each([`${JOURNAL}.damaged-1`, `${DIRECTORY}/copy.ndjson`, `${DIRECTORY}/copy.jsonl`])(
    "finds the blobs of a copy at %s where those of its session are",
    async (copy) => {
      const files = await recorded();
      files.writeFile(copy, files.readFile(JOURNAL));
      const { problems, blobs } = await verifyJournal(copy, { files });
      expect([problems, blobs?.count]).toEqual([[], 2]);
      const [, record] = await recordsOf(files, copy);
      expect(resolveBlobs(record as JournalRecord, copy, { files }).data.message).toMatchObject({
        content: A,
      });
      files.rename(BLOBS, "/elsewhere");
      expect((await verifyJournal(copy, { files })).problems).toHaveLength(3);
    },
  );
});

describe("repair", () => {
  it("keeps blobs, and the places of their values in records that it seals anew", async () => {
    const files = await recorded();
    const lines = textIn(files, JOURNAL).split("\n");
    files.writeFile(JOURNAL, [lines[0], `{${lines[1]?.slice(2)}`, ...lines.slice(2)].join("\n"));
    const { salvaged, after } = await repairJournal(JOURNAL, { files });
    expect([salvaged, after.verdict, after.problems]).toEqual([3, "sound", []]);
    expect(after.blobs?.count).toBe(2);
    const session = await load(files);
    expect(session.toJSON().notes[0]?.data).toEqual({ deep: [B] });
  });
});

describe("prune", () => {
  it("takes the blobs along, says so before, and counts their bytes", async () => {
    const files = await recorded();
    files.writeFile(`${BLOBS}/.0123456789ab.tmp`, "unfinished");
    files.writeFile(`${blobPath(A)}.damaged-1`, "x");
    const size = (path: string): number => files.statPath(path)?.sizeBytes ?? 0;
    const bytes = size(JOURNAL) + size(SNAPSHOT) + A.length + B.length + "unfinished".length + 1;
    const { removed } = await pruneSessions({ ...where(files), olderThanMs: 0 });
    expect(removed.map((each) => each.bytes)).toEqual([bytes]);
    expect(removed[0]?.files.at(-3)).toBe(`${ID}.blobs`);
    expect(removed[0]?.files).toContain(`${ID}.blobs/${sha256(A)}`);
    expect(files.list(DIRECTORY).sort()).toEqual([".pruned.ndjson"]);
    expect(textIn(files, `${DIRECTORY}/.pruned.ndjson`)).toContain(sha256(B));
  });

  it("keeps a session in whose folder somebody has put something else", async () => {
    const files = await recorded();
    files.writeFile(`${BLOBS}/notes.txt`, "mine");
    const { removed, kept } = await pruneSessions({ ...where(files), olderThanMs: 0 });
    expect(removed).toEqual([]);
    expect(kept[0]?.error?.message).toContain("notes.txt is nothing that this library has put there");
    expect(await problemsOf(files)).toEqual([]);
  });

  it.each([
    ["the folder's", BLOBS],
    ["a blob's", `${BLOBS}/${"f".repeat(64)}`],
  ])("removes a link at %s name and nothing that it leads to", async (_, at) => {
    const files = await recorded();
    files.writeFile(`/elsewhere/${sha256(A)}`, A);
    if (at === BLOBS) files.rename(BLOBS, "/moved");
    files.makeLink(at, "/elsewhere");
    await pruneSessions({ ...where(files), olderThanMs: 0 });
    expect(files.statPath(BLOBS)).toBeNull();
    expect(files.list("/elsewhere")).toEqual([sha256(A)]);
  });
});

describe("a listing", () => {
  it("counts the bytes of blobs", async () => {
    const files = await recorded();
    const bytes: number[] = [];
    for await (const session of listSessions(where(files))) bytes.push(session.bytes);
    expect(bytes).toEqual([(files.statPath(JOURNAL)?.sizeBytes ?? 0) + A.length + B.length]);
  });
});

describe("reading with care", () => {
  it("finds what stands in blobs, and tells of those that it could not look into", async () => {
    const files = await recorded();
    const search = async (pattern: string, isRegExp = false) => {
      const found: unknown[] = [];
      const faults: string[] = [];
      const onBlobFault = (_: string, { problem }: { problem: string }): void => void faults.push(problem);
      for await (const { seq, field, text } of searchSessions({
        ...where(files),
        pattern,
        isRegExp,
        onBlobFault,
      }))
        found.push([seq, field, text]);
      return { found, faults };
    };
    expect(await search("needle")).toEqual({ found: [[3, "data.deep[0]", "needle"]], faults: [] });
    expect((await search("b n[e]+dle$", true)).found).toEqual([[3, "data.deep[0]", "b needle"]]);
    // What only the marker says was said by nobody.
    expect((await search("blob")).found).toEqual([]);
    files.remove(blobPath(B));
    expect(await search("needle")).toEqual({ found: [], faults: ["missing"] });
  });

  it("counts blobs where it says why a journal is big", async () => {
    const files = await recorded();
    const { blobs, blobBytes, types } = await sessionStats(JOURNAL, { files });
    expect([blobs, blobBytes]).toEqual([2, A.length + B.length]);
    const bytes = Object.fromEntries(types.map((each) => [each.type, each.blobBytes]));
    expect(bytes).toMatchObject({ "message.added": A.length, "note.added": B.length, "x-own": 0 });
  });

  it("compares what was said, wherever it lies", async () => {
    const files = newFiles();
    const journals = [true, false].map((hasBlobs) => {
      const sessionId = hasBlobs ? "with" : "without";
      const session = newSession(files, { sessionId, blobs: hasBlobs ? { overBytes: 1024 } : undefined });
      session.addMessage({ role: "user", content: A });
      return session.journalPath;
    }) as [string, string];
    expect((await diffSessions(...journals, { files })).same).toBe(true);
  });

  it("bounds what one record may be made to hold", async () => {
    const files = await recorded();
    const [, record] = await recordsOf(files);
    const [named] = blobRefsOf(record as JournalRecord);
    const ref = { sha256: named?.sha256 ?? "", bytes: 100 * 1024 * 1024 };
    const messages: string[] = [];
    const $blobs = [0, 1, 2].map((at) => ({ ...ref, at: `/list/${at}` }));
    const hostile = { ...record, data: { list: ["M", "M", "M"], $blobs } } as JournalRecord;
    resolveBlobs(hostile, JOURNAL, { files, onFault: ({ message }) => messages.push(message) });
    expect(messages[2]).toContain("more than 256 MiB");
  });
});
