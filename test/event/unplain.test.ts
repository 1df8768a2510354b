import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { findUnplain } from "../../src/event/unplain.js";

class Point {
  x = 1;
}

const inItself: { a: { back?: unknown }[] } = { a: [{}] };
(inItself.a[0] as { back?: unknown }).back = inItself.a;

const nested = (levels: number): unknown =>
  Array.from({ length: levels }).reduce((inner: unknown) => [inner], 1);

const ofMembers = (members: PropertyDescriptorMap) => Object.defineProperties({}, members);

const faults: [unknown, string, string][] = [
  [inItself, "$.a[0].back", "leads back to what it stands in"],
  [{ a: 1n }, "$.a", "is a bigint"],
  [{ a: [1, undefined] }, "$.a[1]", "is undefined"],
  [Object.assign(new Array(2), { 0: 1 }), "$[1]", "is a hole"],
  [{ a: { "b c": Number.NaN } }, '$.a["b c"]', "is NaN"],
  [{ a: -1 / 0 }, "$.a", "is -Infinity"],
  [{ a: () => 1 }, "$.a", "is a function"],
  [{ a: Symbol("x") }, "$.a", "is a symbol"],
  [{ toJSON: () => 1 }, "$", "has a toJSON of its own"],
  [{ a: Object.create(null, { toJSON: { value: () => 1 } }) }, "$.a", "has a toJSON of its own"],
  [{ a: new Date(0) }, "$.a", "is an object of a class of its own"],
  [{ a: new Point() }, "$.a", "is an object of a class of its own"],
  [{ __proto__: { a: 1 } }, "$", "is an object of a class of its own"],
  [{ a: new Map() }, "$.a", "is an object of a class of its own"],
  [{ [Symbol("x")]: 1 }, "$", "has a member whose key is a symbol"],
  [Object.assign([1], { more: 1 }), "$", "is an array with members of its own"],
  [Object.assign([1], { toJSON: () => 1 }), "$", "is an array with members of its own"],
  [ofMembers({ a: { get: () => 1, enumerable: true } }), "$.a", "is a getter"],
  [ofMembers({ a: { value: 1, enumerable: false } }), "$.a", "is not enumerable"],
  [nested(1001), `$${"[0]".repeat(1000)}`, "is nested deeper than 1000 levels"],
];

describe("what is not plain JSON", () => {
  it.each(faults)("%# is found, with its place", (value, place, why) => {
    expect(findUnplain(value)).toEqual({ place, why });
  });

  it("is nothing that comes back the same", () => {
    const shared = { x: 1 };
    const values = [
      nested(1000),
      { a: shared, b: [shared, shared] },
      JSON.parse('{"__proto__": {"a": 1}, "constructor": 1}'),
      { lone: "\ud800", separators: "\u2028\u2029", absent: undefined },
      Object.assign(Object.create(null), { a: 1 }),
    ];
    for (const value of values) {
      expect(findUnplain(value)).toBeNull();
      expect(JSON.stringify(JSON.parse(JSON.stringify(value)))).toBe(JSON.stringify(value));
    }
  });

  it("is nothing that JSON.parse can give", () => {
    fc.assert(fc.property(fc.json({ maxDepth: 6 }), (text) => findUnplain(JSON.parse(text)) === null));
  });

  it("is found before a getter is called", () => {
    let calls = 0;
    findUnplain(ofMembers({ a: { get: () => (calls += 1), enumerable: true } }));
    expect(calls).toBe(0);
  });
});
