import fc from "fast-check";
import { expect, test } from "vitest";
import { contentText, preview, previewParams } from "../../src/cli/view/preview.js";

test("parameters are shown as names and values", () => {
  expect(previewParams({ path: "src/a.ts", limit: 20 })).toBe("path=src/a.ts limit=20");
  expect(previewParams({ text: "two words", list: [1, { a: null }] })).toBe(
    'text="two words" list=[1,{"a":null}]',
  );
  expect(previewParams({})).toBe("");
});

test("the text of a message is found in the forms that providers give it", () => {
  expect(contentText("plain")).toBe("plain");
  expect(contentText([{ type: "text", text: "one" }, "two", { type: "thinking", thinking: "three" }])).toBe(
    "one\ntwo\n(thinking) three",
  );
  expect(
    contentText([
      { type: "tool_use", name: "read" },
      { type: "image", source: {} },
    ]),
  ).toBe("[calls read]\n[image]");
  expect(contentText([{ type: "tool_result", content: [{ type: "text", text: "12" }] }])).toBe("12");
  expect(contentText(null)).toBe("");
  expect(contentText({ a: 1 })).toBe('{"a":1}');
});

test("a value of any size and depth costs what is shown of it", () => {
  let deep: unknown = 1;
  for (let level = 0; level < 100_000; level++) deep = [deep];
  expect(preview(deep)).toBe(`${"[".repeat(50)}…${"]".repeat(50)}`);
  expect(preview("x".repeat(1e6))).toBe(`${"x".repeat(500)}…`);
  expect(preview("x".repeat(500))).toBe("x".repeat(500));
  expect(preview(`${"x".repeat(499)}😀`)).toBe(`${"x".repeat(499)}…`);
  expect(preview(Array.from({ length: 1e6 }, () => "y")).length).toBeLessThan(600);
  fc.assert(fc.property(fc.jsonValue(), (value) => preview(value).length <= 501));
});

test("a small value is shown as its JSON", () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 2 }), (value) => {
      const json = JSON.stringify(value);
      if (typeof value !== "string" && json.length < 400) expect(preview(value)).toBe(json);
    }),
  );
});
