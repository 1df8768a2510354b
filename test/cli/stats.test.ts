import { describe, expect, it } from "vitest";
import { textWidth } from "../../src/cli/terminal/width.js";
import { temporaryFolder } from "../support/folders.js";
import { flip, journalPath, recordHere } from "./journals.js";
import { callFinished, callStarted, ending, message, run } from "./program.js";

const ID = "session-20251208-143105-3fa2c1";
const OTHER = "session-20251201-143105-91bc02";
const USAGE = `${JSON.stringify({ type: "token_usage.updated", data: { input: 1200, output: 34, model: "small" } })}\n`;

async function workspace(): Promise<string> {
  const cwd = temporaryFolder();
  const calls = ["a", "b", "c"].map(
    (id) => callStarted(id, "bash") + callFinished(id, { success: id !== "b" }),
  );
  await recordHere(
    cwd,
    [message("hello"), ...calls, callStarted("d", "rm", false), USAGE, ending("success")].join(""),
    ID,
  );
  await recordHere(cwd, message("x".repeat(5000)) + callStarted("a", "bash"), OTHER);
  return cwd;
}

function cells(stdout: string, first: string): string[] | undefined {
  return stdout
    .split("\n")
    .find((line) => line.startsWith(first))
    ?.split(/ {2,}/);
}

describe("stats", () => {
  it("of one session are its tools, models and events", async () => {
    const { status, stdout, stderr } = await run(["stats", "3fa2c1"], { cwd: await workspace() });
    expect([status, stderr]).toEqual([0, ""]);
    expect(stdout.split("\n")[0]).toBe(ID);
    expect(cells(stdout, "TOOL")).toEqual([
      "TOOL",
      "CALLS",
      "FAILED",
      "DENIED",
      "P50",
      "P95",
      "MAX",
      "TOGETHER",
      "BYTES",
    ]);
    expect(cells(stdout, "bash")?.slice(0, 5)).toEqual(["bash", "3", "1", "7 ms", "7 ms"]);
    expect(cells(stdout, "rm")?.slice(0, 3)).toEqual(["rm", "1", "1"]);
    expect(cells(stdout, "all")?.slice(0, 4)).toEqual(["all", "4", "1", "1"]);
    expect(cells(stdout, "small")).toEqual(["small", "1", "1,200", "34"]);
    expect(cells(stdout, "tool_call.started")?.[1]).toBe("4");
  });

  it("of the workspace are those of all together, and a row for each, the newest first", async () => {
    const { stdout } = await run(["stats"], { cwd: await workspace() });
    expect(stdout).toMatch(/^2 sessions · /);
    expect(cells(stdout, "bash")?.slice(0, 4)).toEqual(["bash", "4", "1", "1"]);
    const rows = stdout.split("\n").filter((line) => line.startsWith("session-"));
    expect(rows.map((line) => line.split(/ {2,}/)[0])).toEqual([ID, OTHER]);
  });

  it("as JSON are a line for each session and one for all", async () => {
    const cwd = await workspace();
    const parse = ({ stdout }: { stdout: string }) =>
      stdout
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line) as object);
    const all = parse(await run(["stats", "--json"], { cwd }));
    expect(all).toMatchObject([
      {
        kind: "session",
        sessionId: ID,
        calls: { calls: 4, failed: 1, denied: 1, p95Ms: 7 },
        tokenUsage: { total: 1234 },
      },
      {
        kind: "session",
        sessionId: OTHER,
        calls: { open: 1, p50Ms: null },
        types: [{ type: "message.added" }, {}, {}, {}],
      },
      { kind: "all", sessions: 2, calls: { calls: 5 } },
    ]);
    expect(parse(await run(["stats", "--json", "latest"], { cwd }))).toHaveLength(1);
    expect(parse(await run(["stats", "--json", "--since", "2025-12-05"], { cwd }))).toMatchObject([
      { sessionId: ID },
    ]);
  });

  it("of a damaged journal are those of its sound part, and the status is 1", async () => {
    const cwd = await workspace();
    flip(journalPath(cwd, ID), "hello");
    const { status, stdout, stderr } = await run(["stats"], { cwd });
    expect(status).toBe(1);
    expect(stderr).toContain(`${ID}: damaged at line 2`);
    expect(stdout).toMatch(/^2 sessions · /);
  });

  it.each([
    [["stats", "--since", "7d", "latest"], 2, "name none with them"],
    [["stats", "--since", "soon"], 2, "--since takes a span of time"],
    [["stats", "nobody"], 3, 'there is no session "nobody"'],
  ])("refuses %j", async (parameters, expected, said) => {
    const { status, stdout, stderr } = await run(parameters, { cwd: await workspace() });
    expect([status, stdout]).toEqual([expected, ""]);
    expect(stderr).toContain(said);
  });

  it("say so where there is nothing to count", async () => {
    const { status, stderr } = await run(["stats", "--since", "2025-12-20"], { cwd: await workspace() });
    expect([status, stderr]).toEqual([0, "choragen-session: there are no sessions to count\n"]);
  });

  it.each([50, 80, 140])("fit %i columns; what is foreign in them is harmless", async (columns) => {
    const cwd = temporaryFolder();
    const names = Array.from(
      { length: 20 },
      (_, at) => `\u001b[31m工具\u202e-${"long-name-".repeat(6)}${at}`,
    );
    await recordHere(cwd, names.map((name, at) => callStarted(`c${at}`, name)).join(""), ID);
    const env = { COLUMNS: String(columns) };
    const { stdout } = await run(["stats", "latest"], { cwd, env });
    expect(stdout.split("\n").filter((line) => textWidth(line) > columns)).toEqual([]);
    expect(stdout.match(/(?!\n)[\p{Cc}\p{Cf}]/u)).toBeNull();
    expect(stdout).toContain("… 8 more tools (--full shows all)");
    const full = await run(["stats", "latest", "--full"], { cwd, env });
    expect(full.stdout.match(/^␛\[31m/gm)).toHaveLength(20);
    const piped = await run(["stats", "latest"], { cwd });
    expect(piped.stdout).toContain(`${"long-name-".repeat(6)}19`);
  });
});
