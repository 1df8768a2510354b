import fc from "fast-check";
import { afterEach, describe, expect, it, vi } from "vitest";
import { MemoryFiles } from "../../src/files/testing.js";
import { followJournal } from "../../src/journal/follow.js";
import { requiredSessionId } from "../../src/journal/place-of.js";
import { readJournal } from "../../src/journal/read.js";
import { planRepair, repairJournal } from "../../src/journal/repair.js";
import { readSoundPart } from "../../src/journal/sound-part.js";
import { verifyJournal } from "../../src/journal/verify.js";
import { Session } from "../../src/session.js";
import { listSessions } from "../../src/store/list.js";
import { verifySessions } from "../../src/store/verify-sessions.js";
import {
  flipped,
  ID,
  journalOf,
  linesOf,
  sealLines,
  unsealed,
  unsealedStart,
} from "../support/journal-bytes.js";
import { codeOf, toArray } from "../support/outcomes.js";
import { JOURNAL, memorySession, SNAPSHOT } from "../support/runs.js";

const workspaceRoot = "/w";
const HOME = "/w/.choragen/sessions";
const COPY = "/elsewhere/audit.ndjson";

async function recorded(finish: "end" | "kill") {
  const { session, files } = memorySession();
  session.addMessage({ role: "user", content: "x" });
  session.addMessage({ role: "user", content: "y" });
  if (finish === "end") await session.end("success");
  const disk = files.afterKill();
  return {
    journal: Buffer.from(disk.readFile(JOURNAL)),
    snapshot: finish === "end" ? Buffer.from(disk.readFile(SNAPSHOT)) : Buffer.from(""),
  };
}

function disk(contents: { [path: string]: Uint8Array | string }): MemoryFiles {
  const files = new MemoryFiles();
  for (const [path, bytes] of Object.entries(contents)) files.writeFile(path, bytes);
  return files;
}

const textOf = (files: MemoryFiles, path: string) => Buffer.from(files.readFile(path)).toString();

afterEach(() => vi.unstubAllEnvs());

describe("a journal under a name that is not its session's", () => {
  it("is whole anywhere but in a sessions folder, whatever it is called, and says whose it is", async () => {
    const journal = journalOf("one", "two");
    const name = fc.stringMatching(/^[A-Za-z0-9 ._-]{1,30}$/).filter((text) => text !== ID);
    await fc.assert(
      fc.asyncProperty(name, async (called) => {
        const path = `/elsewhere/${called}.ndjson`;
        const files = disk({ [path]: journal });
        expect(await verifyJournal(path, { files })).toMatchObject({
          verdict: "sound",
          sessionId: ID,
          records: 3,
          problems: [],
        });
        expect((await toArray(readJournal(path, { files }))).length).toBe(3);
        files.writeFile(`${HOME}/${called}.ndjson`, journal);
        expect((await verifyJournal(`${HOME}/${called}.ndjson`, { files })).verdict).toBe("corrupt");
      }),
      { numRuns: 50 },
    );
  });

  it("is damage in a sessions folder, for whoever asks by path or by id", async () => {
    const path = `${HOME}/audit.ndjson`;
    const files = disk({ [path]: journalOf("one") });
    expect(await verifyJournal(path, { files })).toMatchObject({
      verdict: "corrupt",
      break: { line: 1, byteOffset: 0, reason: "it names another session than audit" },
    });
    expect(await codeOf(() => toArray(readJournal(path, { files })))).toBe("CORRUPT_JOURNAL");
    expect(await codeOf(() => toArray(followJournal(path, { files })))).toBe("CORRUPT_JOURNAL");
    expect(await codeOf(() => Session.load("audit", { workspaceRoot, files }))).toBe("CORRUPT_JOURNAL");
    const part = readSoundPart(path, { files });
    expect(await toArray(part)).toEqual([]);
    expect(part.found.verdict).toBe("corrupt");
    expect((await toArray(listSessions({ workspaceRoot, files }))).map(({ lifecycle }) => lifecycle)).toEqual(
      ["unreadable"],
    );
  });

  it("is damage wherever somebody asks by id, or says which session it must be of", async () => {
    const files = disk({ "/mine/audit.ndjson": journalOf("one") });
    const [found] = await toArray(verifySessions({ sessionsDir: "/mine", files }));
    expect(found?.verification?.verdict).toBe("corrupt");
    expect(await codeOf(() => Session.load("audit", { sessionsDir: "/mine", files }))).toBe(
      "CORRUPT_JOURNAL",
    );
    const path = "/mine/audit.ndjson";
    expect((await verifyJournal(path, { files, sessionId: "run-2" })).verdict).toBe("corrupt");
    expect((await verifyJournal(path, { files, sessionId: ID })).verdict).toBe("sound");
    expect(await codeOf(() => toArray(followJournal(path, { files, sessionId: "run-2" })))).toBe(
      "CORRUPT_JOURNAL",
    );
  });

  it("must be called so in the folder that the environment names", () => {
    expect(requiredSessionId("/mine/audit.ndjson")).toBeUndefined();
    vi.stubEnv("CHORAGEN_SESSIONS_DIR", "/mine/");
    expect(requiredSessionId("/mine/audit.ndjson")).toBe("audit");
    expect(requiredSessionId("/mine/sub/audit.ndjson")).toBeUndefined();
    expect(requiredSessionId("/mine/audit.ndjson.damaged-1")).toBeUndefined();
    expect(requiredSessionId("/w/.choragen/sessions/../sessions/audit.ndjson")).toBe("audit");
    expect(requiredSessionId("/w/x.choragen/sessions/audit.ndjson")).toBeUndefined();
  });
});

describe("what lies beside a copy", () => {
  it("is not looked at where it is no snapshot of that session, and not written over", async () => {
    const { journal } = await recorded("kill");
    const files = disk({ [COPY]: journal, "/elsewhere/audit.json": '{"a report":1}' });
    expect(await verifyJournal(COPY, { files })).toMatchObject({ verdict: "sound", problems: [] });
    const { after } = await repairJournal(COPY, { files });
    expect(after).toMatchObject({ verdict: "sound", sessionId: ID });
    expect(textOf(files, "/elsewhere/audit.json")).toBe('{"a report":1}');
  });

  it("is not written where nothing lies", async () => {
    const files = disk({ [COPY]: (await recorded("kill")).journal });
    await repairJournal(COPY, { files });
    expect(files.list("/elsewhere")).toEqual(["audit.ndjson"]);
  });

  it("counts where it is the snapshot of that session: a copy that was cut is found out", async () => {
    const { journal, snapshot } = await recorded("end");
    const cut = Buffer.concat(linesOf(journal).slice(0, 2));
    const files = disk({ [COPY]: cut, "/elsewhere/audit.json": snapshot });
    expect((await verifyJournal(COPY, { files })).verdict).toBe("corrupt");
    const { kept, after } = await repairJournal(COPY, { files });
    expect(kept).toEqual(["/elsewhere/audit.ndjson.damaged-1", "/elsewhere/audit.json.damaged-1"]);
    expect(after).toMatchObject({ verdict: "sound", sessionId: ID });
    expect(JSON.parse(textOf(files, "/elsewhere/audit.json")).id).toBe(ID);
  });

  it("says whose journal it should be where it is the snapshot of the session that the file is called after", async () => {
    const { snapshot } = await recorded("end");
    const another = sealLines([unsealedStart("run-2"), unsealed(2)]);
    const path = `/elsewhere/${ID}.ndjson`;
    const files = disk({ [path]: another });
    expect((await verifyJournal(path, { files })).verdict).toBe("sound");
    files.writeFile(`/elsewhere/${ID}.json`, snapshot);
    expect((await verifyJournal(path, { files })).verdict).toBe("corrupt");
    expect((await repairJournal(path, { files })).after).toMatchObject({ verdict: "sound", sessionId: ID });
  });
});

describe("repairing a copy under another name", () => {
  it.each([
    ["is torn", (journal: Buffer) => journal.subarray(0, -20)],
    ["has a changed byte in line 1", (journal: Buffer) => flipped(journal, journal.indexOf("impl"))],
    ["has a broken seal in line 1", (journal: Buffer) => flipped(journal, journal.indexOf(0x0a) - 10)],
    ["has text before line 1", (journal: Buffer) => Buffer.concat([Buffer.from("text\n"), journal])],
    ["has a line missing", (journal: Buffer) => Buffer.concat(linesOf(journal).toSpliced(1, 1))],
  ])("keeps the session that it names, where it %s", async (_, damage) => {
    const { journal } = await recorded("kill");
    const files = disk({ [COPY]: damage(journal) });
    expect(await planRepair(COPY, { files })).toMatchObject({ path: COPY, sessionId: ID, isNeeded: true });
    const { after, before } = await repairJournal(COPY, { files });
    expect(before.verdict).not.toBe("sound");
    expect(after).toMatchObject({ verdict: "sound", sessionId: ID, path: COPY });
    // Nothing is called after the session: it is not at home here.
    expect(files.list("/elsewhere").filter((each) => !each.startsWith("audit.ndjson"))).toEqual([]);
    expect(files.openDescriptors).toBe(0);
  });

  it("names it after the file where it names none, and makes it another's where it is told so", async () => {
    const nameless = disk({ [COPY]: "text\n" });
    expect((await repairJournal(COPY, { files: nameless })).after.sessionId).toBe("audit");
    const odd = disk({ "/elsewhere/my notes.ndjson": "text\n" });
    expect((await repairJournal("/elsewhere/my notes.ndjson", { files: odd })).after.sessionId).toBe(
      "unknown",
    );
    const files = disk({ [COPY]: journalOf("one") });
    const { after } = await repairJournal(COPY, { files, sessionId: "audit" });
    expect(after).toMatchObject({ verdict: "sound", sessionId: "audit" });
  });

  it("does not let what it names choose where files go", async () => {
    for (const sessionId of ["no/such/folder", "../../x"]) {
      const files = disk({ [COPY]: sealLines([unsealedStart(sessionId), unsealed(2)]) });
      const { after } = await repairJournal(COPY, { files });
      expect(after).toMatchObject({ verdict: "sound", sessionId, records: 3 });
      expect(files.list("/elsewhere")).toEqual(["audit.ndjson"]);
    }
  });
});
