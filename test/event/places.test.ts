import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isWithin, placeOf, putBack, textAt } from "../../src/event/places.js";

/** Every text of a value, by its place. */
function textsOf(value: unknown, way: string[] = []): Map<string, string> {
  const found = new Map<string, string>();
  if (typeof value === "string") found.set(placeOf(way), value);
  if (typeof value !== "object" || value === null) return found;
  for (const [key, member] of Object.entries(value)) {
    for (const [at, text] of textsOf(member, [...way, key])) found.set(at, text);
  }
  return found;
}

const key = fc.oneof(fc.string({ maxLength: 3 }), fc.constantFrom("__proto__", "a/b", "~", "~1", "", "0"));
const { value: anyValue } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    fc.string({ maxLength: 4 }),
    fc.integer(),
    fc.array(tie("value"), { maxLength: 3 }),
    fc.array(fc.tuple(key, tie("value")), { maxLength: 3 }).map((members) => {
      const object = {};
      for (const [name, value] of members)
        Object.defineProperty(object, name, { value, enumerable: true, configurable: true, writable: true });
      return object;
    }),
  ),
}));

describe("a place", () => {
  it("is a JSON Pointer", () => {
    expect(placeOf(["message", 0, "a/b", "m~n", ""])).toBe("/message/0/a~1b/m~0n/");
    expect(isWithin("/message/0", "/message")).toBe(true);
    expect(isWithin("/message", "/message")).toBe(true);
    expect(isWithin("/messages/0", "/message")).toBe(false);
  });

  it("leads to each text of any value, and to nothing else", () => {
    fc.assert(
      fc.property(anyValue, (value) => {
        for (const [at, text] of textsOf({ value })) expect(textAt({ value }, at)).toBe(text);
      }),
    );
    for (const at of [
      "/__proto__/constructor/name",
      "/constructor/name",
      "/0/length",
      "/text/length",
      "text",
    ]) {
      expect(textAt({ text: "abc", list: ["x"] }, at)).toBeUndefined();
    }
  });
});

describe("texts put back", () => {
  it("replace what stood there, and leave everything else and the original as they were", () => {
    fc.assert(
      fc.property(anyValue, fc.func(fc.boolean()), (value, isChosen) => {
        const root = { value };
        const before = JSON.stringify(root);
        const chosen = [...textsOf(root)].filter(([at]) => isChosen(at));
        const changed = putBack(
          root,
          chosen.map(([at, text]) => ({ at, text: `${text}!` })),
        );
        expect(JSON.stringify(root)).toBe(before);
        const wanted = new Map(textsOf(root));
        for (const [at, text] of chosen) wanted.set(at, `${text}!`);
        expect(textsOf(changed)).toEqual(wanted);
        const undone = putBack(
          changed,
          chosen.map(([at, text]) => ({ at, text })),
        );
        expect(JSON.stringify(undone)).toBe(before);
      }),
    );
  });

  it("change nothing where no text stands, whatever a place says", () => {
    const root = { list: ["a"], object: { n: 1 } };
    const places = ["/list/1", "/list/length", "/object/n", "/object", "/__proto__/polluted", "", "/list/00"];
    expect(
      putBack(
        root,
        places.map((at) => ({ at, text: "x" })),
      ),
    ).toEqual(root);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  it("share with the original what no place leads through", () => {
    const root = { a: { text: "a" }, b: { text: "b" } };
    const changed = putBack(root, [{ at: "/a/text", text: "A" }]);
    expect(changed).toEqual({ a: { text: "A" }, b: { text: "b" } });
    expect(changed.b).toBe(root.b);
  });
});
