import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CountedResponses } from "../../src/state/counted-responses.js";

/** Few, so that they come again; also such as share bytes, and halves of surrogate pairs. */
const id = fc.oneof(
  fc.constantFrom("a", "b", "\xff", "\xff\0a", "\u0161", "\ud800", "\udc00", "\ud800\udc00", "__proto__", ""),
  fc.string({ unit: "binary", maxLength: 3 }),
);
const figure = fc.oneof(fc.nat(), fc.constantFrom(2 ** 40, 0.1, Number.MAX_VALUE));
const usage = fc.record(
  { input: figure, output: figure, cacheRead: figure, costUsd: figure },
  { requiredKeys: ["input", "output"] },
);

describe("the responses counted", () => {
  it("are just what a map of them would hold", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(id, usage), { maxLength: 200 }), (reports) => {
        const responses = new CountedResponses();
        const expected = new Map<string, object>();
        for (const [responseId, counted] of reports) {
          responses.set(responseId, counted);
          expected.set(responseId, counted);
          expect(responses.size).toBe(expected.size);
        }
        for (const [responseId, counted] of expected) expect(responses.get(responseId)).toEqual(counted);
        expect(responses.get("no such id")).toBeUndefined();
      }),
    );
  });

  it("stay apart in great numbers, however long their ids", () => {
    const responses = new CountedResponses();
    const idOf = (n: number) => `msg_${n.toString(36).padStart(n % 100, "0")}`;
    for (let n = 0; n < 100_000; n += 1) responses.set(idOf(n), { input: n, output: 1, cacheRead: n + 1 });
    for (let n = 0; n < 100_000; n += 997) {
      expect(responses.get(idOf(n))).toEqual({ input: n, output: 1, cacheRead: n + 1 });
    }
    responses.set(idOf(5), { input: 0, output: 0 });
    expect(responses.get(idOf(5))).toEqual({ input: 0, output: 0 });
    expect(responses.size).toBe(100_000);
  });
});
