import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { samples } from "../redaction/samples.js";
import { temporaryFolder } from "../support/folders.js";
import { flip, journalPath, recordHere } from "./journals.js";
import { callFinished, callStarted, ending, message, RECORD, run } from "./program.js";

const ID = "session-20251208-143105-3fa2c1";
const TOKEN = samples().find(({ kind }) => kind === "github-token")?.secret ?? "";

async function workspace(): Promise<string> {
  const cwd = temporaryFolder();
  await recordHere(cwd, message("nothing here") + ending("success"), "session-20251201-143105-91bc02");
  const calls = callStarted("c", "sh") + callFinished("c", { success: true, data: { out: [TOKEN] } });
  await recordHere(cwd, message(`${TOKEN} ${TOKEN}`) + calls + ending("success"), ID);
  return cwd;
}

describe("scan-secrets", () => {
  it("prints places under their sessions, what they come to, and never a value", async () => {
    const { status, stdout, stderr } = await run(["scan-secrets"], { cwd: await workspace() });
    const tag = /\d {2}([\w-]{12}) {2}github-token/.exec(stdout)?.[1] ?? "";
    const lines = stdout.replaceAll(tag, "<tag>").replace(/\d\d:\d\d:\d\d|\d{4}-\d\d-\d\d/g, "<time>");
    expect([status, stderr]).toEqual([1, ""]);
    expect(lines).toBe(
      [
        `${ID}  <time>`,
        "3fa2c1:2      <time>  <tag>  github-token           message.content ×2",
        "3fa2c1:4      <time>  <tag>  github-token           result.data.out[0]",
        "",
        "1 secret at 2 places in 1 of 2 sessions: 1 github-token",
        "equal tags are equal secrets; revoke them first, then prune the sessions",
        "",
      ].join("\n"),
    );
  });

  it("prints NDJSON without the count", async () => {
    const { status, stdout } = await run(["scan-secrets", "--json", "3fa2c1"], { cwd: await workspace() });
    const places = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as { seq: number; count: number });
    expect([status, places.map(({ seq, count }) => [seq, count])]).toEqual([
      1,
      [
        [2, 2],
        [4, 1],
      ],
    ]);
    expect(stdout).not.toContain(TOKEN);
  });

  it("ends with 0 where there are none, and with 1 where damage hides what there may be", async () => {
    const cwd = await workspace();
    const clean = await run(["scan-secrets", "91bc02"], { cwd });
    expect([clean.status, clean.stdout, clean.stderr]).toEqual([0, "no secrets found in 1 session\n", ""]);
    flip(journalPath(cwd, "session-20251201-143105-91bc02"), "nothing");
    const damaged = await run(["scan-secrets", "91bc02"], { cwd });
    expect([damaged.status, damaged.stderr]).toEqual([1, expect.stringContaining("damaged at line 2")]);
  });

  it.each([
    [["--all", "latest"], 2, "not both"],
    [["nobody"], 3, 'there is no session "nobody"'],
  ])("of %j ends with %i", async (parameters, expected, said) => {
    const { status, stderr } = await run(["scan-secrets", ...parameters], { cwd: await workspace() });
    expect([status, stderr]).toEqual([expected, expect.stringContaining(said)]);
  });
});

describe("record", () => {
  it("keeps out what it is told to", async () => {
    const cwd = temporaryFolder();
    const data = { kind: "k", data: { password: "p1", env: { A: "p2" }, text: TOKEN, rest: "p3" } };
    const input = `${JSON.stringify({ type: "note.added", data })}\n`;
    const options = ["--redact-secrets", "--redact-key", "Password", "--redact-path", "data.env.*"];
    const { status } = await run([...RECORD, ...options], { cwd, input });
    const folder = join(cwd, ".choragen", "sessions");
    const bytes = readdirSync(folder)
      .map((name) => readFileSync(join(folder, name), "utf8"))
      .join("");
    expect([status, ["p1", "p2", "p3", TOKEN].map((text) => bytes.includes(`"${text}"`))]).toEqual([
      0,
      [false, false, true, false],
    ]);
    expect(bytes.match(/\[REDACTED:(key|path|github-token):/g)?.length).toBe(6);
  });

  it("says what is wrong with what it is told to keep out", async () => {
    const { status, stderr } = await run([...RECORD, "--redact-path", "callId"], { cwd: temporaryFolder() });
    expect([status, stderr]).toEqual([
      2,
      expect.stringContaining('--redact-path: "callId" is needed to read'),
    ]);
  });
});
