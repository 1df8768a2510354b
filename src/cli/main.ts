#!/usr/bin/env node
/**
 * The program: finds the command, gives it what it needs, prints what goes wrong, and exits. What a command
 * does is the command's own file; what a failure is called and exits with is in `errors.ts`.
 */
import { safeLine } from "../text/safe-text.js";
import { parseArguments } from "./arguments.js";
import type { Command, Context } from "./command.js";
import { closestCommand, findCommand } from "./commands.js";
import { describeFailure, usageError } from "./errors.js";
import { EXIT, type ExitCode } from "./exit-codes.js";
import { Output } from "./terminal/output.js";
import { createPaint, wantsColour } from "./terminal/paint.js";
import { wrapToWidth } from "./terminal/width.js";

function say(message: string): void {
  const text = safeLine(`choragen-session: ${message}`);
  const { stderr } = process;
  const lines = stderr.isTTY && stderr.columns > 0 ? wrapToWidth(text, stderr.columns) : [text];
  stderr.write(`${lines.join("\n")}\n`);
}

type OnStart = (command: Command) => void;

async function run(line: readonly string[], out: Output, onStart: OnStart): Promise<ExitCode> {
  const [first = "", ...rest] = line;
  if (first === "--version" || first === "-V") {
    await out.line((await import("../version.js")).VERSION);
    return EXIT.ok;
  }
  const helpFor = first === "help" ? rest[0] : undefined;
  if (first === "" || first === "--help" || first === "-h" || (first === "help" && helpFor === undefined)) {
    const { programHelp } = await import("./help.js");
    const { stdout, stderr, env } = process;
    if (first !== "") await out.text(programHelp(widthOf(stdout, env)));
    else stderr.write(programHelp(widthOf(stderr, env)));
    return first === "" ? EXIT.usage : EXIT.ok;
  }
  const name = helpFor ?? first;
  return await runCommand(name, await load(name), helpFor === undefined ? rest : ["--help"], out, onStart);
}

async function load(name: string): Promise<Command> {
  const entry = findCommand(name);
  if (entry !== undefined) return await entry.load();
  if (name.startsWith("-")) throw usageError(`name a command first; see choragen-session --help`);
  const meant = closestCommand(name);
  const hint =
    meant === undefined ? "see choragen-session --help" : `did you mean choragen-session ${meant}?`;
  throw usageError(`there is no command "${name}"; ${hint}`);
}

async function runCommand(
  name: string,
  command: Command,
  line: readonly string[],
  out: Output,
  onStart: OnStart,
): Promise<ExitCode> {
  const { stdout, env } = process;
  const width = widthOf(stdout, env);
  const given = parseArguments(name, command, line);
  if (given.has("help")) {
    const { commandHelp } = await import("./help.js");
    await out.text(commandHelp(name, command, width));
    return EXIT.ok;
  }
  onStart(command);
  if (!command.handlesSignals) process.once("SIGINT", () => process.exit(EXIT.interrupted));
  const context: Context = {
    given,
    out,
    paint: createPaint(wantsColour(stdout, env)),
    width,
    say,
  };
  return await command.run(context);
}

/** In a pipe nothing is cut, unless COLUMNS asks for it. */
function widthOf(stream: NodeJS.WriteStream, env: NodeJS.ProcessEnv): number {
  const asked = Number(env.COLUMNS);
  if (stream.isTTY && stream.columns > 0) return stream.columns;
  return Number.isInteger(asked) && asked > 0 ? asked : Number.POSITIVE_INFINITY;
}

async function main(): Promise<void> {
  let running: Command | undefined;
  const out = new Output(process.stdout, (error) => {
    // That nobody reads what is said of it is no reason to stop what was begun.
    if (running?.goesOnUnread) return;
    if (error.code === "EPIPE") process.exit(EXIT.ok);
    say(`the output cannot be written: ${error.message}`);
    process.exit(EXIT.inputOutput);
  });
  process.stderr.on("error", () => {});
  let exitCode: ExitCode;
  try {
    exitCode = await run(process.argv.slice(2), out, (command) => {
      running = command;
    });
  } catch (error) {
    const failure = describeFailure(error);
    await out.flush();
    say(failure.message);
    exitCode = failure.exitCode;
  }
  await out.finish();
  process.exit(exitCode);
}

void main();
