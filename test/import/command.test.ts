import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { describe, expect, it } from "vitest";
import { parseArguments } from "../../src/cli/arguments.js";
import { importCommand } from "../../src/cli/commands/import.js";
import { Output } from "../../src/cli/terminal/output.js";
import { createPaint } from "../../src/cli/terminal/paint.js";
import { run as program, start } from "../cli/program.js";
import { temporaryFolder } from "../support/folders.js";
import { fixture } from "./import-into.js";

async function run(...line: string[]) {
  const stream = new PassThrough();
  const chunks: Buffer[] = [];
  stream.on("data", (chunk: Buffer) => void chunks.push(chunk));
  const out = new Output(stream, () => {});
  const said: string[] = [];
  const workspace = temporaryFolder();
  const exitCode = await importCommand.run({
    given: parseArguments("import", importCommand, ["--workspace", workspace, ...line]),
    out,
    paint: createPaint(false),
    width: 80,
    say: (message) => void said.push(message),
  });
  await out.flush();
  return { exitCode, said, output: Buffer.concat(chunks).toString("utf8") };
}

describe("import", () => {
  it("reports what was read, made and kept", async () => {
    const { exitCode, output } = await run(fixture("atif.json"));
    expect(exitCode).toBe(0);
    expect(output).toMatch(
      /atif\.json\n {2}atif {2}2 sessions imported: session-20260402-030405-\w+,\s+import-atif-\w+\n/,
    );
    expect(output).toContain("  4 records: 9 events, 1 note\n  4 messages, 2 calls, 1 result, 49 tokens\n");
  });

  it("listens for Ctrl-C only while it runs", async () => {
    const before = process.listenerCount("SIGINT");
    await run(fixture("atif.json"));
    await expect(run("--format", "no-format", fixture("atif.json"))).rejects.toThrow("there is no format");
    await expect(run("nowhere")).rejects.toThrow("there is no file");
    expect(process.listenerCount("SIGINT")).toBe(before);
  });

  it("says so where it was imported before", async () => {
    const { output } = await run(fixture("codex.jsonl"), fixture("codex.jsonl"));
    expect(output).toContain("1 session already imported");
  });

  it("names the lines that it cannot read, and exits 1", async () => {
    const { exitCode, output } = await run(fixture("swe-agent-damaged.traj"));
    expect(exitCode).toBe(1);
    expect(output).toContain("  line 7: it is no JSON");
  });

  it("takes a folder, and passes over what is no transcript", async () => {
    const { exitCode, output, said } = await run("--json", fixture("openclaw"));
    expect(
      output
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line).format),
    ).toEqual(["pi", "pi", "pi"]);
    expect([exitCode, said.length]).toEqual([1, 1]);
  });

  it("exits 1 for a format it does not know, 3 for a file that is not there, 2 for a format there is not", async () => {
    const unknown = await run(new URL(import.meta.url).pathname);
    expect([unknown.exitCode, unknown.output]).toEqual([1, ""]);
    expect(unknown.said[0]).toMatch(
      /test\.ts is in no known format \(.*\); choragen-session import --help lists/,
    );
    expect(unknown.said[0]?.length).toBeLessThan(300);
    await expect(run("no-such-file")).rejects.toMatchObject({ exitCode: 3 });
    await expect(run("--format", "word", "x")).rejects.toMatchObject({ exitCode: 2 });
  });

  it("sums up what several sources came to", async () => {
    const { output } = await run(fixture("codex.jsonl"), fixture("codex.jsonl"), fixture("pi-v1.jsonl"));
    expect(output).toMatch(
      /\n3 sources: 2 sessions imported, 1 session already imported; 33 records: 23\nevents, 13 notes\n$/,
    );
  });

  it("tells programs of everything, also of what is no transcript", async () => {
    const folder = temporaryFolder();
    copyFileSync(fixture("swe-agent-damaged.traj"), join(folder, "a"));
    writeFileSync(join(folder, "b"), "hello");
    const { exitCode, output } = await run("--json", folder);
    const [report, error] = output
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(report).toMatchObject({
      records: 6,
      unreadable: [{ line: 7 }],
      sessions: [{ status: "imported" }],
    });
    expect(error).toMatchObject({ source: join(folder, "b"), error: { code: "UNKNOWN_FORMAT" } });
    expect(exitCode).toBe(1);
  });
});

/** Without what is said of the new folder of the workspace. */
const isOfSources = (message: string) => !message.startsWith("made ");

describe("import of a folder", () => {
  it("follows links to files, and says what it did not look into", async () => {
    const folder = temporaryFolder();
    symlinkSync(fixture("codex.jsonl"), join(folder, "linked.jsonl"));
    for (const name of ["a", "b"]) symlinkSync(fixture("openclaw"), join(folder, name));
    writeFileSync(join(folder, ".hidden"), "");
    const { exitCode, output, said } = await run(folder);
    expect([exitCode, said.filter(isOfSources)]).toEqual([
      0,
      [`${folder}: 2 links to folders and 1 hidden file were not looked into`],
    ]);
    expect(output).toContain("codex  1 session imported");
  });

  it("says so where there is nothing to import", async () => {
    const folder = temporaryFolder();
    expect(await run(folder)).toEqual({
      exitCode: 1,
      output: "",
      said: [`there is nothing to import in ${folder}`],
    });
  });
});

describe("import --format", () => {
  it("exits 1 where nothing was recognised as that", async () => {
    const { exitCode, said } = await run("--format", "pi", fixture("claude-code.jsonl"));
    expect([exitCode, said.filter(isOfSources)]).toEqual([
      1,
      [expect.stringMatching(/^nothing in .* was recognised as pi/)],
    ]);
  });

  it("does not complain of what was recognised, also where it was imported before", async () => {
    const codex = fixture("codex.jsonl");
    const { exitCode, said } = await run("--format", "codex", codex, codex);
    expect([exitCode, said.filter(isOfSources)]).toEqual([0, []]);
  });
});

describe("the built program", () => {
  const at = (cwd: string) => ["import", "--workspace", cwd];

  it("takes a transcript from standard input, compressed or not", async () => {
    for (const name of ["codex.jsonl", "codex.jsonl.zst", "inspect-zstd.eval"]) {
      const cwd = temporaryFolder();
      const { status, stdout, stderr } = await program([...at(cwd), "-"], {
        cwd,
        input: readFileSync(fixture(name)),
      });
      expect([status, stderr]).toEqual([
        0,
        "choragen-session: made .choragen/sessions for what was imported\n",
      ]);
      expect(stdout).toMatch(/^standard input\n {2}(codex|inspect) {2}1 session imported: session-/);
    }
  });

  it("takes one from a pipe that has a name", async () => {
    const cwd = temporaryFolder();
    const pipe = join(cwd, "pipe");
    if (spawnSync("mkfifo", [pipe]).status !== 0) return;
    const running = program([...at(cwd), pipe], { cwd });
    writeFileSync(pipe, readFileSync(fixture("codex.jsonl")));
    expect((await running).stdout).toContain("1 session imported");
  });

  it("is interrupted by Ctrl-C without leaving anything half done", async () => {
    const cwd = temporaryFolder();
    const running = start([...at(cwd), "-"], { cwd });
    running.write(`${readFileSync(fixture("pi-v1.jsonl"), "utf8").trimEnd()}\n`.repeat(100));
    const folder = join(cwd, ".choragen/sessions");
    const names = () =>
      existsSync(folder) ? readdirSync(folder).filter((name) => name !== ".gitignore") : [];
    while (names().length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    running.kill("SIGINT");
    const { status, stderr } = await running.ended;
    expect([status, stderr]).toEqual([
      130,
      expect.stringContaining("interrupted: sessions that were whole stay"),
    ]);
    expect(names()).toEqual([]);
  });
});
