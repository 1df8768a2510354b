import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { RuntimeEvent } from "../../src/event/types.js";
import { MemoryFiles } from "../../src/files/testing.js";
import { Session } from "../../src/session.js";
import { initialState } from "../../src/state/state.js";
import { summarize } from "../../src/state/summarize.js";
import { listSessions } from "../../src/store/list.js";
import type { SessionSummary } from "../../src/store/summary.js";
import { runtimeEventData } from "../event/arbitrary-events.js";
import {
  flipped,
  journalOf,
  lineStarts,
  linesOf,
  sealLines,
  unsealed,
  unsealedStart,
} from "../support/journal-bytes.js";
import { codeOf, toArray } from "../support/outcomes.js";
import { DIRECTORY, JOURNAL, memorySession, recordEveryKind, SNAPSHOT, where } from "../support/runs.js";

const list = (files: MemoryFiles) => toArray(listSessions(where(files)));

async function only(files: MemoryFiles): Promise<SessionSummary> {
  const [summary, ...others] = await list(files);
  if (summary === undefined || others.length > 0) throw new Error(`${others.length + 1} sessions are listed`);
  return summary;
}

function putAll(files: MemoryFiles, contents: { [name: string]: Uint8Array | string }): void {
  for (const [name, bytes] of Object.entries(contents)) files.writeFile(`${DIRECTORY}/${name}`, bytes);
}

describe("a listing", () => {
  it("says of each session what it is, whether it runs, and what it came to", async () => {
    const { session, files } = memorySession({ chainId: "CHAIN", taskId: "7", parentSessionId: "parent" });
    await recordEveryKind(session);
    const head = {
      id: "run-1",
      role: "impl",
      model: "a-model",
      chainId: "CHAIN",
      taskId: "7",
      parentSessionId: "parent",
      startTime: session.startTime,
      messages: 2,
      turns: 1,
      toolCalls: 3,
      failedCalls: 1,
      deniedCalls: 1,
      openCalls: 1,
      errors: 1,
      tokenUsage: session.tokenUsage,
    };
    const lastTime = JSON.parse(
      linesOf(Buffer.from(files.readFile(JOURNAL)))
        .at(-1)
        ?.toString() ?? "",
    ).time;
    const open = { endTime: null, lastTime, outcome: null, closed: false, status: "running" };
    const running = { ...head, ...open, lifecycle: "running" };
    expect(await only(files)).toEqual({ ...running, bytes: files.readFile(JOURNAL).length });
    const killed = files.afterKill();
    expect(await only(killed)).toEqual({
      ...running,
      lifecycle: "interrupted",
      bytes: killed.readFile(JOURNAL).length,
    });
    await session.end("failure");
    expect(await only(files)).toEqual({
      ...head,
      lifecycle: "ended",
      endTime: session.endTime,
      lastTime: session.endTime,
      outcome: "failure",
      closed: false,
      status: "failed",
      bytes: files.readFile(JOURNAL).length,
    });
  });

  it("is the newest first: by id, descending", async () => {
    const files = new MemoryFiles();
    for (const sessionId of [
      "session-20250101-000000-aaaaaa",
      "session-20260101-000000-aaaaaa",
      "own-name",
    ]) {
      await memorySession({ files, sessionId }).session.end("success");
    }
    expect((await list(files)).map(({ id }) => id)).toEqual([
      "session-20260101-000000-aaaaaa",
      "session-20250101-000000-aaaaaa",
      "own-name",
    ]);
  });

  it("shows what cannot be read as unreadable, and goes on", async () => {
    const files = new MemoryFiles();
    const sound = journalOf("two");
    const summary = summarize(initialState());
    const ended = memorySession({ sessionId: "another" });
    await ended.session.end("success");
    putAll(files, {
      "aa-other-ended.ndjson": ended.files.readFile(`${DIRECTORY}/another.ndjson`),
      "a-empty.ndjson": "",
      "b-text.ndjson": "no journal\n",
      "c-later.ndjson": sealLines([unsealedStart("c-later", 2)]),
      "d-damaged.ndjson": flipped(Buffer.from(sound.toString().replace("run-1", "d-damaged")), 60),
      "e-other.ndjson": sound,
      "ee-no-role.ndjson": sealLines([
        unsealedStart("ee-no-role").replace('"role":"impl",', ""),
        unsealed(2, { type: "session.ended", data: JSON.stringify({ outcome: "success", summary }) }),
      ]),
      "f-broken.json": "{",
      "g-zeros.ndjson": "\0\0\0\n\0",
    });
    files.makeDirectory(`${DIRECTORY}/h-folder.ndjson`, 0o700);
    files.makeLink(`${DIRECTORY}/i-link.ndjson`, "/elsewhere");
    files.writeFile("/elsewhere", sound);
    const { session } = memorySession({ files, sessionId: "z-fine" });
    await session.end("success");
    const found = await list(files);
    expect(found.map(({ id, lifecycle }) => [id, lifecycle])).toEqual([
      ["z-fine", "ended"],
      ["i-link", "unreadable"],
      ["h-folder", "unreadable"],
      ["g-zeros", "unreadable"],
      ["f-broken", "unreadable"],
      ["ee-no-role", "unreadable"],
      ["e-other", "unreadable"],
      ["d-damaged", "unreadable"],
      ["c-later", "unreadable"],
      ["b-text", "unreadable"],
      ["aa-other-ended", "unreadable"],
      ["a-empty", "unreadable"],
    ]);
    expect(found.at(-1)).toMatchObject({
      role: "unknown",
      model: "unknown",
      startTime: "",
      messages: 0,
      bytes: 0,
    });
    expect(files.openDescriptors).toBe(0);
  });

  it("shows what a crash left torn as interrupted, with what is before the tear", async () => {
    const { session, files } = memorySession();
    session.addMessage({ role: "user", content: "x" });
    const crashed = files.afterKill();
    const bytes = Buffer.concat([Buffer.from(crashed.readFile(JOURNAL)), Buffer.from('{"seq":3')]);
    crashed.writeFile(JOURNAL, bytes);
    expect(await only(crashed)).toMatchObject({ lifecycle: "interrupted", messages: 1, bytes: bytes.length });
  });

  it("shows as unreadable what loading refuses because the snapshot saw more of it, and nothing else", async () => {
    const { session, files } = memorySession();
    await recordEveryKind(session);
    await session.save();
    session.addNote("behind the snapshot", null);
    const saved = files.afterKill();
    const whole = Buffer.from(saved.readFile(JOURNAL));
    const lifecycles: string[] = [];
    for (const end of [...lineStarts(whole).slice(1), whole.length]) {
      saved.writeFile(JOURNAL, whole.subarray(0, end));
      const refused = await Session.load("run-1", where(saved)).then(
        () => false,
        (error: { code?: unknown }) => error.code === "CORRUPT_JOURNAL",
      );
      const { lifecycle } = await only(saved);
      expect(lifecycle).toBe(refused ? "unreadable" : "interrupted");
      lifecycles.push(lifecycle);
    }
    expect(new Set(lifecycles)).toEqual(new Set(["unreadable", "interrupted"]));
  });

  it("shows a cut back to a clean stop as unreadable, too", async () => {
    const { session, files } = memorySession();
    await recordEveryKind(session);
    await session.close();
    const stopped = Buffer.from(files.readFile(JOURNAL));
    const early = Buffer.from(files.readFile(SNAPSHOT));
    const again = await Session.open("run-1", where(files));
    again?.addNote("more", null);
    await again?.close();
    expect(await only(files)).toMatchObject({ lifecycle: "interrupted", closed: true });
    files.writeFile(JOURNAL, stopped);
    expect(await codeOf(() => Session.load("run-1", where(files)))).toBe("CORRUPT_JOURNAL");
    expect(await only(files)).toMatchObject({ lifecycle: "unreadable" });
    files.writeFile(SNAPSHOT, early);
    expect(await only(files)).toMatchObject({ lifecycle: "interrupted", closed: true });
  });

  it("looks again where a repair takes the snapshot away while it looks", async () => {
    const { session, files } = memorySession();
    await session.end("success");
    const whole = Buffer.from(files.readFile(JOURNAL));
    const [, second = 0] = lineStarts(whole);
    files.writeFile(JOURNAL, whole.subarray(0, second));
    expect(await only(files)).toMatchObject({ lifecycle: "unreadable" });
    const open = files.open.bind(files);
    let opened = 0;
    files.open = (path, how) => {
      // The first look is for an end, and finds none.
      if (path === JOURNAL && ++opened === 2) files.remove(SNAPSHOT);
      return open(path, how);
    };
    expect(await only(files)).toMatchObject({ lifecycle: "interrupted", role: "impl" });
  });

  it("believes no end that only looks like one", async () => {
    const { session, files } = memorySession();
    session.append({ type: "x-session.ended", data: { outcome: "success" } });
    session.addNote("session.ended", { outcome: "success", summary: {} });
    await session.close();
    expect(await only(files)).toMatchObject({ lifecycle: "interrupted", outcome: null });
    const files2 = new MemoryFiles();
    // An end without its summary, as another writer may put it: the journal is read through instead.
    putAll(files2, {
      "run-1.ndjson": sealLines([
        unsealedStart(),
        unsealed(2, { type: "message.added", data: '{"message":{"role":"user","content":""}}' }),
        unsealed(3, { type: "session.ended", data: '{"outcome":"success"}' }),
      ]),
    });
    expect(await only(files2)).toMatchObject({ lifecycle: "ended", outcome: "success", messages: 1 });
  });

  it("shows sessions without a journal from their snapshot", async () => {
    const { session, files } = memorySession();
    await recordEveryKind(session);
    await session.end("success");
    const withJournal = await only(files);
    files.remove(JOURNAL);
    expect(await only(files)).toEqual({ ...withJournal, bytes: files.readFile(SNAPSHOT).length });
  });

  it("has nothing for what is no session: other files, kept originals, unfinished snapshots", async () => {
    const files = new MemoryFiles();
    putAll(files, {
      ".gitignore": "*\n",
      "README.md": "x",
      "notes.txt": "x",
      "run-9.ndjson.torn-100": "x",
      "run-9.ndjson.damaged-1": "x",
      "run-9.json.damaged-2": "x",
      ".run-9.0123456789ab.tmp": "x",
      ".hidden.ndjson": "x",
      "..ndjson": "x",
      "not an id!.ndjson": "x",
      ".ndjson": "x",
      ".json": "x",
    });
    expect(await list(files)).toEqual([]);
    expect(await list(new MemoryFiles())).toEqual([]);
  });

  it("says where the folder itself cannot be read", async () => {
    const files = new MemoryFiles();
    files.writeFile(DIRECTORY, "a file");
    expect(await codeOf(() => list(files))).toBe("READ_FAILED");
  });

  it("reads the two ends of an ended session, however long it is, and writes nothing", async () => {
    const { session, files } = memorySession({ files: new MemoryFiles({ log: true }), autosave: false });
    for (let n = 0; n < 2_000; n += 1) session.addMessage({ role: "user", content: "x".repeat(500) });
    await session.end("success");
    const before = files.operations;
    await list(files);
    const done = files.log.filter(({ n }) => n > before).map(({ method }) => method);
    expect(done.filter((method) => method === "read").length).toBe(2);
    expect(done.filter((method) => !["list", "open", "read", "stat", "statPath"].includes(method))).toEqual(
      [],
    );
  });

  it("says for any run the same as its state, while it runs, when it was killed, and when it has ended", async () => {
    const event = fc.oneof(
      ...Object.entries(runtimeEventData).map(([type, data]) =>
        data.map((each) => ({ type, data: each }) as RuntimeEvent),
      ),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(event, { maxLength: 30 }), async (events) => {
        const { session, files } = memorySession();
        for (const each of events) {
          try {
            session.append(each);
          } catch {
            // A call that cannot be started or finished now.
          }
        }
        const expected = () => summarize({ ...initialState(), state: session.toJSON() });
        expect(await only(files)).toMatchObject({
          ...expected(),
          lifecycle: "running",
          status: session.status,
        });
        expect(await only(files.afterKill())).toMatchObject({ ...expected(), lifecycle: "interrupted" });
        await session.end("success");
        expect(await only(files)).toMatchObject({
          ...expected(),
          lifecycle: "ended",
          endTime: session.endTime,
        });
      }),
      { numRuns: 100 },
    );
  });

  it("lets others run while it goes on", async () => {
    const files = new MemoryFiles();
    for (let n = 0; n < 40; n += 1) {
      const { session } = memorySession({
        files,
        sessionId: `run-${n}`,
        autosave: false,
        durability: "process",
      });
      for (let m = 0; m < 400; m += 1) session.addMessage({ role: "user", content: "x".repeat(1_000) });
    }
    const killed = files.afterKill();
    let turns = 0;
    const timer = setInterval(() => {
      turns += 1;
    }, 1);
    expect((await list(killed)).length).toBe(40);
    clearInterval(timer);
    expect(turns).toBeGreaterThan(3);
  });

  it("sees sessions come and go while it lists", async () => {
    const files = new MemoryFiles();
    for (const sessionId of ["run-1", "run-2", "run-3"])
      await memorySession({ files, sessionId }).session.close();
    const seen: [string, string][] = [];
    for await (const { id, lifecycle } of listSessions(where(files))) {
      seen.push([id, lifecycle]);
      if (id === "run-3") {
        files.remove(`${DIRECTORY}/run-2.ndjson`);
        files.remove(`${DIRECTORY}/run-2.json`);
        await (await Session.open("run-1", where(files)))?.end("success");
      }
    }
    expect(seen).toEqual([
      ["run-3", "interrupted"],
      ["run-2", "unreadable"],
      ["run-1", "ended"],
    ]);
  });
});
