/** The help of the program and of its commands, at most 80 columns wide. It loads no command to list them. */
import { type Command, HELP_OPTION, type Option } from "./command.js";
import { COMMANDS } from "./commands.js";

const PROGRAM = "choragen-session";
const WIDTH = 80;

export function programHelp(): string {
  const column = Math.max(...COMMANDS.map(({ name }) => name.length));
  return lines([
    `Usage: ${PROGRAM} COMMAND [OPTION]... [SESSION]...`,
    "",
    "The record of what AI agents did: watch it, read it, check it, mend it.",
    "",
    "Commands:",
    ...COMMANDS.map(({ name, about }) => `  ${name.padEnd(column)}  ${about}`),
    "",
    ...wrap(
      'A SESSION is an id, its beginning or its end where only one session has it, "latest", or the path of a journal.',
    ),
    "",
    "Examples:",
    `  ${PROGRAM} list`,
    `  ${PROGRAM} tail -f latest`,
    `  ${PROGRAM} show 3fa2c1`,
    `  ${PROGRAM} verify .choragen/sessions/*.ndjson`,
    "",
    ...wrap(
      "Exit status: 0 all is well; 1 something was found (damage, a difference, no match, a bad line of input); 2 a mistake in the command line; 3 something is not there, or input or output failed; 130 ended by Ctrl-C.",
    ),
    "",
    `${PROGRAM} COMMAND --help tells more.  --version prints the version.`,
  ]);
}

export function commandHelp(name: string, { usage, about, options, examples }: Command): string {
  const flags = [...options, HELP_OPTION].map((option) => ({ option, text: flagText(option) }));
  const column = Math.max(...flags.map(({ text }) => text.length)) + 4;
  return lines([
    `Usage: ${PROGRAM} ${name} ${usage}`,
    "",
    ...about.flatMap((paragraph) => wrap(paragraph)),
    "",
    "Options:",
    ...flags.flatMap(({ option, text }) => hang(`  ${text}`.padEnd(column), option.about)),
    "",
    "Examples:",
    ...examples.flatMap(([line, meaning]) => [`  ${PROGRAM} ${line}`, `      ${meaning}`]),
  ]);
}

function flagText({ name, short, value }: Option): string {
  return `${short === undefined ? "    " : `-${short}, `}--${name}${value === undefined ? "" : ` ${value}`}`;
}

/** The text behind `start`, with its further lines below its first. */
function hang(start: string, text: string): string[] {
  const indent = " ".repeat(start.length);
  return wrap(text, WIDTH - start.length).map((line, index) => (index === 0 ? start : indent) + line);
}

function wrap(text: string, width = WIDTH): string[] {
  const wrapped: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > width) {
      wrapped.push(line);
      line = word;
    } else {
      line = line === "" ? word : `${line} ${word}`;
    }
  }
  return [...wrapped, line];
}

function lines(all: readonly string[]): string {
  return `${all.join("\n")}\n`;
}
