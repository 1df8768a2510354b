import {
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { Writable } from "node:stream";
import { describe, expect, it } from "vitest";
import { parseArguments } from "../../src/cli/arguments.js";
import { exportCommand } from "../../src/cli/commands/export.js";
import { writeOutputFile } from "../../src/cli/output-file.js";
import { Output } from "../../src/cli/terminal/output.js";
import { createPaint } from "../../src/cli/terminal/paint.js";
import { cut, flip, journalPath, recordHere } from "../cli/journals.js";
import { callFinished, callStarted, ending, message } from "../cli/program.js";
import { temporaryFolder } from "../support/folders.js";

const INPUT =
  message("Find it.") +
  message("I look.", "assistant") +
  callStarted("c1", "read") +
  callFinished("c1", { success: true, data: "found" }) +
  ending("success");

const note = (kind: string, data: unknown) =>
  `${JSON.stringify({ type: "note.added", data: { kind, data } })}\n`;

async function recorded(input = INPUT): Promise<string> {
  const cwd = temporaryFolder();
  await recordHere(cwd, input, "one");
  return cwd;
}

async function run(
  cwd: string,
  ...line: string[]
): Promise<{ status: number; stdout: string; said: string[] }> {
  let stdout = "";
  const said: string[] = [];
  const stream = new Writable({
    write(chunk, _, done) {
      stdout += String(chunk);
      done();
    },
  });
  const out = new Output(stream, () => {});
  const given = parseArguments("export", exportCommand, [...line, "--workspace", cwd]);
  const paint = createPaint(false);
  const say = (text: string) => void said.push(text);
  const status = await exportCommand.run({ given, out, paint, width: 80, say });
  await out.flush();
  return { status, stdout, said };
}

describe("export", () => {
  it("prints the session in the format that is named", async () => {
    const cwd = await recorded();
    const records = readFileSync(journalPath(cwd, "one"), "utf8");
    expect(await run(cwd, "one", "--format", "ndjson")).toEqual({ status: 0, stdout: records, said: [] });
    const { stdout } = await run(cwd, "latest", "--format", "atif");
    expect(JSON.parse(stdout)).toMatchObject({ schema_version: "ATIF-v1.7", session_id: "one" });
    expect((await run(cwd, "one", "--format", "markdown")).stdout).toMatch(/^# Session `?one/);
  });

  it("leaves content out of spans unless it is asked for", async () => {
    const cwd = await recorded();
    expect((await run(cwd, "one", "--format", "otlp")).stdout).not.toContain("Find it.");
    expect((await run(cwd, "one", "--format", "otlp", "--content")).stdout).toContain("Find it.");
  });

  it("writes a file that nobody else can read, and leaves nothing beside it", async () => {
    const cwd = await recorded();
    const path = join(cwd, "run.html");
    expect(await run(cwd, "one", "--format", "html", "-o", path)).toEqual({
      status: 0,
      stdout: "",
      said: [],
    });
    expect(readFileSync(path, "utf8")).toMatch(/^<!doctype html>/);
    if (process.platform !== "win32") expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readdirSync(cwd).sort()).toEqual([".choragen", "run.html"]);
  });

  it("replaces a file only with --force, and then the one that a link leads to", async () => {
    const cwd = await recorded();
    const path = join(cwd, "run.md");
    const link = join(cwd, "link.md");
    writeFileSync(path, "old");
    symlinkSync(path, link);
    for (const target of [path, link]) {
      await expect(run(cwd, "one", "--format", "markdown", "-o", target)).rejects.toMatchObject({
        message: `${target} is there already; --force replaces it`,
        exitCode: 3,
      });
    }
    expect(readFileSync(path, "utf8")).toBe("old");
    await run(cwd, "one", "--format", "markdown", "-o", link, "--force");
    expect(readFileSync(path, "utf8")).toMatch(/^# Session/);
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    expect(readdirSync(cwd).sort()).toEqual([".choragen", "link.md", "run.md"]);
  });

  it("does not write over a file that came into being meanwhile", async () => {
    const cwd = await recorded();
    const path = join(cwd, "run.md");
    const pieces = (async function* () {
      yield "mine";
      writeFileSync(path, "theirs");
    })();
    const options = { replace: false, source: journalPath(cwd, "one") };
    await expect(writeOutputFile(path, pieces, options)).rejects.toThrow(/is there already/);
    expect([readFileSync(path, "utf8"), readdirSync(cwd).length]).toEqual(["theirs", 2]);
  });

  it("leaves nothing behind where reading fails half-way", async () => {
    const cwd = await recorded();
    const pieces = (async function* () {
      yield "half";
      throw new Error("no more");
    })();
    const options = { replace: false, source: journalPath(cwd, "one") };
    await expect(writeOutputFile(join(cwd, "run.md"), pieces, options)).rejects.toThrow("no more");
    expect(readdirSync(cwd)).toEqual([".choragen"]);
  });

  it("reports for programs what was written and what the format has no place for", async () => {
    const cwd = await recorded(INPUT.replace(ending("success"), note("why", "because") + ending("success")));
    const path = join(cwd, "chat.jsonl");
    const { status, stdout, said } = await run(cwd, "one", "--format", "openai", "-o", path, "--json");
    expect([status, said, stdout.endsWith("\n")]).toEqual([0, [], true]);
    expect(JSON.parse(stdout)).toEqual({
      sessionId: "one",
      format: "openai",
      source: journalPath(cwd, "one"),
      output: path,
      bytes: statSync(path).size,
      records: 7,
      content: true,
      leftOut: [
        { type: "session.started", records: 1 },
        { type: "note.added", records: 1 },
        { type: "session.ended", records: 1 },
      ],
      found: expect.objectContaining({ verdict: "sound", break: null }),
    });
    flip(journalPath(cwd, "one"), '"found"');
    const damaged = await run(cwd, "one", "--format", "otlp", "-o", path, "--force", "--json");
    expect([damaged.status, damaged.said.length]).toEqual([1, 1]);
    expect(JSON.parse(damaged.stdout)).toMatchObject({
      ...{ records: 4, content: false, leftOut: [] },
      found: { verdict: "corrupt", sound: { seq: 4 }, break: { line: 5 } },
    });
  });

  it("reports on the snapshot where the journal is gone, and that nothing was written", async () => {
    const cwd = await recorded();
    const path = join(cwd, "run.md");
    cut(journalPath(cwd, "one"), statSync(journalPath(cwd, "one")).size - 10);
    const none = await run(cwd, "one", "--format", "markdown", "-o", path, "--json");
    expect(JSON.parse(none.stdout)).toMatchObject({ sessionId: null, output: null, bytes: 0, records: 0 });
    rmSync(journalPath(cwd, "one"));
    const { status, stdout } = await run(cwd, "one", "--format", "markdown", "-o", path, "--json");
    expect([status, JSON.parse(stdout)]).toMatchObject([1, { sessionId: "one", output: path, found: null }]);
  });

  it("has no report without a file, as the export goes where the report would", async () => {
    const cwd = await recorded();
    for (const rest of [[], ["-o", "-"]]) {
      await expect(run(cwd, "one", "--format", "atif", "--json", ...rest)).rejects.toMatchObject({
        message: "export --json reports on a file; give -o FILE, or leave out --json",
        exitCode: 2,
      });
    }
  });

  it("takes - for standard output", async () => {
    const cwd = await recorded();
    expect((await run(cwd, "one", "--format", "openai", "-o", "-")).stdout).toMatch(/^\{"messages":/);
  });

  it("exports what a snapshot says where the journal is gone, says so, and exits with 1", async () => {
    const cwd = await recorded();
    rmSync(journalPath(cwd, "one"));
    for (const format of ["atif", "otlp", "openai", "markdown", "html"]) {
      const { status, stdout, said } = await run(cwd, "one", "--format", format, "--content");
      expect([status, said]).toEqual([
        1,
        [expect.stringMatching(/^the journal of one is gone; this was made of its snapshot, /)],
      ]);
      expect(stdout).toMatch(/Find it\..*I look\..*found/s);
    }
    await expect(run(cwd, "one", "--format", "ndjson")).rejects.toMatchObject({ exitCode: 3 });
  });

  it("exports a session that never had a journal, and finds nothing wrong with it", async () => {
    const cwd = await recorded();
    const older = journalPath(cwd, "older").replace(/ndjson$/, "json");
    const messages = [{ role: "user", content: "Find it." }];
    const about = { id: "older", role: "impl", model: "m", chainId: null, taskId: null, endTime: null };
    const state = { ...about, startTime: "2025-12-08T14:31:05.000Z", outcome: null, messages, toolCalls: [] };
    writeFileSync(older, JSON.stringify({ ...state, tokenUsage: { input: 3, output: 1, total: 4 } }));
    const { status, stdout, said } = await run(cwd, "older", "--format", "atif");
    expect([status, said]).toEqual([0, []]);
    expect(JSON.parse(stdout)).toMatchObject({
      session_id: "older",
      steps: [{ message: "Find it." }, { metrics: { prompt_tokens: 3 } }],
    });
  });

  it("does not write over the journal, by whatever name, nor into a folder that is not there", async () => {
    const cwd = await recorded();
    const journal = journalPath(cwd, "one");
    const before = readFileSync(journal, "utf8");
    symlinkSync(journal, join(cwd, "link"));
    for (const target of [journal, join(cwd, "link")]) {
      await expect(run(cwd, "one", "--format", "html", "-o", target)).rejects.toThrow(
        /is what is being exported/,
      );
    }
    mkdirSync(join(cwd, "folder"));
    await expect(run(cwd, "one", "--format", "html", "-o", join(cwd, "folder"))).rejects.toThrow(
      /is a folder/,
    );
    await expect(run(cwd, "one", "--format", "html", "-o", join(cwd, "no", "file"))).rejects.toThrow(
      /ENOENT/,
    );
    expect(readFileSync(journal, "utf8")).toBe(before);
  });

  it("exports the sound part of a damaged journal, says so, and exits with 1", async () => {
    const cwd = await recorded();
    flip(journalPath(cwd, "one"), '"found"');
    for (const format of ["atif", "otlp", "openai", "markdown", "html", "ndjson"]) {
      const { status, stdout, said } = await run(cwd, "one", "--format", format, "--content");
      expect(status).toBe(1);
      expect(stdout).toContain("I look.");
      expect(stdout).not.toContain("found");
      expect(said).toEqual([expect.stringMatching(/^damaged at line 5, byte \d+/)]);
      if (format === "atif") JSON.parse(stdout);
    }
  });

  it("leaves a file as it is where nothing is sound", async () => {
    const cwd = await recorded();
    const path = join(cwd, "run.md");
    writeFileSync(path, "old");
    cut(journalPath(cwd, "one"), statSync(journalPath(cwd, "one")).size - 10);
    const { status } = await run(cwd, "one", "--format", "markdown", "-o", path, "--force");
    expect([status, readFileSync(path, "utf8"), readdirSync(cwd).length]).toEqual([1, "old", 2]);
  });

  it("says which formats there are", async () => {
    const cwd = await recorded();
    await expect(run(cwd, "one")).rejects.toThrow(/needs --format: atif, otlp/);
    await expect(run(cwd, "one", "--format", "pdf")).rejects.toThrow(
      /there is no format "pdf"; there is atif/,
    );
  });
});
