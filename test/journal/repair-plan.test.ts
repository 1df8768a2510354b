import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { JournalRecord } from "../../src/event/types.js";
import { MemoryFiles } from "../../src/files/testing.js";
import { planRepair, repairJournal } from "../../src/journal/repair.js";
import type { RepairPlan } from "../../src/journal/repair-plan.js";
import { flipped, lineStarts, linesOf } from "../support/journal-bytes.js";
import { codeOf } from "../support/outcomes.js";
import { DIRECTORY, JOURNAL, memorySession, recordEveryKind, SNAPSHOT } from "../support/runs.js";

const read = (files: MemoryFiles, path: string) => Buffer.from(files.readFile(path));

interface Run {
  journal: Buffer;
  snapshot: Buffer;
  starts: number[];
}

/** A run with every kind of event that ended, was closed, or was killed with a call open. */
async function recorded(finish: "end" | "close" | "kill"): Promise<Run> {
  const { session, files } = memorySession();
  await recordEveryKind(session);
  if (finish === "end") await session.end("success");
  if (finish === "close") await session.close();
  if (finish === "kill") {
    session.startToolCall({ name: "read", params: {}, governanceResult: { allowed: true } });
    await session.save();
  }
  const journal = read(files, JOURNAL);
  return { journal, snapshot: read(files, SNAPSHOT), starts: lineStarts(journal) };
}

/** Plans and then does it, and holds what was done against the plan. */
async function planned(journal: Uint8Array, snapshot?: Uint8Array): Promise<RepairPlan> {
  const files = new MemoryFiles();
  files.writeFile(JOURNAL, journal);
  if (snapshot !== undefined) files.writeFile(SNAPSHOT, snapshot);
  const before = files.list(DIRECTORY).sort();
  const plan = await planRepair(JOURNAL, { files });
  expect(files.list(DIRECTORY).sort(), "planning writes nothing").toEqual(before);
  expect(read(files, JOURNAL).equals(Buffer.from(journal))).toBe(true);
  expect(files.openDescriptors).toBe(0);

  const done = await repairJournal(JOURNAL, { files });
  const mended = read(files, JOURNAL);
  expect(plan.isNeeded).toBe(!mended.equals(Buffer.from(journal)));
  expect(plan.verdict).toBe(done.before.verdict);
  expect(plan.break).toEqual(done.before.break);
  expect(plan.records).toBe(done.before.records);
  expect(plan.salvaged).toBe(done.salvaged);
  const keptNames = { nothing: [], tail: ["torn"], original: ["ndjson.damaged"] }[plan.keeps];
  expect(done.kept.map((path) => /torn|(nd)?json\.damaged/.exec(path)?.[0])).toEqual([
    ...keptNames,
    ...(plan.movesSnapshot ? ["json.damaged"] : []),
  ]);
  if (!plan.isNeeded) return plan;
  const added = recordsFrom(mended, plan.records);
  const repaired = added.find(({ type }) => type === "journal.repaired")?.data ?? {};
  expect(plan.removedBytes).toBe(repaired.removedBytes ?? 0);
  expect(plan.gap).toEqual(repaired.gap);
  expect(plan.infersStart).toBe(added[0]?.type === "session.started" && added[0].data.inferred === true);
  const end = added.at(-1);
  expect(plan.infersEnd).toBe(end?.type === "session.ended" && end.data.inferred === true);
  const closed = added.filter(
    ({ type, data }) =>
      type === "tool_call.finished" && (data.result as { error?: string }).error === "interrupted",
  );
  expect(plan.closedCalls).toBe(closed.length);
  return plan;
}

function recordsFrom(journal: Buffer, count: number): JournalRecord[] {
  return linesOf(journal)
    .slice(count)
    .map((line) => JSON.parse(line.toString()) as JournalRecord);
}

const NOTHING = { isNeeded: false, removedBytes: 0, keeps: "nothing", salvaged: 0, closedCalls: 0 };

describe("the plan of a repair is what is then done", () => {
  it.each(["end", "close"] as const)("where nothing is to be done (%s)", async (finish) => {
    const { journal, snapshot } = await recorded(finish);
    expect(await planned(journal, snapshot)).toMatchObject({
      ...NOTHING,
      verdict: "sound",
      infersEnd: false,
    });
  });

  it("where there is nothing to mend from", async () => {
    expect(await planned(Buffer.alloc(0))).toMatchObject({ ...NOTHING, verdict: "empty", records: 0 });
    expect(await planned(Buffer.alloc(50))).toMatchObject({ ...NOTHING, verdict: "empty" });
  });

  it("where the run was killed", async () => {
    const { journal, snapshot } = await recorded("kill");
    const plan = await planned(journal, snapshot);
    expect(plan).toMatchObject({ isNeeded: true, verdict: "sound", keeps: "nothing", infersEnd: true });
    expect(plan.closedCalls).toBeGreaterThan(0);
  });

  it("where a crash tore the last record", async () => {
    const { journal } = await recorded("end");
    const plan = await planned(journal.subarray(0, -20));
    expect(plan).toMatchObject({ isNeeded: true, verdict: "torn", keeps: "tail", infersEnd: true });
    expect(plan.removedBytes).toBeGreaterThan(0);
  });

  it("where a record was changed and those behind it can be proved", async () => {
    const { journal, snapshot, starts } = await recorded("end");
    const plan = await planned(flipped(journal, (starts[3] ?? 0) + 80), snapshot);
    expect(plan).toMatchObject({ isNeeded: true, verdict: "corrupt", keeps: "original", records: 3 });
    expect(plan.gap?.fromSeq).toBe(4);
    expect(plan.salvaged).toBeGreaterThan(0);
    expect([plan.infersEnd, plan.movesSnapshot]).toEqual([false, true]);
  });

  it("where the first record is lost", async () => {
    const { journal } = await recorded("kill");
    expect(await planned(flipped(journal, 80))).toMatchObject({
      infersStart: true,
      records: 0,
      infersEnd: true,
    });
  });

  it("where a journal was cut that its snapshot saw whole", async () => {
    const { journal, snapshot, starts } = await recorded("end");
    expect(await planned(journal.subarray(0, starts[4]), snapshot)).toMatchObject({
      verdict: "corrupt",
      records: 4,
      salvaged: 0,
      movesSnapshot: true,
    });
  });

  it("wherever it was hurt", async () => {
    const runs = await Promise.all([recorded("end"), recorded("close"), recorded("kill")]);
    const harm = fc.record({
      run: fc.constantFrom(...runs),
      flips: fc.array(fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }), { maxLength: 2 }),
      cut: fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
      withSnapshot: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(harm, async ({ run, flips, cut, withSnapshot }) => {
        let journal = run.journal;
        for (const at of flips) journal = flipped(journal, Math.floor(at * journal.length));
        if (cut !== null) journal = journal.subarray(0, Math.floor(cut * journal.length));
        await planned(journal, withSnapshot ? run.snapshot : undefined);
      }),
      { numRuns: 150 },
    );
  });
});

describe("planning a repair", () => {
  it("is refused where the repair is", async () => {
    const { session, files } = memorySession();
    expect(await codeOf(() => planRepair(JOURNAL, { files }))).toBe("SESSION_LOCKED");
    await session.end("success");
    expect(await codeOf(() => planRepair(`${DIRECTORY}/gone.ndjson`, { files }))).toBe("JOURNAL_MISSING");
    files.writeFile(`${DIRECTORY}/notes.txt`, "x");
    expect(await codeOf(() => planRepair(`${DIRECTORY}/notes.txt`, { files }))).toBe("READ_FAILED");
    expect(files.openDescriptors).toBe(0);
  });
});
