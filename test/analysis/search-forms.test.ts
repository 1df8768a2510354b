import { writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { caseVariants } from "../../src/analysis/search/case-variants.js";
import { searchSessions } from "../../src/analysis/search/search-sessions.js";
import { temporaryFolder } from "../support/folders.js";
import { sealLines, unsealed, unsealedStart } from "../support/journal-bytes.js";
import { toArray } from "../support/outcomes.js";

/** Characters whose forms are easily taken for each other's: digits and letters of escapes, cases, halves of pairs. */
const characters = [
  ...'aAnutkKsSeEfF016d/ \\"\n\t\u0008\u001b\u007féÉßẞяЯ日\u212a\u017f\u2028\u2029\ufeff',
  "😀",
  "𐐀",
  "𐐨",
  "\ud83d",
  "\ude00",
];
const text = fc.array(fc.constantFrom(...characters), { maxLength: 12 }).map((all) => all.join(""));

/** A writer of JSON that chooses for each character among the forms that it may have. */
function encode(value: string, choose: () => number): string {
  let json = '"';
  for (const character of value) {
    const usual = JSON.stringify(character).slice(1, -1);
    const units = Array.from({ length: character.length }, (_, at) => {
      const digits = character.charCodeAt(at).toString(16).padStart(4, "0");
      return `\\u${choose() % 2 === 0 ? digits : digits.toUpperCase()}`;
    }).join("");
    const forms = [usual, usual, usual, units, ...(character === "/" ? ["\\/"] : [])];
    json += forms[choose() % forms.length];
  }
  return `${json}"`;
}

/** Decodes every line and looks into every text of it. */
function naive(lines: readonly string[], needle: string, ignoreCase: boolean): number[] {
  const source = [...needle].map((character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);
  const expression = new RegExp(source.join(""), ignoreCase ? "iu" : "u");
  const holds = (value: unknown): boolean => {
    if (typeof value === "string") return expression.test(value);
    if (typeof value !== "object" || value === null) return false;
    return Object.entries(value).some(
      ([key, member]) => (!Array.isArray(value) && expression.test(key)) || holds(member),
    );
  };
  return lines.flatMap((line, index) => (holds(JSON.parse(line).data) ? [index + 2] : []));
}

describe("a search for a literal", () => {
  it.each([false, true])(
    "finds what decoding every line would find (ignoring case: %s)",
    async (ignoreCase) => {
      const run = fc.record({
        texts: fc.array(fc.tuple(text, text), { minLength: 1, maxLength: 4 }),
        choices: fc.array(fc.nat({ max: 59 }), { minLength: 50, maxLength: 50 }),
        needle: fc.oneof(
          text.filter((needle) => needle !== ""),
          fc.record({ from: fc.nat({ max: 11 }), length: fc.integer({ min: 1, max: 6 }) }),
        ),
      });
      const path = join(temporaryFolder(), "run-1.ndjson");
      await fc.assert(
        fc.asyncProperty(run, async ({ texts, choices, needle: wanted }) => {
          const needle =
            typeof wanted === "string"
              ? wanted
              : (texts[0]?.[1].slice(wanted.from, wanted.from + wanted.length) ?? "");
          fc.pre(needle !== "");
          let next = 0;
          const choose = () => choices[next++ % choices.length] ?? 0;
          const lines = texts.map(([key, value], index) => {
            const data = `{${encode(`x${key}`, choose)}:[1,${encode(value, choose)}]}`;
            return `${unsealed(index + 2, { data })}}`;
          });
          writeFileSync(path, sealLines([unsealedStart(), ...lines.map((line) => line.slice(0, -1))]));
          const found = await toArray(searchSessions({ pattern: needle, ignoreCase, journals: [path] }));
          expect(found.map(({ seq }) => seq)).toEqual(naive(lines, needle, ignoreCase));
          for (const match of found) {
            const expected = ignoreCase ? match.text.length : needle.length;
            expect(match.text.length).toBe(expected);
          }
        }),
        { numRuns: 500 },
      );
    },
  );
});

describe("the variants of a character", () => {
  it("are those that a regular expression takes for it", () => {
    const ascii = Array.from({ length: 128 }, (_, code) => String.fromCharCode(code));
    for (const character of [...ascii, "é", "ß", "Я", "Å", "Σ", "\u01c5", "𐐀", "日"]) {
      const source = `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
      const same = new RegExp(source, "giu");
      expect(new Set(caseVariants(character)), character).toEqual(new Set(everything.match(same)));
    }
  });
});

const everything = Array.from({ length: 0x11_0000 }, (_, code) =>
  code >= 0xd800 && code <= 0xdfff ? "" : String.fromCodePoint(code),
).join("");
