import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Arena } from "../../src/journal/arena.js";
import { MAX_LINE_BYTES } from "../../src/journal/line.js";
import { linesOf, sealLines, statedHash, unsealed } from "../support/journal-bytes.js";

/** Texts of all lengths at which something changes: blocks, the limit for measuring, characters of many bytes. */
const lengths = fc.oneof(
  { weight: 8, arbitrary: fc.nat({ max: 300 }) },
  { weight: 2, arbitrary: fc.integer({ min: 5_000, max: 20_000 }) },
  { weight: 1, arbitrary: fc.integer({ min: 65_400, max: 65_700 }) },
  { weight: 1, arbitrary: fc.integer({ min: 300_000, max: 400_000 }) },
);
const line = fc
  .tuple(lengths, fc.constantFrom("a", "é", "漢", "😀"))
  .map(([length, character]) => JSON.stringify({ text: character.repeat(length) }));
const batch = fc.array(line, { minLength: 1, maxLength: 3 });
const START = "S".repeat(43);

function write(arena: Arena, lines: readonly string[]): Buffer {
  const extent = arena.reserve(lines);
  for (const text of lines) arena.add(extent, text);
  return Buffer.from(extent.block.subarray(extent.start, extent.end));
}

/** What is handed over is the end of what was written, and says how much of it only the file has. */
function expectUnfolded(arena: Arena, written: Buffer): void {
  const { spilledBytes, pieces } = arena.takeUnfolded();
  expect(pieces.every((piece) => piece.at(-1) === 0x0a)).toBe(true);
  expect(Buffer.concat(pieces).equals(written.subarray(spilledBytes))).toBe(true);
}

describe("an arena", () => {
  it.each(["", START])("chains lines of any size as the format says, going on from %j", (from) => {
    fc.assert(
      fc.property(fc.array(batch, { maxLength: 20 }), (batches) => {
        const arena = new Arena(from);
        const written = Buffer.concat(batches.map((lines) => write(arena, lines)));
        const expected = sealLines(batches.flat(), from);
        expect(written.equals(expected)).toBe(true);
        expect(arena.hash).toBe(expected.length === 0 ? from : statedHash(expected));
      }),
      { numRuns: 30 },
    );
  });

  it("forgets the lines that are taken back, and chains the next to those that stand", () => {
    const step = fc.record({ lines: batch, keep: fc.boolean() });
    fc.assert(
      fc.property(fc.constantFrom("", START), fc.array(step, { maxLength: 20 }), (from, steps) => {
        const arena = new Arena(from);
        const written: Buffer[] = [];
        for (const { lines, keep } of steps) {
          const extent = arena.reserve(lines);
          const before = arena.hash;
          for (const text of lines) arena.add(extent, text);
          if (keep) written.push(Buffer.from(extent.block.subarray(extent.start, extent.end)));
          else arena.takeBack(extent);
          if (!keep) expect(arena.hash).toBe(before);
        }
        const kept = steps.filter(({ keep }) => keep).flatMap(({ lines }) => lines);
        const expected = sealLines(kept, from);
        expect(Buffer.concat(written).equals(expected)).toBe(true);
        expectUnfolded(arena, expected);
      }),
      { numRuns: 30 },
    );
  });

  it("hands over each line once, whole and in order, however often it is asked", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(batch, fc.boolean()), { maxLength: 20 }), (steps) => {
        const arena = new Arena("");
        let unfolded: Buffer[] = [];
        for (const [lines, take] of steps) {
          unfolded.push(write(arena, lines));
          if (!take) continue;
          expectUnfolded(arena, Buffer.concat(unfolded));
          expect(arena.takeUnfolded()).toEqual({ spilledBytes: 0, pieces: [] });
          unfolded = [];
        }
        expectUnfolded(arena, Buffer.concat(unfolded));
      }),
      { numRuns: 30 },
    );
  });

  it("has nothing to hand over before the first line, also when it goes on from another", () => {
    expect(new Arena("").takeUnfolded()).toEqual({ spilledBytes: 0, pieces: [] });
    expect(new Arena(START).takeUnfolded()).toEqual({ spilledBytes: 0, pieces: [] });
  });

  it("keeps a megabyte or so, however much is written, and uses few blocks", () => {
    const arena = new Arena("");
    const blocks = new Set<Buffer>();
    const written: Buffer[] = [];
    for (let seq = 1; seq <= 20_000; seq += 1) {
      const lines = [unsealed(seq, { data: JSON.stringify("x".repeat(500)) })];
      blocks.add(arena.reserve(lines).block);
      written.push(write(arena, lines));
    }
    const whole = Buffer.concat(written);
    expect(blocks.size).toBeLessThan(16);
    const { spilledBytes, pieces } = arena.takeUnfolded();
    expect(Buffer.concat(pieces).length).toBeLessThan(1.3 * 1024 * 1024);
    expect(Buffer.concat(pieces).equals(whole.subarray(spilledBytes))).toBe(true);
  });

  it("lays the lines of one batch into one block, whatever is left of the last one", () => {
    const arena = new Arena("");
    for (let seq = 1; seq < 3_000; seq += 1) {
      const lines = [unsealed(seq), unsealed(seq, { data: JSON.stringify("x".repeat(seq)) })];
      const { block, start } = arena.reserve(lines);
      const extent = { block, start, end: start };
      for (const text of lines) arena.add(extent, text);
      expect(linesOf(block.subarray(start, extent.end)).length).toBe(2);
    }
  });

  it("refuses a line of more than 256 MiB before it takes memory for it", () => {
    const arena = new Arena("");
    const kept = write(arena, [unsealed(1)]);
    const longest = "x".repeat(MAX_LINE_BYTES - 54);
    expect(() => arena.reserve(["short", longest])).toThrow("more than 256 MiB");
    expect(
      Buffer.concat([kept, write(arena, [unsealed(2)])]).equals(sealLines([unsealed(1), unsealed(2)])),
    ).toBe(true);
  });

  it("counts the bytes of a line, not its characters", () => {
    const arena = new Arena("");
    expect(() => arena.reserve(["漢".repeat(Math.ceil(MAX_LINE_BYTES / 3))])).toThrow("more than 256 MiB");
  });
});
