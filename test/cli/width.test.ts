import fc from "fast-check";
import { expect, test } from "vitest";
import { cutToWidth, padToWidth, textWidth, wrapToWidth } from "../../src/cli/terminal/width.js";
import { safeText } from "../../src/text/safe-text.js";

const anyText = fc.string({ unit: "grapheme" }).map(safeText);
const anyWidth = fc.integer({ min: 1, max: 40 });

test("characters take the columns that a terminal gives them", () => {
  expect(textWidth("plain")).toBe(5);
  expect(textWidth("世界")).toBe(4);
  expect(textWidth("e\u0301")).toBe(1);
  expect(textWidth("👍🏽⚠️")).toBe(4);
});

test("text that is cut fits and says that it was cut", () => {
  expect(cutToWidth("abcdef", 6)).toBe("abcdef");
  expect(cutToWidth("abcdefg", 6)).toBe("abcde…");
  expect(cutToWidth("世界世界", 6)).toBe("世界…");
  expect(cutToWidth("abc", 0)).toBe("");
  expect(cutToWidth("x".repeat(1e6), 3)).toBe("xx…");
  fc.assert(fc.property(anyText, anyWidth, (text, width) => textWidth(cutToWidth(text, width)) <= width));
  fc.assert(
    fc.property(
      anyText,
      anyWidth,
      (text, width) => textWidth(text) > width || cutToWidth(text, width) === text,
    ),
  );
});

test("text that is wrapped fits and loses nothing but blanks", () => {
  expect(wrapToWidth("one two three", 7)).toEqual(["one two", "three"]);
  expect(wrapToWidth("abcdefgh ij", 3)).toEqual(["abc", "def", "gh", "ij"]);
  expect(wrapToWidth("", 7)).toEqual([""]);
  const bare = (text: string) => text.replaceAll(" ", "");
  fc.assert(
    fc.property(anyText, fc.integer({ min: 2, max: 40 }), (text, width) => {
      const pieces = wrapToWidth(text, width);
      expect(pieces.every((piece) => textWidth(piece) <= width)).toBe(true);
      expect(bare(pieces.join(""))).toBe(bare(text));
    }),
  );
});

test("padding is by columns", () => {
  expect(padToWidth("世", 4)).toBe("世  ");
  expect(padToWidth("long", 2)).toBe("long");
});
