/** Everything that reads journals, over one that is sealed: a seal says nothing of the run, and nothing stumbles over it. */
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { MemoryFiles } from "../../src/files/testing.js";
import {
  followJournal,
  followSessions,
  listSessions,
  planRepair,
  pruneSessions,
  readJournal,
  repairJournal,
  replay,
  Session,
  verifyJournal,
} from "../../src/index.js";
import { PRUNE_LOG_NAME } from "../../src/store/prune-log.js";
import { RunSoFar } from "../../src/store/run-so-far.js";
import { codeOf, toArray } from "../support/outcomes.js";
import { begin, codesOf, id, path, publicKey, reopen, say, sessionsDir, shape } from "./signed.js";

async function ended(): Promise<MemoryFiles> {
  const { files, session } = begin({ everyRecords: 2 });
  say(session, 3);
  await session.end("success");
  return files;
}

describe("a journal that ends in a seal", () => {
  it("is listed by its two ends, as any that has ended", async () => {
    const files = await ended();
    let readBytes = 0;
    files.faults.intercept = (operation) => {
      if (operation.method === "read" && operation.path === path) readBytes += 1;
      return undefined;
    };
    const [listed] = await toArray(listSessions({ sessionsDir, files }));
    expect(listed).toMatchObject({ id, lifecycle: "ended", outcome: "success", messages: 3 });
    expect(readBytes).toBeLessThanOrEqual(3);
  });

  it("is listed by its two ends where it was closed, just as it is when it is read through", async () => {
    const { files, session } = begin({ everyRecords: 2 });
    say(session, 3);
    await session.close();
    const [listed] = await toArray(listSessions({ sessionsDir, files }));
    expect(listed).toMatchObject({ lifecycle: "interrupted", closed: true, messages: 3 });
    const through = new RunSoFar();
    for await (const record of readJournal(path, { files })) through.add(record);
    expect([through.isClosed, through.lastTime]).toEqual([true, listed?.lastTime]);
  });

  it("loads, with its snapshot and without, and takes nothing more", async () => {
    const files = await ended();
    expect((await Session.load(id, { sessionsDir, files }))?.toJSON()).toMatchObject({ outcome: "success" });
    expect(await codeOf(() => Session.open(id, { sessionsDir, files }))).toBe("SESSION_ENDED");
    files.remove(`${sessionsDir}/${id}.json`);
    const bare = await Session.load(id, { sessionsDir, files });
    expect(bare?.messageCount).toBe(3);
    expect(await codeOf(() => bare?.addMessage({ role: "user", content: "x" }))).toBe("SESSION_ENDED");
    const before = Buffer.from(files.readFile(path));
    await bare?.save();
    expect(before.equals(files.readFile(path))).toBe(true);
  });

  it("goes on in place behind a sealed clean stop: nothing is copied", async () => {
    const { files, session } = begin();
    await session.close();
    const { inode } = files.statPath(path) ?? {};
    const next = await reopen(files);
    say(next, 1);
    await next.end("success");
    expect(files.statPath(path)?.inode).toBe(inode);
  });

  it("is left alone by repair", async () => {
    const files = await ended();
    expect((await planRepair(path, { files })).isNeeded).toBe(false);
    expect((await repairJournal(path, { files })).kept).toEqual([]);
    const { files: closed, session } = begin();
    await session.close();
    expect((await planRepair(path, { files: closed })).isNeeded).toBe(false);
  });

  it("is recovered with its seals by who saves it, where its last seal was torn", async () => {
    const files = await ended();
    const bytes = files.readFile(path);
    files.writeFile(path, bytes.subarray(0, bytes.length - 100));
    files.remove(`${sessionsDir}/${id}.json`);
    const loaded = await Session.load(id, { sessionsDir, files });
    expect(loaded?.outcome).toBe("success");
    await loaded?.save();
    const found = await verifyJournal(path, { files, publicKey });
    expect([found.verdict, codesOf(found)]).toEqual(["sound", ["UNSEALED"]]);
    expect(shape(files).slice(-2)).toEqual(["session.ended", "journal.repaired"]);
  });

  it("replays to the state that it would have without its seals", async () => {
    const files = await ended();
    const records = await toArray(readJournal(path, { files }));
    const bare = records.filter(({ type }) => type !== "journal.sealed");
    expect(bare.length).toBeLessThan(records.length);
    expect((await replay(records)).state).toEqual((await replay(bare)).state);
  });

  it("is followed to its last seal, from anywhere", async () => {
    const files = await ended();
    const all = await toArray(followJournal(path, { files, untilEnded: true }));
    expect(all.map(({ record }) => record.type).slice(-2)).toEqual(["session.ended", "journal.sealed"]);
    for (const [at, { cursor }] of all.entries()) {
      const rest = await toArray(followJournal(path, { files, untilEnded: true, from: cursor }));
      expect(rest).toEqual(all.slice(at + 1));
    }
  });

  it("is followed live to its last seal", async () => {
    const { files, session } = begin({ everyRecords: 2 });
    const following = toArray(followJournal(path, { files, untilEnded: true }));
    say(session, 2);
    await new Promise((resolve) => setTimeout(resolve, 5));
    await session.end("success");
    expect((await following).map(({ record }) => record.type).slice(-2)).toEqual([
      "session.ended",
      "journal.sealed",
    ]);
  });

  it("is followed live with others, and left behind its last seal", async () => {
    const { files, session } = begin({ everyRecords: 2 });
    const seen: string[] = [];
    const stop = new AbortController();
    const following = (async () => {
      const options = { sessionsDir, files, from: "start" as const, signal: stop.signal };
      for await (const { record } of followSessions(options)) {
        seen.push(record.type);
        if (seen.filter((type) => type === "journal.sealed").length === 2) stop.abort();
      }
    })();
    say(session, 1);
    await new Promise((resolve) => setTimeout(resolve, 5));
    await session.end("success");
    await following;
    expect(seen).toEqual([
      ...["session.started", "message.added", "journal.sealed"],
      ...["session.ended", "journal.sealed"],
    ]);
  });

  it("is pruned, and its line names the head with the seal", async () => {
    const files = await ended();
    const { head, records } = await verifyJournal(path, { files });
    await pruneSessions({ sessionsDir, files, olderThanMs: 0 });
    const line = JSON.parse(Buffer.from(files.readFile(join(sessionsDir, PRUNE_LOG_NAME))).toString());
    expect(line).toMatchObject({ seq: records, hash: head, outcome: "success" });
  });
});
