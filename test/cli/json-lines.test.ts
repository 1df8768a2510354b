import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { JsonLines } from "../../src/cli/json-lines.js";

describe("a JSON line", () => {
  test("is one line that says the same, whatever it holds", () => {
    const lines = new JsonLines();
    const values = fc.oneof(
      fc.dictionary(fc.string({ unit: "binary" }), fc.jsonValue()),
      fc.array(fc.jsonValue()),
    );
    fc.assert(
      fc.property(values, (value) => {
        const line = lines.format(value as object);
        expect(line).not.toMatch(/[\n\r]/);
        // What JSON makes of it alone: it has no negative zero.
        expect(JSON.parse(line)).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  test("keeps lone surrogates and keys that name a prototype", () => {
    const text = '{"__proto__":{"a":"\\ud800"},"b":"\\u2028\\u001b[31m"}';
    expect(new JsonLines().format(JSON.parse(text))).toBe(text);
  });

  test("is refused where the value is no plain JSON, and the next one is not touched by that", () => {
    const lines = new JsonLines();
    const value: { messages: { self?: unknown }[] } = { messages: [{}] };
    (value.messages[0] as { self?: unknown }).self = value;
    expect(() => lines.format(value)).toThrow(/no plain JSON: \$\.messages\[0\]\.self leads back/);
    expect(() => lines.format({ "\u001b[2J": 1n })).toThrow(/\$\["\\u001b\[2J"\] is a bigint/);
    expect(() => lines.format({ at: new Date() })).toThrow(TypeError);
    expect(() => lines.format([undefined])).toThrow("$[0] is undefined");
    expect(lines.format({ a: 1 })).toBe('{"a":1}');
  });
});
