/** A cut of `npm run load`. */
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../support/folders.js";
import { HEAD, holds, line } from "./table.js";

const program = fileURLToPath(new URL("../../.build/load/main.js", import.meta.url));

describe("npm run load", () => {
  it("loses nothing under many sessions and processes, nor in long ones, and keeps its readers small", async () => {
    const amount = "--sessions 260 --processes 3 --events 2000 --gigabytes 0.01 --megabytes 5".split(" ");
    const { stdout } = await promisify(execFile)(process.execPath, [
      program,
      ...amount,
      "--folder",
      temporaryFolder(),
    ]);
    const [head, rule, ...rows] = stdout.trim().split("\n");
    expect(`${head}\n${rule}`).toBe(HEAD);
    expect(rows).toHaveLength(19);
    expect(rows.filter((row) => !row.endsWith("| yes |"))).toEqual([]);
  }, 120_000);
});

describe("a row of the table", () => {
  const row = { what: "w", seconds: 1, memoryMiB: 60, mostMiB: 64, found: "f", isRight: true };

  it("holds where it is right and within its memory", () => {
    expect([holds(row), line(row)]).toEqual([true, "| w | 1.0 s | 60 of 64 MiB | f | yes |"]);
    expect(line({ ...row, memoryMiB: 65 })).toContain("| NO |");
    expect(line({ ...row, isRight: false })).toContain("| NO |");
  });
});
