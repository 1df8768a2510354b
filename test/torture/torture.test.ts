/** A cut of the torture. At length: `npm run torture -- --seconds 1800`. */
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import type { Tortured } from "../support/planted-build.js";
import { runToEnd } from "../support/run-to-end.js";

const program = fileURLToPath(new URL("../../.build/torture/main.js", import.meta.url));
const seed = "20261122";

describe("npm run torture", () => {
  it("loses nothing in lives, fuzzed inputs, real faults and kills", async () => {
    const amount = ["--lives", "16", "--fuzz", "300", "--real", "12", "--kills", "1"];
    const { code, output, errors } = await runToEnd(program, ...amount, "--seed", seed);
    expect({ code, errors }, output).toEqual({ code: 0, errors: "" });
    expect(output).toContain(`seed ${seed}`);
    const rows = new Map(
      [...output.matchAll(/\| (\w[\w ]*?) +\| +([\d,]+) \|/g)].map(([, row, n]) => [
        row,
        Number(n?.replaceAll(",", "")),
      ]),
    );
    expect(rows.get("losses")).toBe(0);
    for (const row of [
      "fault points",
      "crash states",
      "real faults",
      "kills",
      "inputs fuzzed",
      "rewinds told to followers",
    ]) {
      expect(rows.get(row), row).toBeGreaterThan(0);
    }
    expect(rows.get("acknowledged events checked")).toBeGreaterThan(10_000);
  }, 120_000);

  it("takes the same course for the same seed", async () => {
    const args = ["--only", "lives", "--lives", "2", "--seed", "7", "--json"];
    const [one, other] = [await runToEnd(program, ...args), await runToEnd(program, ...args)];
    expect((JSON.parse(one.output) as Tortured).tally.steps).toBeGreaterThan(100);
    expect(one.output).toBe(other.output);
  }, 60_000);

  it("refuses a part that it does not have", async () => {
    const { code, errors } = await runToEnd(program, "--only", "deaths");
    expect([code, errors]).toEqual([2, "--only takes lives, fuzz, real, kills\n"]);
  });
});
