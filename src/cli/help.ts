/**
 * The help of the program and of its commands, at most 80 columns wide, and less on a terminal that is narrower. It
 * loads no command to list them.
 */
import { type Command, HELP_OPTION, type Option } from "./command.js";
import { COMMANDS } from "./commands.js";
import { wrapToWidth } from "./terminal/width.js";

const PROGRAM = "choragen-session";
const WIDTH = 80;
const INDENT = "  ";
/** Of what an example means. */
const MEANING_INDENT = " ".repeat(6);
/** Of what an option is about, where there is no room behind it. */
const BELOW = " ".repeat(8);

/** `columns` are those of the terminal. */
export function programHelp(columns: number): string {
  const column = Math.max(...COMMANDS.map(({ name }) => name.length));
  const width = Math.min(WIDTH, columns);
  return lines([
    ...hang("Usage: ", `${PROGRAM} COMMAND [OPTION]... [SESSION]...`, width),
    "",
    ...wrapToWidth("The record of what AI agents did: watch it, read it, check it, mend it.", width),
    "",
    "Commands:",
    ...COMMANDS.flatMap(({ name, about }) => hang(`  ${name.padEnd(column)}  `, about, width)),
    "",
    ...wrapToWidth(
      'A SESSION is an id, its beginning or its end where only one session has it, "latest", or the path of a journal.',
      width,
    ),
    "",
    "Examples:",
    ...[`list`, `tail -f latest`, `show 3fa2c1`, `verify .choragen/sessions/*.ndjson`].flatMap((example) =>
      exampleLines(example, width),
    ),
    "",
    ...wrapToWidth(
      "Exit status: 0 all is well; 1 something was found (damage, a difference, no match, a bad line of input); 2 a mistake in the command line; 3 something is not there, or input or output failed; 130 ended by Ctrl-C.",
      width,
    ),
    "",
    ...wrapToWidth(`${PROGRAM} COMMAND --help tells more.  --version prints the version.`, width),
  ]);
}

export function commandHelp(
  name: string,
  { usage, about, options, examples }: Command,
  columns: number,
): string {
  const width = Math.min(WIDTH, columns);
  const flags = [...options, HELP_OPTION].map((option) => ({ option, text: flagText(option) }));
  const column = Math.max(...flags.map(({ text }) => text.length)) + 4;
  return lines([
    ...hang("Usage: ", `${PROGRAM} ${name} ${usage}`, width),
    "",
    ...about.flatMap((paragraph) => wrapToWidth(paragraph, width)),
    "",
    "Options:",
    ...flags.flatMap(({ option, text }) => hang(`  ${text}`.padEnd(column), option.about, width)),
    "",
    "Examples:",
    ...examples.flatMap(([line, meaning]) => [
      ...exampleLines(line, width),
      ...wrapToWidth(meaning, width - MEANING_INDENT.length).map((text) => MEANING_INDENT + text),
    ]),
  ]);
}

function flagText({ name, short, value }: Option): string {
  return `${short === undefined ? "    " : `-${short}, `}--${name}${value === undefined ? "" : ` ${value}`}`;
}

function exampleLines(line: string, width: number): string[] {
  const [first = "", ...rest] = wrapToWidth(`${PROGRAM} ${line}`, width - 2 * INDENT.length);
  return [INDENT + first, ...rest.map((text) => INDENT + INDENT + text)];
}

/** The text behind `start`, with its further lines below its first; below `start` where that leaves it little room. */
function hang(start: string, text: string, width: number): string[] {
  if (start.length > Math.max(width / 2, BELOW.length)) return [start.trimEnd(), ...hang(BELOW, text, width)];
  const indent = " ".repeat(start.length);
  return wrapToWidth(text, width - start.length).map((line, index) => (index === 0 ? start : indent) + line);
}

function lines(all: readonly string[]): string {
  return `${all.join("\n")}\n`;
}
