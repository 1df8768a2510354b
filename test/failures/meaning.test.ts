/** What the numbers and times in a record mean, and how far old and unknown ones are understood. */
import { copyFileSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { importTranscript } from "../../src/import/entry.js";
import { readJournal } from "../../src/journal/read.js";
import { verifyJournal } from "../../src/journal/verify.js";
import { Session } from "../../src/session.js";
import { listSessions } from "../../src/store/list.js";
import { run } from "../cli/program.js";
import { temporaryFolder } from "../support/folders.js";
import { ID, sealLines, unsealed, unsealedStart } from "../support/journal-bytes.js";
import { errorOf, toArray } from "../support/outcomes.js";

const fixtures = fileURLToPath(new URL("../fixtures/format-1/", import.meta.url));

describe("16. upgrade changes the format", () => {
  it("old fixtures are kept for ever: every journal of format 1 loads to the state that it had", async () => {
    const states = JSON.parse(readFileSync(join(fixtures, "states.json"), "utf8")) as {
      [name: string]: unknown;
    };
    const sessionsDir = temporaryFolder();
    const journals = readdirSync(fixtures).filter((name) => name.endsWith(".ndjson"));
    expect(journals.length).toBeGreaterThan(4);
    let loaded = 0;
    for (const name of journals) {
      copyFileSync(join(fixtures, name), join(sessionsDir, name));
      const id = basename(name, ".ndjson");
      if (id === "corrupt") continue;
      const session = await Session.load(id, { sessionsDir });
      expect(session?.toJSON(), id).toEqual(states[id]);
      loaded += 1;
    }
    expect(loaded).toBe(journals.length - 1);
  });

  it("and a session of the whole-file kind that came before loads too", async () => {
    const sessionsDir = temporaryFolder();
    const id = "session-20251208-143052-abc123";
    copyFileSync(join(fixtures, `${id}.json`), join(sessionsDir, `${id}.json`));
    const session = await Session.load(id, { sessionsDir });
    expect([session?.id, session?.messageCount !== undefined, session?.status]).toEqual([
      id,
      true,
      "completed",
    ]);
  });

  it("a journal of a later format is told as that, by both versions, and not touched", async () => {
    const sessionsDir = temporaryFolder();
    const path = join(sessionsDir, `${ID}.ndjson`);
    const bytes = sealLines([unsealedStart(ID, 2), unsealed(2, { type: "of.another.kind" })]);
    writeFileSync(path, bytes);
    const error = await errorOf(() => Session.open(ID, { sessionsDir }));
    expect(error).toMatchObject({ code: "UNSUPPORTED_FORMAT", found: 2, supported: 1 });
    expect(readFileSync(path).equals(bytes)).toBe(true);
  });
});

describe("17. strict decoding", () => {
  it("unknown events, and known ones of an unknown form, are kept and shown, and hide nothing", async () => {
    const cwd = temporaryFolder();
    const path = join(cwd, `${ID}.ndjson`);
    const said = (text: string) => JSON.stringify({ message: { role: "user", content: text } });
    const texts = [
      unsealed(2, { type: "message.added", data: said("before") }),
      unsealed(3, { type: "tool_call.streamed", data: '{"of":"a later version"}' }),
      unsealed(4, { type: "message.added", data: '{"message":"a text where an object was"}' }),
      unsealed(5, { type: "message.added", data: said("behind") }),
    ];
    writeFileSync(path, sealLines([unsealedStart(), ...texts]), { mode: 0o600 });
    const session = await Session.load(ID, { sessionsDir: cwd });
    expect(session?.messages.map(({ content }) => content)).toEqual(["before", "behind"]);
    expect((await toArray(readJournal(path)))[2]).toMatchObject({
      type: "tool_call.streamed",
      data: { of: "a later version" },
    });
    expect(await verifyJournal(path)).toMatchObject({
      verdict: "sound",
      problems: [{ code: "INVALID_DATA", seq: 4 }],
    });
    const [tail, show] = [
      await run(["tail", path], { cwd }),
      await run(["show", "--no-pager", path], { cwd }),
    ];
    expect([tail.status, show.status]).toEqual([0, 0]);
    expect(tail.stdout).toContain('{"of":"a later version"}');
    for (const text of ["before", "behind"])
      expect([tail.stdout, show.stdout].every((all) => all.includes(text))).toBe(true);

    await (await Session.open(ID, { sessionsDir: cwd }))?.end("success");
    expect((await toArray(readJournal(path))).map(({ type }) => type)).toContain("tool_call.streamed");
  });
});

describe("18. usage repeated per content block or per stream chunk", () => {
  it("is counted once per responseId, in the session, in its replay and in the listing", async () => {
    const sessionsDir = temporaryFolder();
    const session = new Session({ role: "r", model: "m", sessionId: ID, sessionsDir });
    for (const output of [1, 40, 210])
      session.updateTokenUsage(1000, output, { responseId: "r1", cacheRead: 500 });
    for (let block = 0; block < 4; block += 1) session.updateTokenUsage(10, 20, { responseId: "r2" });
    session.updateTokenUsage(1, 1);
    session.updateTokenUsage(1, 1);
    const tokenUsage = { input: 1012, output: 232, total: 1244, cacheRead: 500 };
    expect(session.tokenUsage).toEqual(tokenUsage);
    await session.end("success");
    expect((await Session.load(ID, { sessionsDir }))?.tokenUsage).toEqual(tokenUsage);
    expect(await toArray(listSessions({ sessionsDir }))).toMatchObject([{ tokenUsage }]);
  });

  it("and where a transcript repeats it: one line for each block of a reply, each with the usage of the whole", async () => {
    const sessionsDir = temporaryFolder();
    const usage = { input_tokens: 7, output_tokens: 100, cache_read_input_tokens: 30 };
    const block = (n: number) =>
      JSON.stringify({
        ...{ type: "assistant", uuid: `u${n}`, sessionId: "s", timestamp: `2025-12-08T14:31:0${n}.000Z` },
        message: {
          id: "msg_1",
          role: "assistant",
          model: "m",
          content: [{ type: "text", text: `${n}` }],
          usage,
        },
      });
    const report = await importTranscript(Buffer.from([1, 2, 3, 4].map(block).join("\n")), { sessionsDir });
    expect(report.totals.tokens).toEqual({ input: 7, output: 100, total: 107, cacheRead: 30 });
  });
});

describe("23. clock runs backwards, or two records in one millisecond", () => {
  it("order is seq; time is only shown: also where the clock jumps by years, in mid-run and between two writers", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    onTestFinished(() => void vi.useRealTimers());
    const sessionsDir = temporaryFolder();
    const times = [
      "2025-06-01T12:00:00.000Z",
      "2025-06-01T12:00:00.000Z",
      "1999-01-01T00:00:00.000Z",
      "2031-01-01T00:00:00.000Z",
    ];
    vi.setSystemTime("2025-06-01T12:00:00.000Z");
    const first = new Session({ role: "r", model: "m", sessionId: ID, sessionsDir });
    for (const [n, time] of times.entries()) {
      vi.setSystemTime(time);
      first.addMessage({ role: "user", content: `${n}` });
    }
    await first.close();
    vi.setSystemTime("1971-01-01T00:00:00.000Z");
    const second = await Session.open(ID, { sessionsDir });
    second?.addMessage({ role: "user", content: "4" });
    await second?.end("success");

    const path = join(sessionsDir, `${ID}.ndjson`);
    const records = await toArray(readJournal(path));
    expect(records.map(({ seq }) => seq)).toEqual(records.map((_, index) => index + 1));
    const said = records.filter(({ type }) => type === "message.added");
    expect(said.map(({ time }) => time.slice(0, 4))).toEqual(["2025", "2025", "1999", "2031", "1971"]);
    expect(said.map(({ data }) => (data.message as { content: string }).content)).toEqual([
      "0",
      "1",
      "2",
      "3",
      "4",
    ]);
    expect(new Set(records.map(({ id }) => id)).size).toBe(records.length);
    const loaded = await Session.load(ID, { sessionsDir });
    expect(loaded?.messages.map(({ content }) => content)).toEqual(["0", "1", "2", "3", "4"]);
    expect(await verifyJournal(path)).toMatchObject({ verdict: "sound", problems: [] });
  });
});
