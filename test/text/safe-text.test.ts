import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { safeJson, safeLine, safeLines, safePage, safeText } from "../../src/text/safe-text.js";

const SPELLED_WITH_JOINERS = /[\p{L}\p{M}\p{Nd}]/u;
const LATIN = /\p{Script=Latin}/u;
const PICTURE = /\p{Extended_Pictographic}|\p{Emoji_Modifier}|\ufe0f/u;

/** Whether the joiner stands between letters that are not Latin, between pictures, or behind a sign that ends a word. */
function isJoining(characters: readonly string[], at: number): boolean {
  const [before = "", after = ""] = [characters[at - 1], characters[at + 1]];
  const isBetween = (kind: RegExp) => kind.test(before) && kind.test(after);
  if (isBetween(SPELLED_WITH_JOINERS) && !LATIN.test(before + after)) return true;
  return isBetween(PICTURE) || /[\u0900-\u0dff]/.test(before);
}

/** Whatever a terminal obeys, turns or does not draw, said in another way than the code says it. */
function isHarmless(text: string): boolean {
  const characters = [...text];
  for (const [at, character] of characters.entries()) {
    const code = character.codePointAt(0) ?? 0;
    if (code < 0x20 || (code >= 0x7f && code <= 0x9f) || (code >= 0xd800 && code <= 0xdfff)) return false;
    if (code === 0xad || code === 0x61c || code === 0x180e || code === 0xfeff || code === 0x34f) return false;
    if ((code === 0x200c || code === 0x200d) && isJoining(characters, at)) continue;
    if ((code >= 0xe0000 && code <= 0xe0fff) || (code >= 0xfe00 && code <= 0xfe0d)) return false;
    if ((code >= 0x200b && code <= 0x200f) || (code >= 0x2028 && code <= 0x202e)) return false;
    if ((code >= 0x2060 && code <= 0x206f) || (code >= 0xfff9 && code <= 0xfffb)) return false;
  }
  return true;
}

const anyText = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.string({ unit: "grapheme" }),
  fc
    .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 20 })
    .map((units) => String.fromCharCode(...units)),
  fc
    .array(
      fc.constantFrom(
        "\x1b[2J",
        "\x9b31m",
        "\u202e",
        "\u2066",
        "\u200d",
        "\u200c",
        "\ufe0f",
        "👩",
        "🏽",
        "می",
        "क्",
        "\u2028",
        "\ud800",
        "\r",
        "\n",
        "\t",
        "a",
        "\u{e0041}",
      ),
    )
    .map((parts) => parts.join("")),
);

describe("text from a journal", () => {
  test("holds nothing that a terminal obeys", () => {
    fc.assert(fc.property(anyText, (text) => isHarmless(safeText(text))));
    fc.assert(fc.property(anyText, (text) => isHarmless(safeLine(text))));
    fc.assert(fc.property(anyText, (text) => safeLines(text).every(isHarmless)));
  });

  test("is the same where it was harmless", () => {
    const plain = 'Grüße, 世界 👍🏽 ⚠️ e\u0301 — `code` \\ "x"';
    expect(safeText(plain)).toBe(plain);
    fc.assert(fc.property(anyText, (text) => safeText(safeText(text)) === safeText(text)));
  });

  test.each([
    ["Persian", "می\u200cخواهم، ۱۲\u200cساله"],
    ["Arabic, with the sign that ends a verse", "آية \u06dd١"],
    ["Sinhala", "ශ්\u200dරී ලංකා"],
    ["Bengali", "র\u200d্যাব"],
    ["Devanagari", "क्\u200dष, क्\u200cष"],
    ["Malayalam, as it was written before there were letters for it", "അവന്\u200d പറഞ്ഞു"],
    [
      "families, flags, keycaps and skins",
      "👩🏽\u200d🚀 👨\u200d👩\u200d👧 🏳\ufe0f\u200d🌈 1\ufe0f\u20e3 🇮🇳 ❤\ufe0f ☎\ufe0e",
    ],
    ["Hebrew and Greek", "שָׁלוֹם, καλημέρα"],
  ])("is left as it is written: %s", (_, text) => {
    expect([safeText(text), safeLine(text), safePage(text)]).toEqual([text, text, text]);
  });

  test.each([
    [
      "a joiner between letters of no such script",
      "pay\u200dpal pay\u200cpal",
      "pay\\u{200d}pal pay\\u{200c}pal",
    ],
    ["joiners in a row", "م\u200c\u200cخ", "م\\u{200c}\\u{200c}خ"],
    ["a joiner with nothing to join", "👩\u200d x \u200d🚀", "👩\\u{200d} x \\u{200d}🚀"],
    ["selectors in a row", "😀\ufe0f\ufe0f\u{e0101}", "😀\ufe0f\\u{fe0f}\\u{e0101}"],
    ["a selector behind what is no picture", "a\ufe0f", "a\\u{fe0f}"],
    ["blanks without width", "a\u200bb\u2060c\ufeffd\u00ade", "a\\u{200b}b\\u{2060}c\\u{feff}d\\u{ad}e"],
    ["letters that are drawn as nothing", "\u3164\u115f\uffa0", "\\u{3164}\\u{115f}\\u{ffa0}"],
    ["what is written in tags", "🏴\u{e0067}\u{e007f}", "🏴\\u{e0067}\\u{e007f}"],
    ["marks and isolates of direction", "\u200e\u061c\u2067\u2069", "\\u{200e}\\u{61c}\\u{2067}\\u{2069}"],
  ])("shows %s", (_, text, shown) => {
    expect([safeText(text), safePage(text)]).toEqual([shown, shown]);
    expect(safeText(shown)).toBe(shown);
  });

  test("knows every character, however it is told that a text needs no closer look", () => {
    const hidden = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Default_Ignorable_Code_Point}]/u;
    const drawn = /[\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\u{110bd}\u{110cd}]/u;
    const wrong: string[] = [];
    for (let code = 0; code <= 0xe1000; code += code < 0x20000 ? 1 : 61) {
      const character = String.fromCodePoint(code);
      const isShown = hidden.test(character) && !drawn.test(character);
      if ((safeText(character) === character) === isShown) wrong.push(code.toString(16));
    }
    expect(wrong).toEqual([]);
  });

  test("shows what it does not send", () => {
    expect(safeText("\x1b[31mred\x1b[0m")).toBe("␛[31mred␛[0m");
    expect(safeText("a\x00b\x7fc\x9bd")).toBe("a␀b␡c\\u{9b}d");
    expect(safeText("\u202eabc\u2069")).toBe("\\u{202e}abc\\u{2069}");
    expect(safeText("\ud800x")).toBe("\\u{d800}x");
    expect(safeText("\u{e0041}")).toBe("\\u{e0041}");
    expect(safeLine("a\r\n\t b\rc")).toBe("a b␍c");
    expect(safeLines("a\r\nb\n\tc\u2028d")).toEqual(["a", "b", "    c\\u{2028}d"]);
  });
});

describe("text for a page", () => {
  test("keeps its line breaks and tabs, and nothing else that is not drawn", () => {
    expect(safePage("a\r\n\tb\rc\x1bd\u2028e\n")).toBe("a\n\tb␍c␛d\\u{2028}e\n");
    fc.assert(
      fc.property(anyText, (text) => {
        const page = safePage(text);
        expect(isHarmless(page.replaceAll(/[\n\t]/g, " "))).toBe(true);
        expect(safePage(page)).toBe(page);
      }),
    );
  });
});

describe("JSON for programs", () => {
  test("says the same and holds nothing that a terminal obeys", () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: "binary" }), anyText, (value, text) => {
        const pretty = safeJson(JSON.stringify([value, text], null, 2));
        expect(pretty.split("\n").length).toBe(JSON.stringify([value, text], null, 2).split("\n").length);
        expect(JSON.parse(pretty)).toEqual(JSON.parse(JSON.stringify([value, text])));
        const json = safeJson(JSON.stringify([value, text]));
        expect(isHarmless(json)).toBe(true);
        expect(JSON.parse(json)).toEqual(JSON.parse(JSON.stringify([value, text])));
      }),
    );
  });
});
