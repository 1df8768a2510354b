import fc from "fast-check";
import { expect, test } from "vitest";
import { LastOf } from "../../../src/cli/tail/last-of.js";

test("what is kept are the last, in order", () => {
  fc.assert(
    fc.property(fc.array(fc.integer()), fc.nat({ max: 20 }), (items, count) => {
      const kept = new LastOf<number>(count);
      for (const item of items) kept.add(item);
      expect([...kept]).toEqual(count === 0 ? [] : items.slice(-count));
    }),
  );
});
