import { describe, expect, it } from "vitest";
import { textWidth } from "../../src/cli/terminal/width.js";
import { temporaryFolder } from "../support/folders.js";
import { flip, journalPath, recordHere } from "./journals.js";
import { callFinished, callStarted, ending, message, run } from "./program.js";

const A = "session-20251208-143105-3fa2c1";
const B = "session-20251208-143106-91bc02";

async function workspace(a: readonly string[], b: readonly string[]): Promise<string> {
  const cwd = temporaryFolder();
  await recordHere(cwd, a.join(""), A);
  await recordHere(cwd, b.join(""), B);
  return cwd;
}

const one = [
  message("hello"),
  callStarted("x", "read"),
  callFinished("x", { success: true, data: "the text is one" }),
  ending("success"),
];
const two = [
  message("hello"),
  callStarted("y", "read"),
  callFinished("y", { success: true, data: "the text is two" }),
  message("more"),
  ending("success"),
];

describe("diff", () => {
  it("shows where two runs part, from both, and what they came to", async () => {
    const { status, stdout, stderr } = await run(["diff", "3fa2c1", "91bc02"], {
      cwd: await workspace(one, two),
    });
    expect([status, stderr]).toEqual([1, ""]);
    const lines = stdout.split("\n");
    expect(lines[0]).toMatch(/^- A {2}session-20251208-143105-3fa2c1 {2}impl · m-1/);
    expect(lines[1]).toMatch(/^\+ B {2}session-20251208-143106-91bc02/);
    expect(lines.slice(3, 12)).toEqual([
      "The first step is the same; they part at step 2, in turn 1.",
      "",
      "- 3fa2c1:3      read  ok  path=a.ts",
      "+ 91bc02:3      read  ok  path=a.ts",
      "  differs in result.data:",
      "  - the text is one",
      "  + the text is two",
      "",
      "Steps: 2 same · 1 changed · 0 only in A · 1 only in B (--full shows each)",
    ]);
    expect(stdout).toMatch(/\nmessages +1 +2 +\+1 \(\+100 %\)\n/);
  });

  it("shows every difference if asked", async () => {
    const cwd = await workspace(one, two);
    const { stdout } = await run(["diff", "--full", A, B], { cwd });
    expect(stdout).toContain("\n+ 91bc02:5      user  more\n");
    expect(stdout).not.toContain("--full");
  });

  it("ends with 0 where all steps are the same", async () => {
    const { status, stdout } = await run(["diff", A, B], { cwd: await workspace(one, one) });
    expect(status).toBe(0);
    expect(stdout).toContain("They are the same in all 3 steps.");
  });

  it("as JSON is the comparison, then the first difference or all", async () => {
    const cwd = await workspace(one, two);
    const parse = async (...more: string[]) =>
      (await run(["diff", "--json", ...more, A, B], { cwd })).stdout
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line) as object);
    const [diff, first, ...rest] = await parse();
    expect(diff).toMatchObject({
      kind: "diff",
      same: false,
      sameUntilFirst: 1,
      changed: 1,
      onlyB: 1,
      a: { sessionId: A, steps: 3 },
      b: { steps: 4 },
    });
    expect(first).toMatchObject({
      kind: "changed",
      a: { seq: 3, finishedSeq: 4, content: { name: "read" } },
      first: { field: "result.data", at: 12 },
    });
    expect(rest).toEqual([]);
    expect(await parse("--full")).toHaveLength(3);
  });

  it("compares a damaged journal up to the damage, says so, and ends with 1", async () => {
    const cwd = await workspace(one, one);
    flip(journalPath(cwd, B), "the text");
    const { status, stdout, stderr } = await run(["diff", A, B], { cwd });
    expect(status).toBe(1);
    expect(stdout).toContain("they part at step 2");
    expect(stderr).toContain(`${B}: damaged at line 4`);
  });

  it.each([
    [["diff", "latest"], 2, "diff needs two sessions"],
    [["diff", "latest", "nobody"], 3, 'there is no session "nobody"'],
  ])("refuses %j", async (parameters, expected, said) => {
    const { status, stderr } = await run(parameters, { cwd: await workspace(one, two) });
    expect(status).toBe(expected);
    expect(stderr).toContain(said);
  });

  it.each([40, 80])("fits %i columns; what is foreign in it is harmless", async (columns) => {
    const text = (last: string) =>
      message(`${"日本語 ".repeat(80)}\u001b[31m\u202e${last}${" more".repeat(90)}`, "\u009b2J");
    const cwd = await workspace([text("x")], [text("y")]);
    const { stdout } = await run(["diff", A, B], { cwd, env: { COLUMNS: String(columns) } });
    expect(stdout.split("\n").filter((line) => textWidth(line) > columns)).toEqual([]);
    expect(stdout.match(/(?!\n)[\p{Cc}\p{Cf}]/u)).toBeNull();
    const json = await run(["diff", "--json", A, B], { cwd });
    expect(json.stdout.match(/(?!\n)[\p{Cc}\p{Cf}]/u)).toBeNull();
  });
});
