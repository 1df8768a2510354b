/**
 * Shows a long text page by page, as git does: on a terminal only, where it is longer than the screen, with what PAGER
 * names or else `less`. Whoever reads no further ends it quietly. It does not look at what the text says.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import type { Output } from "./output.js";

/** `lines` gives the same each time it is asked. Without a pager, or where that cannot be started, the text is printed. */
export async function printPaged(
  lines: () => Iterable<string>,
  out: Output,
  isPaged: boolean,
  { stdout, env } = process,
): Promise<void> {
  const command = isPaged && stdout.isTTY ? pagerCommand(env) : null;
  const isLong = command !== null && isLonger(lines(), stdout.rows);
  if (isLong && (await runPager(command, lines, env))) return;
  for (const line of lines()) await out.line(line);
}

/** Null where none is wanted. */
function pagerCommand({ PAGER, TERM }: NodeJS.ProcessEnv): string | null {
  const command = PAGER?.trim() ?? "less";
  return command === "" || command === "cat" || TERM === "dumb" ? null : command;
}

/** Whether the last line, and the prompt of the shell below it, would push the first off the screen. */
function isLonger(lines: Iterable<string>, rows: number): boolean {
  let count = 0;
  for (const _ of lines) {
    count += 1;
    if (count >= rows) return true;
  }
  return false;
}

/** Whether there was such a pager. */
async function runPager(
  command: string,
  lines: () => Iterable<string>,
  env: NodeJS.ProcessEnv,
): Promise<boolean> {
  // Ctrl-C is the pager's while it runs.
  const listeners = process.listeners("SIGINT");
  const ignore = () => {};
  process.removeAllListeners("SIGINT").on("SIGINT", ignore);
  try {
    const pager = start(command, env);
    const ended = once(pager, "close").then(
      ([status]) => status as number | null,
      () => NOT_FOUND,
    );
    await feed(pager, lines(), ended);
    return (await ended) !== NOT_FOUND;
  } finally {
    process.removeListener("SIGINT", ignore);
    for (const listener of listeners) process.on("SIGINT", listener as NodeJS.SignalsListener);
  }
}

/** What a shell says of a command that is not there. */
const NOT_FOUND = 127;
/** A command that a shell has to make sense of. */
const NEEDS_SHELL = /[^\w\s./:,@%+=-]/;
const PIECE_LENGTH = 16 * 1024;

function start(command: string, env: NodeJS.ProcessEnv): ChildProcess {
  const options = {
    stdio: ["pipe", "inherit", "inherit"] as ("pipe" | "inherit")[],
    // What git sets: colours, no clearing of the screen, and no paging of what fits after all.
    env: { LESS: "FRX", LV: "-c", ...env },
  };
  if (NEEDS_SHELL.test(command)) return spawn(command, { ...options, shell: true });
  const [program = "", ...parameters] = command.split(/\s+/);
  return spawn(program, parameters, options);
}

/** Resolves once it has everything, or wants no more. */
async function feed(
  { stdin }: ChildProcess,
  lines: Iterable<string>,
  ended: Promise<unknown>,
): Promise<void> {
  if (stdin === null) return;
  let isOpen = true;
  const close = () => {
    isOpen = false;
  };
  stdin.on("error", close);
  void ended.then(close);
  let piece = "";
  for (const line of lines) {
    piece += `${line}\n`;
    if (piece.length < PIECE_LENGTH) continue;
    if (!stdin.write(piece)) await Promise.race([once(stdin, "drain").catch(close), ended]);
    if (!isOpen) return;
    piece = "";
  }
  stdin.end(piece);
}
