import { appendFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { StatsCount, sessionStats } from "../../src/analysis/entry.js";
import { Durations } from "../../src/analysis/stats/durations.js";
import { Session } from "../../src/session.js";
import { initialTally, tallyRecord, tallySummary } from "../../src/state/tally.js";
import { runtimeEventData } from "../event/arbitrary-events.js";
import { temporaryFolder } from "../support/folders.js";
import { flipped, journalOf, lineStarts } from "../support/journal-bytes.js";
import {
  type Event,
  ended,
  failure,
  finished,
  recordsOf,
  STARTED,
  started,
  turn,
  usage,
} from "../support/made-records.js";

type Events = readonly Event[];
const DENIED = { governanceResult: { allowed: false } };

function count(...events: Events): StatsCount {
  const counted = new StatsCount();
  for (const record of recordsOf(STARTED, ...events)) counted.add(record, 100);
  counted.endSession();
  return counted;
}

const figuresOf = (...events: Events) => count(...events).figures();

describe("calls", () => {
  it("are counted by tool, each in one way, the tool with the most calls first", () => {
    const { tools, calls } = figuresOf(
      started("a", "read"),
      started("b", "bash"),
      finished("a", { success: true }, 10),
      finished("b", { success: false }, 30),
      started("a", "bash", {}, DENIED),
      finished("a", { success: false }, 5),
      started("c", "bash"),
    );
    const timing = { timed: 1, totalMs: 30, p50Ms: 30, p95Ms: 30, maxMs: 30 };
    expect(tools).toEqual([
      { name: "bash", calls: 3, failed: 1, denied: 1, open: 1, bytes: 500, ...timing },
      {
        name: "read",
        calls: 1,
        failed: 0,
        denied: 0,
        open: 0,
        bytes: 200,
        timed: 1,
        totalMs: 10,
        p50Ms: 10,
        p95Ms: 10,
        maxMs: 10,
      },
    ]);
    expect(calls).toMatchObject({
      calls: 4,
      failed: 1,
      denied: 1,
      open: 1,
      timed: 2,
      totalMs: 40,
      bytes: 700,
    });
  });

  it("whose id is used again while it is open stay open", () => {
    const { calls } = figuresOf(
      started("a", "x"),
      started("a", "y"),
      finished("a", { success: true }),
      finished("a", { success: true }),
    );
    expect(calls).toMatchObject({ calls: 2, open: 1, timed: 1 });
  });

  it("take what was measured, else the time between, in an import by the source's clock alone", () => {
    const at = (second: number) => ({ at: `2020-01-01T00:00:0${second}Z` });
    const took = (...events: Events) => figuresOf(...events).calls.maxMs;
    expect(took(started("a", "x"), finished("a", { success: true }, 7))).toBe(7);
    expect(took(started("a", "x"), finished("a", { success: true }))).toBe(1000);
    expect(
      took(started("a", "x", {}, at(1)), [
        "tool_call.finished",
        { callId: "a", result: { success: true }, ...at(4) },
      ]),
    ).toBe(3000);
    expect(took(started("a", "x", {}, at(1)), finished("a", { success: true }))).toBeNull();
    expect(
      took(started("a", "x", {}, at(4)), [
        "tool_call.finished",
        { callId: "a", result: { success: true }, ...at(1) },
      ]),
    ).toBeNull();
  });

  it("of an import without times took nobody knows how long, nor did the session", () => {
    const counted = new StatsCount();
    const imported = [STARTED[0], { ...STARTED[1], metadata: { import: { format: "x" } } }] as const;
    for (const record of recordsOf(
      imported,
      started("a", "x"),
      finished("a", { success: true }),
      ended("success"),
    ))
      counted.add(record, 1);
    counted.endSession();
    expect(counted.figures()).toMatchObject({
      sessions: 1,
      elapsedMs: 0,
      calls: { calls: 1, timed: 0, p50Ms: null },
    });
  });
});

describe("percentiles", () => {
  it("are durations that were measured, by nearest rank", () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 1e9, noNaN: true }), { minLength: 1, maxLength: 120 }),
        (all) => {
          const durations = new Durations();
          const other = new Durations();
          for (const [index, each] of all.entries()) (index % 3 === 0 ? other : durations).add(each);
          durations.merge(other);
          const { p50Ms, p95Ms, maxMs, timed } = durations.figures();
          const notAbove = (limit: number | null) =>
            all.filter((each) => each <= (limit ?? -1)).length / all.length;
          const below = (limit: number | null) =>
            all.filter((each) => each < (limit ?? -1)).length / all.length;
          expect(all).toContain(p50Ms);
          expect(notAbove(p50Ms)).toBeGreaterThanOrEqual(0.5);
          expect(below(p50Ms)).toBeLessThan(0.5);
          expect(notAbove(p95Ms)).toBeGreaterThanOrEqual(0.95);
          expect(below(p95Ms)).toBeLessThan(0.95);
          expect([maxMs, timed]).toEqual([Math.max(...all), all.length]);
        },
      ),
    );
  });

  it("of nothing are nothing", () => {
    expect(new Durations().figures()).toEqual({
      timed: 0,
      totalMs: 0,
      p50Ms: null,
      p95Ms: null,
      maxMs: null,
    });
  });
});

describe("tokens", () => {
  it("are counted by model, and once for each response", () => {
    const { models, tokenUsage } = figuresOf(
      usage(10, 1),
      usage(5, 5, { model: "small", responseId: "r", cacheRead: 100 }),
      usage(6, 7, { model: "small", responseId: "r", cacheRead: 200 }),
      usage(1, 1, { model: "small" }),
    );
    expect(models).toEqual([
      { model: "small", responses: 2, tokenUsage: { input: 7, output: 8, total: 15, cacheRead: 200 } },
      { model: "large", responses: 1, tokenUsage: { input: 10, output: 1, total: 11 } },
    ]);
    expect(tokenUsage).toEqual({ input: 17, output: 9, total: 26, cacheRead: 200 });
  });

  it("go over to the model that a response turns out to be of", () => {
    const { models } = figuresOf(
      usage(5, 5, { model: "a", responseId: "r", costUsd: 1 }),
      usage(6, 6, { model: "b", responseId: "r" }),
    );
    expect(models).toEqual([{ model: "b", responses: 1, tokenUsage: { input: 6, output: 6, total: 12 } }]);
  });
});

describe("figures of several sessions", () => {
  it("are those of each added up; ids of one mean nothing in another", () => {
    const first = count(started("a", "x"), usage(1, 1, { responseId: "r" }), turn(1), turn(2));
    const second = count(
      finished("a", { success: true }),
      usage(2, 2, { responseId: "r" }),
      turn(1),
      failure("no"),
    );
    const both = new StatsCount();
    both.merge(first);
    both.merge(second);
    expect(both.figures()).toMatchObject({
      sessions: 2,
      records: 10,
      bytes: 1000,
      elapsedMs: 8000,
      turns: 3,
      errors: 1,
      calls: { calls: 1, open: 1 },
      tokenUsage: { input: 3, output: 3 },
    });
  });

  it("are the same whether records are counted on, or apart and then merged", () => {
    const type = fc.constantFrom(...Object.keys(runtimeEventData));
    const event = type.chain((name) =>
      (runtimeEventData[name] as fc.Arbitrary<object>).map((data) => [name, data] as const),
    );
    fc.assert(
      fc.property(fc.array(fc.array(event, { maxLength: 15 }), { maxLength: 4 }), (sessions) => {
        const on = new StatsCount();
        const merged = new StatsCount();
        for (const events of sessions) {
          for (const record of recordsOf(STARTED, ...events)) on.add(record, 7);
          on.endSession();
          merged.merge(count7(events));
        }
        const { tokenUsage: onUsage, ...rest } = sorted(on);
        const { tokenUsage, ...mergedRest } = sorted(merged);
        expect(mergedRest).toEqual(rest);
        expect(tokenUsage.input).toBe(onUsage.input);
      }),
    );
  });

  it("count what a listing counts", () => {
    const type = fc.constantFrom(...Object.keys(runtimeEventData));
    const event = type.chain((name) =>
      (runtimeEventData[name] as fc.Arbitrary<object>).map((data) => [name, data] as const),
    );
    fc.assert(
      fc.property(fc.array(event, { maxLength: 30 }), (events) => {
        const tally = initialTally();
        for (const record of recordsOf(STARTED, ...events)) tallyRecord(tally, record);
        const { messages, turns, toolCalls, deniedCalls, errors } = tallySummary(tally);
        const figures = figuresOf(...events);
        expect([
          figures.messages,
          figures.turns,
          figures.calls.calls,
          figures.calls.denied,
          figures.errors,
        ]).toEqual([messages, turns, toolCalls, deniedCalls, errors]);
      }),
    );
  });
});

function count7(events: Events): StatsCount {
  const counted = new StatsCount();
  for (const record of recordsOf(STARTED, ...events)) counted.add(record, 7);
  counted.endSession();
  return counted;
}

/** Without the order among equals, and without sums of costs, which depend on the order of adding. */
function sorted(counted: StatsCount) {
  const { tools, models, types, ...rest } = counted.figures();
  const by = <T>(list: T[], name: (each: T) => string) => new Map(list.map((each) => [name(each), each]));
  return {
    ...rest,
    calls: { ...rest.calls, totalMs: 0 },
    tools: by(
      tools.map((tool) => ({ ...tool, totalMs: 0 })),
      ({ name }) => name,
    ),
    models: by(models, ({ model }) => model).size,
    types: by(types, ({ type }) => type),
  };
}

describe("a journal", () => {
  it("is counted to its last byte, by type of event", async () => {
    const session = new Session({
      role: "impl",
      model: "m-1",
      sessionsDir: temporaryFolder(),
      autosave: false,
    });
    session.addMessage({ role: "user", content: "é".repeat(1000) });
    session.addMessage({ role: "user", content: "x" });
    await session.end("success");
    const stats = await sessionStats(session.journalPath);
    expect(stats).toMatchObject({
      sessionId: session.id,
      role: "impl",
      model: "m-1",
      records: 4,
      sessions: 1,
    });
    expect(stats.bytes).toBe(stats.found.sizeBytes);
    expect(new Map(stats.types.map(({ type, records }) => [type, records]))).toEqual(
      new Map([
        ["message.added", 2],
        ["session.started", 1],
        ["session.ended", 1],
      ]),
    );
    expect(stats.types[0]?.type).toBe("message.added");
    expect(stats.types[0]?.bytes).toBeGreaterThan(2000);
    expect(stats.types.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(stats.bytes);
  });

  it("that is damaged is counted up to the damage, and says so", async () => {
    const sound = journalOf("one", "two", "three");
    const path = join(temporaryFolder(), "run-1.ndjson");
    writeFileSync(path, flipped(sound, (lineStarts(sound)[2] ?? 0) + 100));
    const total = new StatsCount();
    const stats = await sessionStats(path, { addTo: total });
    expect(stats).toMatchObject({
      records: 2,
      bytes: lineStarts(sound)[2],
      found: { verdict: "corrupt", break: { line: 3 } },
    });
    expect(total.figures()).toMatchObject({ sessions: 1, records: 2 });
    writeFileSync(path, sound);
    appendFileSync(path, '{"seq":5');
    expect(await sessionStats(path)).toMatchObject({ records: 4, found: { verdict: "torn" } });
  });
});
