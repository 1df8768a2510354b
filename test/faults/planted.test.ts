/** The tests tested: a defect is planted in a copy of the built package, and the torture must say what does not hold. */
import { readFileSync } from "node:fs";
import { afterAll, describe, expect, it } from "vitest";
import { BuiltCopy, type Tortured } from "../support/planted-build.js";
import { plantedDefects } from "../support/planted-defects.js";
import { runToEnd } from "../support/run-to-end.js";

const built = new BuiltCopy();
afterAll(() => built.remove(), 120_000);

/** Enough for every defect that is planted; most are caught in the first life. */
const amount = ["--lives", "30", "--fuzz", "100", "--seed", "20261122", "--json"];

it("a package without a defect is clean", async () => {
  const run = await runToEnd(
    built.plant(null),
    "--lives",
    "6",
    "--fuzz",
    "50",
    "--seed",
    "20261122",
    "--json",
  );
  expect({ code: run.code, errors: run.errors }).toEqual({ code: 0, errors: "" });
  expect(JSON.parse(run.output)).toMatchObject({
    failure: null,
    tally: { lives: 6, inputsFuzzed: 50, losses: 0 },
  });
});

describe("a defect is caught", () => {
  it.each(plantedDefects.map((defect) => [defect.name, defect.caughtBy.join(" or "), defect] as const))(
    "%s: by the check %s",
    async (_name, _checks, defect) => {
      const { code, output } = await runToEnd(built.plant(defect), ...amount);
      const { failure } = JSON.parse(output) as Tortured;
      expect(defect.caughtBy, failure?.told).toContain(failure?.check);
      expect(code).toBe(1);
    },
    60_000,
  );
});

describe("what the torture says of a defect", () => {
  it("is a history that can be lived again, and a shorter one", async () => {
    const defect = plantedDefects.find(({ name }) => name === "fsync left out: of an append");
    const program = built.plant(defect ?? null);
    const { code, output } = await runToEnd(program, "--lives", "3", "--seed", "5", "--shrink", "10");
    expect(code).toBe(1);
    expect(output).toContain("Not held: lives, lost");
    const shorter = /Shorter: npm run torture -- (.*)/.exec(output)?.[1]?.split(" ") ?? [];
    const steps = shorter.at(-1)?.split(",") ?? [];
    expect(steps.length).toBeLessThan(10);
    const again = await runToEnd(program, ...shorter, "--json");
    expect((JSON.parse(again.output) as Tortured).failure?.check).toBe("lost");
  }, 60_000);
});

it("stands in the table of docs/explanation/testing.md, each with what catches it", () => {
  const page = readFileSync(new URL("../../docs/explanation/testing.md", import.meta.url), "utf8");
  const rows = plantedDefects.map(
    ({ name, caughtBy }) => `| ${name} | ${caughtBy.map((check) => `\`${check}\``).join(", ")} |`,
  );
  expect(page).toContain(rows.join("\n"));
});
