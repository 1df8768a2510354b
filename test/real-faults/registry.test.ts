/** That the list of real faults is whole; and some of them, which need no privilege. All of them: `npm run faults`. */
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { runToEnd } from "../support/run-to-end.js";
import { wanted } from "./fault-case.js";
import { cases } from "./registry.js";

const program = fileURLToPath(new URL("../../.build/real-faults/main.js", import.meta.url));

describe("the cases of npm run faults", () => {
  it("cover every fault that has to be tried", () => {
    const covered = new Set(cases.flatMap(({ covers }) => covers));
    expect(wanted.filter((fault) => !covered.has(fault))).toEqual([]);
  });

  it("have names of their own, and say what they do and what holds", () => {
    expect(new Set(cases.map(({ name }) => name)).size).toBe(cases.length);
    expect(cases.filter(({ does, holds }) => does === "" || holds === "")).toEqual([]);
  });
});

describe("npm run faults", () => {
  it("tries faults that need no privilege, and loses nothing", async () => {
    const tried = ["echo >>", "a journal that is removed", "process.exit()"];
    const { code, output, errors } = await runToEnd(program, "--seed", "20261122", "--only", tried.join());
    expect({ code, errors }, output).toEqual({ code: 0, errors: "" });
    expect(output).toMatch(/^seed 20261122, /);
    expect(output).toMatch(/\| 3 cases +\| +\| +\d+ \| +0 \| all held/);
    for (const name of tried) expect(output).toContain(`held     ${name}`);
  });

  it("refuses words that no case has in its name", async () => {
    const { code, errors } = await runToEnd(program, "--only", "meteorites");
    expect([code, errors]).toEqual([
      2,
      "--only: no case has meteorites in its name; --list shows them all\n",
    ]);
  });
});
