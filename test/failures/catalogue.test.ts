/** The catalogue of failures has 25 rows; the page for users and the tests have the same ones, by the same names. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { firstTable, linksOf, readPage, root, sectionsOf } from "../docs/markdown.js";

const here = fileURLToPath(new URL(".", import.meta.url));
const ROWS = Array.from({ length: 25 }, (_, index) => index + 1);

interface Tested {
  readonly title: string;
  readonly file: string;
  /** How many tests stand under the title. */
  readonly tests: number;
}

/** The groups of tests in this folder whose titles begin with the number of a row. */
function testedRows(): Tested[] {
  return readdirSync(here)
    .filter((name) => name.endsWith(".test.ts"))
    .flatMap((file) => {
      const groups = readFileSync(join(here, file), "utf8")
        .split(/^describe/m)
        .slice(1);
      return groups.flatMap((group) => {
        const title = /^[^;]{0,200}?"(\d+\. [^"]*)"/.exec(group)?.[1];
        return title === undefined ? [] : [{ title, file, tests: group.match(/^ {2}it\b/gm)?.length ?? 0 }];
      });
    });
}

const numberOf = (title: string) => Number.parseInt(title, 10);
const page = readPage(join(root, "docs/explanation/failures.md"));
const sections = new Map([...sectionsOf(page, 3)].filter(([title]) => /^\d+\. /.test(title)));
const tested = testedRows();

describe("the catalogue of failures", () => {
  it("has a test for each of its 25 rows, and each row one place", () => {
    expect(tested.map(({ title }) => numberOf(title)).sort((a, b) => a - b)).toEqual(ROWS);
    expect(tested.filter(({ tests }) => tests === 0)).toEqual([]);
  });

  it("is told to users row by row, in order, under the names of the tests", () => {
    expect([...sections.keys()].map(numberOf)).toEqual(ROWS);
    expect([...sections.keys()].sort()).toEqual(tested.map(({ title }) => title).sort());
  });

  it("says of each row what happened elsewhere, what happens here, and where that is tested", () => {
    for (const { title, file } of tested) {
      const text = sections.get(title) ?? "";
      for (const word of ["Elsewhere.", "Here.", "Test."]) expect(text, title).toContain(`**${word}**`);
      const link = `../../test/failures/${file}`;
      expect(
        linksOf({ ...page, prose: text }).map(({ target }) => target),
        title,
      ).toContain(link);
    }
  });

  const catalogue = join(root, "..", "shared", "failures.md");

  it.skipIf(!existsSync(catalogue))("is the one that was collected: every row, every thread", () => {
    const rows = firstTable(readFileSync(catalogue, "utf8"));
    expect(rows.map(([number]) => Number(number))).toEqual(ROWS);
    for (const [number = "", cause = "", threads = ""] of rows) {
      const [title, text = ""] = [...sections].find(([each]) => numberOf(each) === Number(number)) ?? [];
      // The row's own words, up to its arrow, are the title.
      expect(title).toBe(`${number}. ${cause.split(" →")[0]?.replaceAll("`", "").trim()}`);
      const numbers = threads.match(/#\d+/g) ?? [];
      expect(numbers.filter((thread) => !text.includes(thread))).toEqual([]);
    }
  });
});
