import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as v from "valibot";
import { describe, expect, it, test } from "vitest";
import { COMMANDS } from "../../src/cli/commands.js";
import { OUTPUT_SCHEMAS } from "../../src/cli/output/every.js";
import { STARTED } from "../export/sessions.js";
import { temporaryFolder } from "../support/folders.js";
import { recordsOf } from "../support/made-records.js";
import { cut, flip, journalPath, recordHere } from "./journals.js";
import { callFinished, callStarted, ending, message, run } from "./program.js";

/** Sessions of every kind there is: ended, interrupted, torn, corrupt, unreadable. */
async function workspace(): Promise<string> {
  const cwd = temporaryFolder();
  const calls =
    callStarted("1", "read") +
    callFinished("1", { success: false, error: "no needle" }) +
    callStarted("2", "write");
  const secret = message(`ghp${"_x1Y2z3A4b5C6"}${"x1Y2z3A4b5C6".repeat(2)}`);
  await recordHere(cwd, secret + calls + ending("success"), "ended");
  await recordHere(cwd, callStarted("1", "read", false), "interrupted");
  await recordHere(cwd, calls, "torn");
  cut(journalPath(cwd, "torn"), 20);
  await recordHere(cwd, calls + ending("failure"), "corrupt");
  flip(journalPath(cwd, "corrupt"), "needle");
  writeFileSync(journalPath(cwd, "unreadable"), "x\n");
  return cwd;
}

const transcript = `${JSON.stringify({
  type: "user",
  uuid: "u1",
  sessionId: "s1",
  timestamp: "2026-01-21T06:20:30.851Z",
  message: { role: "user", content: "hello" },
})}\nnot JSON\n`;

/** What prints each kind of line. A line is at least expected of each. */
const LINES: { readonly [command: string]: readonly (readonly string[])[] } = {
  diff: [["diff", "--json", "--full", "ended", "interrupted"]],
  export: [
    ["export", "--json", "--format", "openai", "-o", "one.jsonl", "ended"],
    ["export", "--json", "--format", "otlp", "-o", "two.jsonl", "corrupt"],
    ["export", "--json", "--format", "html", "-o", "three.html", "unreadable"],
  ],
  import: [["import", "--json", "transcript.jsonl", "unknown.txt"]],
  list: [["list", "--json"]],
  prune: [
    ["prune", "--json", "--older-than", "30d", "--dry-run"],
    ["prune", "--json", "--older-than", "0s", "--keep-last", "1", "--yes"],
  ],
  repair: [["repair", "--json", "--yes", "corrupt"]],
  "scan-secrets": [["scan-secrets", "--json"]],
  search: [["search", "--json", "needle"]],
  show: [
    ["show", "--json", "ended"],
    ["show", "--json", "torn"],
  ],
  stats: [["stats", "--json"]],
  tail: [
    ["tail", "--json", "ended"],
    ["tail", "--json", "corrupt"],
  ],
  verify: [
    ["verify", "--json", "--all"],
    ["verify", "--json", "nowhere"],
  ],
};

describe("the schemas of --json output", () => {
  it("are those that are tried here", () => {
    expect(Object.keys(LINES)).toEqual(Object.keys(OUTPUT_SCHEMAS));
  });

  test.each(Object.keys(LINES))("%s prints what its schema says, and nothing else", async (command) => {
    const cwd = await workspace();
    writeFileSync(join(cwd, "transcript.jsonl"), transcript);
    writeFileSync(join(cwd, "unknown.txt"), "no transcript\n");
    let printed = 0;
    for (const line of LINES[command] ?? []) {
      const { stdout, stderr } = await run(line, { cwd });
      for (const text of stdout.split("\n").filter((each) => each !== "")) {
        const { success, issues } = v.safeParse(OUTPUT_SCHEMAS[command] as v.GenericSchema, JSON.parse(text));
        const faults = issues?.map(
          ({ message, path }) => `${path?.map(({ key }) => key).join(".")}: ${message}`,
        );
        expect({ text, success, faults }).toEqual({ text, success: true, faults: undefined });
        printed += 1;
      }
      expect(stderr).not.toContain("should not happen");
    }
    expect(printed).toBeGreaterThan(0);
  });
});

test("a record that is one of many sessions' begins with the id of its session", () => {
  const record = recordsOf(STARTED)[0];
  const known = { ...record, hash: "h".repeat(43), id: "019afe5f-5948-7000-8000-000000000002" };
  const fits = (line: object) => v.safeParse(OUTPUT_SCHEMAS.tail as v.GenericSchema, line).success;
  expect([fits(known), fits({ sessionId: "one", ...known }), fits({ sessionId: 1, ...known })]).toEqual([
    true,
    true,
    false,
  ]);
});

test("every command has a schema, or nothing to print for programs", async () => {
  for (const { name, load } of COMMANDS) {
    const hasJson = (await load()).options.some((option) => option.name === "json");
    if (name !== "schema") expect([name, hasJson]).toEqual([name, name in OUTPUT_SCHEMAS]);
  }
});

describe("docs/reference/schema/output", () => {
  it("holds what the schemas say today (npm run docs makes it anew)", async () => {
    const script = new URL("../../docs/generate-schemas.mjs", import.meta.url).href;
    const { outputSchemaFiles } = (await import(script)) as {
      outputSchemaFiles(schemas: object): { [name: string]: string };
    };
    const folder = new URL("../../docs/reference/schema/output/", import.meta.url);
    const found = Object.fromEntries(
      readdirSync(folder).map((name) => [name, readFileSync(new URL(name, folder), "utf8")]),
    );
    expect(found).toEqual(outputSchemaFiles(OUTPUT_SCHEMAS));
  });
});

describe("schema", () => {
  const schema = (...rest: string[]) => run(["schema", ...rest], { cwd: tmpdir() });

  test("names the schemas of events, snapshot and output", async () => {
    const { status, stdout } = await schema();
    expect(status).toBe(0);
    for (const name of ["record", "snapshot", "tool_call.finished", "list", "verify"]) {
      expect(stdout).toMatch(new RegExp(`^${name} +\\S`, "m"));
    }
  });

  test("prints one, whole, and on one line for programs", async () => {
    const pretty = await schema("tool_call.finished");
    const line = await schema("--json", "tool_call.finished");
    expect(JSON.parse(pretty.stdout)).toMatchObject({ title: "data of tool_call.finished", type: "object" });
    expect(line.stdout.split("\n")).toHaveLength(2);
    expect(JSON.parse(line.stdout)).toEqual(JSON.parse(pretty.stdout));
  });

  test("says which name was probably meant", async () => {
    const { status, stderr } = await schema("snapshott");
    expect([status, stderr]).toEqual([2, expect.stringContaining("did you mean snapshot?")]);
  });
});
