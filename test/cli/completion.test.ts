import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { COMMANDS } from "../../src/cli/commands.js";
import { temporaryFolder } from "../support/folders.js";
import { recordHere } from "./journals.js";
import { ending, program, run } from "./program.js";

const NEWEST = "session-20250102-000000-bbbbb2";
const OLDEST = "session-20250101-000000-aaaaa1";

/** A workspace, with the program under its name and the script of the shell in it. */
async function workspace(shell: string): Promise<string> {
  const cwd = temporaryFolder();
  for (const id of [OLDEST, NEWEST, "named-1"]) await recordHere(cwd, ending("success"), id);
  mkdirSync(join(cwd, "bin"));
  mkdirSync(join(cwd, "a folder"));
  // All but what the script asks is only said, so that a test sees what was typed in the end.
  const path = join(cwd, "bin", "choragen-session");
  writeFileSync(
    path,
    `#!/bin/sh\nif [ "$1" = completion ]; then exec '${process.execPath}' '${program}' "$@"; fi\necho "CALLED[$*]"\n`,
  );
  chmodSync(path, 0o755);
  const { status, stdout } = await run(["completion", shell], { cwd });
  expect(status).toBe(0);
  writeFileSync(join(cwd, "script"), stdout);
  return cwd;
}

function environment(cwd: string): NodeJS.ProcessEnv {
  const { CHORAGEN_SESSIONS_DIR: _, ...env } = process.env;
  return { ...env, PATH: `${join(cwd, "bin")}:${env.PATH}`, HOME: cwd, HISTFILE: "/dev/null", TERM: "xterm" };
}

function has(name: string): boolean {
  return spawnSync(name, ["--version"]).error === undefined;
}

describe.skipIf(!has("bash"))("in bash", () => {
  /** What the script would put in the place of the last word. */
  async function complete(cwd: string, words: readonly string[]): Promise<string[]> {
    const call = `. "$0/script"; COMP_WORDS=("$@"); COMP_CWORD=$(($#-1)); _choragen_session "$1"; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const { stdout, stderr } = spawnSync("bash", ["--norc", "-c", call, cwd, "choragen-session", ...words], {
      cwd,
      env: environment(cwd),
      encoding: "utf8",
    });
    expect(stderr).toBe("");
    return stdout.split("\n").filter((line) => line !== "");
  }

  test("commands, options, values, ids and files are completed", async () => {
    const cwd = await workspace("bash");
    for (const [words, expected] of [
      [["ver"], ["verify"]],
      [["help", "rep"], ["repair"]],
      [
        ["list", "--s"],
        ["--state", "--since", "--sort"],
      ],
      [["list", "--state", "un"], ["unreadable"]],
      [["list", "--state", "=", "un"], ["unreadable"]],
      [["list", "--sort", "="], expect.arrayContaining(["started", "tokens"])],
      [["list", "--role", ""], []],
      [
        ["record", "--durability", ""],
        ["process", "boundary", "always"],
      ],
      [
        ["tail", "--type", "tool"],
        ["tool_call.started", "tool_call.finished"],
      ],
      [
        ["export", "--format", "o"],
        ["otlp", "openai"],
      ],
      [
        ["completion", ""],
        ["bash", "zsh", "fish"],
      ],
      [
        ["show", ""],
        ["latest", NEWEST, OLDEST, "named-1"],
      ],
      [
        ["show", "session-2025"],
        [NEWEST, OLDEST],
      ],
      [["show", "aaaa1"], [OLDEST]],
      [["show", "1"], []],
      [["show", "./a"], ["./a folder"]],
      [["list", "--workspace", "a"], ["a folder"]],
      [["show", "--workspace", "nowhere", "session"], []],
      [["no-command", ""], []],
    ] as const) {
      expect([words, await complete(cwd, words)]).toEqual([words, expected]);
    }
    const elsewhere = await workspace("bash");
    expect(await complete(elsewhere, ["show", "--workspace", cwd, "aaaa1"])).toEqual([OLDEST]);
    expect(await complete(elsewhere, ["show", "--workspace", "=", cwd, "aaaa1"])).toEqual([OLDEST]);
    expect(await complete(cwd, [""])).toEqual(expect.arrayContaining(COMMANDS.map(({ name }) => name)));
  });

  test.skipIf(!has("script"))("at a prompt", async () => {
    expect(await typeInto("bash", "bash --noprofile --norc -i", ". ./script")).toBe(
      `[show --workspace . ${OLDEST} --json]`,
    );
  });
});

describe.skipIf(!has("zsh") || !has("script"))("in zsh", () => {
  test("at a prompt", async () => {
    const setUp = "autoload -U compinit && compinit -u -D && . ./script";
    // Zsh completes the option with the sign that its value may follow.
    expect(await typeInto("zsh", "zsh -f -i", setUp)).toBe(`[show --workspace=. ${OLDEST} --json]`);
  });
});

describe.skipIf(!has("fish"))("in fish", () => {
  test("commands, options, values and ids are completed", async () => {
    const cwd = await workspace("fish");
    const complete = (line: string) => {
      const { stdout, stderr } = spawnSync(
        "fish",
        ["--no-config", "-c", `source ./script; complete -C '${line}'`],
        { cwd, env: environment(cwd), encoding: "utf8" },
      );
      expect(stderr).toBe("");
      return stdout
        .split("\n")
        .filter((each) => each !== "")
        .map((each) => each.split("\t")[0]);
    };
    expect(complete("choragen-session ver")).toEqual(["verify"]);
    expect(complete("choragen-session list --sta")).toEqual(["--state"]);
    expect(complete("choragen-session list --state un")).toContain("unreadable");
    expect(complete("choragen-session show aaaa1")).toEqual([OLDEST]);
    expect(complete("choragen-session show --workspace . aaaa1")).toEqual([OLDEST]);
    expect(complete("choragen-session completion ")).toEqual(["bash", "fish", "zsh"]);
  });
});

/** Types at a prompt what needs the tab key for a command, an option, the end of an id, and an option again. */
async function typeInto(shell: string, command: string, setUp: string): Promise<string> {
  const cwd = await workspace(shell);
  const child = spawn("script", ["-qefc", command, "/dev/null"], { cwd, env: environment(cwd) });
  const ended = once(child, "close");
  let shown = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    shown += text;
  });
  const until = async (isThere: () => boolean) => {
    for (let waited = 0; waited < 15_000 && !isThere(); waited += 20) await sleep(20);
    if (!isThere()) throw new Error(`it shows ${JSON.stringify(shown)}`);
  };
  try {
    child.stdin.write(`${setUp}; echo READ''Y\n`);
    await until(() => shown.includes("READY\r"));
    for (const [typed, expected] of [
      ["choragen-session sho\t", "show "],
      ["--works\t. aaaa1\t", OLDEST.slice(0, -6)],
      ["--js\t", "--json"],
    ] as const) {
      const from = shown.length;
      child.stdin.write(typed);
      // A shell repaints only what changes, so what came may stand in pieces.
      await until(() => letters(shown.slice(from)).includes(letters(expected)));
    }
    child.stdin.write("\n");
    await until(() => shown.includes("CALLED"));
    await until(() => /CALLED(\[.*?\])/.test(shown));
    return /CALLED(\[.*?\])/.exec(shown)?.[1] ?? "";
  } finally {
    // It may keep files in its home until it has ended.
    child.stdin.end("exit\n");
    const deadline = setTimeout(() => child.kill("SIGKILL"), 5_000);
    await ended;
    clearTimeout(deadline);
  }
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: what a terminal obeys
const CONTROLS = /\x1b\[[0-9;?]*[A-Za-z]|[\x00-\x20\x7f]|-/g;

function letters(text: string): string {
  return text.replace(CONTROLS, "");
}

describe("the command", () => {
  test("asks for a shell that it knows", async () => {
    const cwd = temporaryFolder();
    for (const [operands, said] of [
      [[], "needs the shell: bash, zsh, fish"],
      [["ksh"], 'knows no shell "ksh"'],
      [["bash", "more"], 'does not take "more"'],
    ] as const) {
      const { status, stdout, stderr } = await run(["completion", ...operands], { cwd });
      expect([status, stdout]).toEqual([2, ""]);
      expect(stderr).toContain(said);
    }
  });

  test("gives the ids that fit a word", async () => {
    const cwd = await workspace("bash");
    const ids = async (...words: string[]) =>
      (await run(["completion", "sessions", ...words], { cwd })).stdout.split("\n").slice(0, -1);
    expect(await ids()).toEqual(["latest", NEWEST, OLDEST, "named-1"]);
    expect(await ids("n")).toEqual(["named-1"]);
    expect(await ids("bbb2")).toEqual([NEWEST]);
    expect(await ids("1")).toEqual([]);
  });
});
