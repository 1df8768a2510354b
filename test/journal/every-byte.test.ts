/** A real journal with every type of event, cut at every byte and with every byte changed. */
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { EVENT_TYPES } from "../../src/event/event-types.js";
import { MemoryFiles } from "../../src/files/testing.js";
import { decodeLine } from "../../src/journal/line.js";
import { verifyJournal } from "../../src/journal/verify.js";
import { Session } from "../../src/session.js";
import { reduce } from "../../src/state/reduce.js";
import { initialState } from "../../src/state/state.js";
import { flipped, lineStarts, linesOf } from "../support/journal-bytes.js";
import { JOURNAL, memorySession, recordEveryKind, SNAPSHOT, where } from "../support/runs.js";

/** Every type that a journal of this version can hold. */
/** Seals need a key: test/signing cuts and changes them. */
const TYPES = [...EVENT_TYPES.filter((type) => type !== "journal.sealed"), "x-own.event"];

interface Run {
  journal: Buffer;
  snapshot: Buffer;
  starts: number[];
  /** The state after each number of records, as text; "null" after none. */
  states: string[];
}

/** Recorded, torn by a crash, recovered, closed, opened again and ended. */
async function recordRun(): Promise<Run> {
  const { session, files } = memorySession();
  await recordEveryKind(session);
  const crashed = files.afterKill();
  const fd = crashed.open(JOURNAL, "append");
  crashed.write(fd, Buffer.from('{"seq":99,"time":'), 0, 17);
  crashed.close(fd);
  const recovered = await Session.open(session.id, where(crashed));
  await recovered?.close();
  const last = await Session.open(session.id, where(crashed));
  last?.addMessage({ role: "assistant", content: "done" });
  await last?.end("success");

  const journal = Buffer.from(crashed.readFile(JOURNAL));
  const replay = initialState();
  const states = ["null"];
  for (const line of linesOf(journal)) {
    const record = decodeLine(line.subarray(0, -1));
    if (typeof record === "string") throw new Error(record);
    states.push(JSON.stringify(reduce(replay, record).state));
  }
  return { journal, snapshot: Buffer.from(crashed.readFile(SNAPSHOT)), starts: lineStarts(journal), states };
}

describe("a journal with every type of event", () => {
  let run: Run;
  const files = new MemoryFiles();

  beforeAll(async () => {
    run = await recordRun();
    // A journal that breaks is looked at again after a while. Nobody writes to these, so no time need pass.
    vi.stubGlobal("setTimeout", (work: () => void) => setImmediate(work));
  });

  afterAll(() => {
    vi.unstubAllGlobals();
  });

  /** What loading gives: the state as text, or the code of the error. */
  async function load(journal: Buffer, snapshot?: Buffer): Promise<{ shown: string; torn?: unknown }> {
    files.writeFile(JOURNAL, journal);
    if (snapshot !== undefined) files.writeFile(SNAPSHOT, snapshot);
    try {
      const session = await Session.load("run-1", where(files));
      const torn = session?.health.torn;
      return { shown: JSON.stringify(session), ...(torn === undefined ? {} : { torn }) };
    } catch (error) {
      return { shown: (error as { code: string }).code };
    } finally {
      if (snapshot !== undefined) files.remove(SNAPSHOT);
    }
  }

  async function verify(journal: Buffer): Promise<string> {
    files.writeFile(JOURNAL, journal);
    try {
      return (await verifyJournal(JOURNAL, { files })).verdict;
    } catch (error) {
      return (error as { code: string }).code;
    }
  }

  it("has every type", async () => {
    const types = linesOf(run.journal).map((line) => (JSON.parse(line.toString()) as { type: string }).type);
    expect(TYPES.filter((type) => !types.includes(type))).toEqual([]);
    expect(await load(run.journal)).toEqual({ shown: run.states.at(-1) });
    expect(await verify(run.journal)).toBe("sound");
  });

  it("cut at every byte loads to its longest sound prefix, says what is torn, and verifies as what it is", async () => {
    const wrong: unknown[] = [];
    for (let size = 0; size <= run.journal.length; size += 1) {
      const cut = run.journal.subarray(0, size);
      const records = run.starts.filter((start) => start <= size).length - 1;
      const end = run.starts[records] ?? 0;
      const torn = records > 0 && size > end ? { byteOffset: end, bytes: size - end } : undefined;
      const found = await load(cut);
      const verdict = await verify(cut);
      const expected = records === 0 ? "empty" : size === end ? "sound" : "torn";
      const isRight = found.shown === run.states[records] && verdict === expected && same(found.torn, torn);
      if (!isRight) wrong.push({ size, found, verdict });
    }
    expect(wrong).toEqual([]);
  });

  it("cut at every byte, but with its snapshot, is damage: it is known to have been longer", async () => {
    const wrong: unknown[] = [];
    for (let size = 0; size < run.journal.length; size += 1) {
      const { shown } = await load(run.journal.subarray(0, size), run.snapshot);
      if (shown !== "CORRUPT_JOURNAL") wrong.push({ size, shown });
    }
    expect(wrong).toEqual([]);
  });

  // One bit, and the byte itself: what is left of that one is a zero.
  it.each<[string, (byte: number) => number]>([
    ["its lowest bit", () => 0x01],
    ["all that was set in it", (byte) => byte],
  ])(
    "with %s of every byte changed in turn: verify finds it, and nothing changed is loaded",
    async (_what, maskOf) => {
      const wrong: unknown[] = [];
      for (let at = 0; at < run.journal.length; at += 1) {
        const changed = flipped(run.journal, at, maskOf(run.journal[at] ?? 0));
        const verdict = await verify(changed);
        const { shown } = await load(changed);
        if (!isHonest(verdict, shown, at)) wrong.push({ at, verdict, shown });
      }
      expect(wrong).toEqual([]);
    },
  );

  it("takes a changed byte for a crash only where a crash can leave it: no line feed at the end, or a zero", async () => {
    const wrong: unknown[] = [];
    for (let at = 0; at < run.journal.length; at += 1) {
      const verdict = await verify(flipped(run.journal, at, 0xff));
      const isLastLineFeed = at === run.journal.length - 1;
      if (verdict !== (isLastLineFeed ? "torn" : "corrupt")) wrong.push({ at, verdict });
    }
    expect(wrong).toEqual([]);
  });

  /** What is loaded is what stands before the byte that changed, or nothing. */
  function isHonest(verdict: string, shown: string, at: number): boolean {
    const hurtLine = run.starts.filter((start) => start <= at).length;
    if (verdict === "torn" || verdict === "empty") return shown === run.states[hurtLine - 1];
    return shown === (verdict === "corrupt" ? "CORRUPT_JOURNAL" : "UNSUPPORTED_FORMAT");
  }
});

function same(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
