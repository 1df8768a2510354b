import { writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { align } from "../../src/analysis/diff/align.js";
import { findFirstDifference } from "../../src/analysis/diff/first-difference.js";
import { diffSessions, readDifferences, type SessionDiff } from "../../src/analysis/entry.js";
import { temporaryFolder } from "../support/folders.js";
import { flipped, lineStarts, sealLines, unsealed } from "../support/journal-bytes.js";
import {
  type Event,
  ended,
  failure,
  finished,
  message,
  STARTED,
  started,
  turn,
  usage,
} from "../support/made-records.js";
import { toArray } from "../support/outcomes.js";

/** A journal of these events; ids, times and numbers of records are its own. */
function journal(id: string, ...events: readonly Event[]): string {
  const path = join(temporaryFolder(), `${id}.ndjson`);
  const [type, data] = STARTED;
  const all: readonly Event[] = [[type, { ...data, sessionId: id }], ...events];
  const lines = all.map(([type, data], index) =>
    unsealed(index + 1, { type, data: JSON.stringify(data), id: `${id}-${index}` }),
  );
  writeFileSync(path, sealLines(lines));
  return path;
}

async function diff(a: readonly Event[], b: readonly Event[]) {
  const found = await diffSessions(journal("run-a", ...a), journal("run-b", ...b));
  return { found, full: await toArray(readDifferences(found)) };
}

const counts = ({ sameUntilFirst, sameSteps, changed, onlyA, onlyB }: SessionDiff) => ({
  sameUntilFirst,
  sameSteps,
  changed,
  onlyA,
  onlyB,
});

const hello = message("user", "hello");
const call = (id: string, params: object, result: object = { success: true, data: 1 }): Event[] => [
  started(id, "read", params),
  finished(id, result, 5),
];

describe("two runs", () => {
  it("are the same whatever their ids, times, tokens, turns and order of members are", async () => {
    const block = (id: string) => ({ type: "tool_use", id, name: "read", input: { id: "kept", a: 1 } });
    const { found } = await diff(
      [
        hello,
        message("assistant", [block("x")], { toolCalls: [{ id: "1", name: "n" }] }),
        ...call("a", { p: 1, q: 2 }),
        usage(1, 1),
        turn(1),
        ended("success"),
      ],
      [
        hello,
        ["note.added", { kind: "k", data: 1 }],
        message("assistant", [block("y")], { toolCalls: [{ name: "n", id: "2" }], timestamp: 7 }),
        ...call("b", { q: 2, p: 1 }),
        usage(9, 9),
        ended("success"),
      ],
    );
    expect(found).toMatchObject({ same: true, differences: [], sameUntilFirst: 4, sameSteps: 4 });
    expect([found.a.figures.tokenUsage.total, found.b.figures.tokenUsage.total]).toEqual([2, 18]);
  });

  it.each<[string, Event[], Event[], object]>([
    ["a role", [message("user", "x")], [message("system", "x")], { onlyA: 1, onlyB: 1 }],
    ["a text", [message("user", "x")], [message("user", "y")], { changed: 1 }],
    ["a tool", [started("a", "x")], [started("a", "y")], { onlyA: 1, onlyB: 1 }],
    ["an id that is an argument", [...call("a", { id: 1 })], [...call("a", { id: 2 })], { changed: 1 }],
    ["a result", [...call("a", {})], [...call("a", {}, { success: true, data: 2 })], { changed: 1 }],
    ["a result that never came", [...call("a", {})], [started("a", "read")], { changed: 1 }],
    [
      "a denial",
      [started("a", "x")],
      [started("a", "x", {}, { governanceResult: { allowed: false } })],
      { changed: 1 },
    ],
    ["an error", [failure("x")], [failure("y")], { changed: 1 }],
    ["an outcome", [ended("success")], [ended("failure")], { changed: 1 }],
    ["an end", [ended("success")], [], { onlyA: 1 }],
    ["a message more", [], [message("user", "x")], { onlyB: 1 }],
  ])("part at %s", async (_, a, b, expected) => {
    const { found, full } = await diff([hello, ...a], [hello, ...b]);
    expect(found.same).toBe(false);
    expect(counts(found)).toEqual({
      sameUntilFirst: 1,
      sameSteps: 1,
      changed: 0,
      onlyA: 0,
      onlyB: 0,
      ...expected,
    });
    expect(full.length).toBe(found.differences.length);
  });

  it("are aligned again behind a difference", async () => {
    const rest = [message("user", "1"), ...call("c", { n: 1 }), message("user", "2"), ended("success")];
    const { found, full } = await diff(
      [hello, message("assistant", "one way"), turn(1), ...rest],
      [
        hello,
        message("assistant", "one day"),
        turn(1),
        message("user", "extra"),
        ...call("z", { n: 0 }),
        ...rest,
      ],
    );
    expect(counts(found)).toEqual({ sameUntilFirst: 1, sameSteps: 5, changed: 1, onlyA: 0, onlyB: 2 });
    expect(full).toMatchObject([
      {
        kind: "changed",
        a: { seq: 3, turn: 1, content: { role: "assistant", content: "one way" } },
        b: { seq: 3, turn: 1 },
        first: { field: "content", a: "one way", b: "one day", at: 4 },
      },
      { kind: "only-b", b: { kind: "message", turn: 2 } },
      {
        kind: "only-b",
        b: { kind: "call", name: "read", content: { params: { n: 0 }, result: { success: true } } },
      },
    ]);
  });

  it("know the result of a call that finished behind others", async () => {
    const interleaved = (last: number): Event[] => [
      started("a", "slow", { n: 1 }),
      ...call("b", { n: 2 }),
      ...call("c", { n: 3 }),
      finished("a", { success: true, data: last }),
      message("user", `end ${last}`),
    ];
    const { full } = await diff(interleaved(1), interleaved(2));
    expect(full.map(({ a, first }) => [a?.name, first?.field, first?.a])).toEqual([
      ["slow", "result.data", 1],
      ["user", "content", "end 1"],
    ]);
  });

  it("are compared up to damage, which is told", async () => {
    const a = journal("run-a", hello, message("user", "x"), message("user", "y"));
    const b = journal("run-b", hello, message("user", "x"), message("user", "y"));
    const { readFileSync } = await import("node:fs");
    const bytes = readFileSync(b);
    writeFileSync(b, flipped(bytes, (lineStarts(bytes)[3] ?? 0) + 100));
    const found = await diffSessions(a, b);
    expect(found.b.found).toMatchObject({ verdict: "corrupt", break: { line: 4 } });
    expect(counts(found)).toEqual({ sameUntilFirst: 2, sameSteps: 2, changed: 0, onlyA: 1, onlyB: 0 });
  });
});

describe("aligning", () => {
  const row = fc.array(fc.nat({ max: 6 }), { maxLength: 40 });

  /** The longest common subsequence, as the textbook has it. */
  function longest(a: readonly number[], b: readonly number[]): number {
    const lengths = Array.from({ length: a.length + 1 }, () => new Array<number>(b.length + 1).fill(0));
    for (const [i, x] of a.entries()) {
      for (const [j, y] of b.entries()) {
        const up = lengths[i]?.[j + 1] ?? 0;
        const left = lengths[i + 1]?.[j] ?? 0;
        (lengths[i + 1] as number[])[j + 1] = x === y ? (lengths[i]?.[j] ?? 0) + 1 : Math.max(up, left);
      }
    }
    return lengths[a.length]?.[b.length] ?? 0;
  }

  it("joins equal steps only, in order", () => {
    fc.assert(
      fc.property(row, row, (a, b) => {
        let last = -1;
        for (const [at, place] of align(Int32Array.from(a), Int32Array.from(b)).entries()) {
          if (place === -1) continue;
          expect(b[place]).toBe(a[at]);
          expect(place).toBeGreaterThan(last);
          last = place;
        }
      }),
    );
  });

  it("finds all there is where nothing stands once, and all of what is only inserted", () => {
    fc.assert(
      fc.property(row, (a) => {
        const twice = a.flatMap((key) => [key, key]);
        const reversed = [...twice].reverse();
        const joined = align(Int32Array.from(twice), Int32Array.from(reversed)).filter(
          (place) => place !== -1,
        );
        expect(joined.length).toBe(longest(twice, reversed));
        const inserted = a.flatMap((key) => [key + 100, key]);
        const all = align(Int32Array.from(a), Int32Array.from(inserted));
        expect(all.every((place) => place !== -1)).toBe(true);
      }),
    );
  });

  it("ends quickly on a hundred thousand steps that have little in common", () => {
    const random = (seed: number, kinds: number) =>
      Int32Array.from({ length: 100_000 }, (_, at) => ((at * 2654435761 + seed) >>> 7) % kinds);
    const begin = performance.now();
    for (const kinds of [2, 50, 3000, 90_000]) align(random(1, kinds), random(77_777, kinds));
    expect(performance.now() - begin).toBeLessThan(15_000);
  });
});

describe("the first difference", () => {
  const value = fc.jsonValue({ maxDepth: 3 });

  it("is none exactly where two values are equal", () => {
    fc.assert(
      fc.property(value, value, (a, b) => {
        const copy: unknown = JSON.parse(JSON.stringify(a));
        expect(findFirstDifference(copy, JSON.parse(JSON.stringify(a)))).toBeUndefined();
        const differs = JSON.stringify(sortKeys(a)) !== JSON.stringify(sortKeys(b));
        expect(findFirstDifference(copy, JSON.parse(JSON.stringify(b))) !== undefined).toBe(differs);
      }),
    );
  });

  it.each([
    [{ a: { b: [1, 2] } }, { a: { b: [1, 3] } }, { field: "a.b[1]", a: 2, b: 3 }],
    [{ a: 1 }, { a: 1, c: null }, { field: "c", b: null }],
    [{ a: "x😀" }, { a: "x😁" }, { field: "a", a: "x😀", b: "x😁", at: 1 }],
    [{ a: "ab" }, { a: "abc" }, { field: "a", a: "ab", b: "abc", at: 2 }],
    [{ a: [] }, { a: {} }, { field: "a", a: [], b: {} }],
  ])("of %j and %j is told with its place", (a, b, expected) => {
    expect(findFirstDifference(a, b)).toEqual(expected);
  });
});

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (typeof value !== "object" || value === null) return Object.is(value, -0) ? 0 : value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, member]) => [key, sortKeys(member)]),
  );
}
