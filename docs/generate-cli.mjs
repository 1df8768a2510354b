/**
 * Writes docs/reference/cli.md from what the commands say of themselves, so that it cannot say anything else.
 * Run it after a build: `npm run docs`. A test compares the file.
 */
import { writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const FILE = new URL("./reference/cli.md", import.meta.url);

/** @param commands each with `name`, `about` (one line) and `command`, as src/cli/commands.ts loads it */
export function cliReference(commands) {
  return `${[...opening(commands), ...commands.flatMap(section)].join("\n")}\n`;
}

function opening(commands) {
  return [
    "# Command line",
    "",
    "What `choragen-session COMMAND --help` prints, for all commands. Made by `npm run docs`.",
    "",
    "| command | |",
    "| --- | --- |",
    ...commands.map(({ name, about }) => `| [\`${name}\`](#${name}) | ${cell(about)} |`),
    "",
    "A **SESSION** is an id, the beginning or the end of one where only one session has it, `latest`, or the path of a",
    "journal. The workspace is the nearest folder upwards that holds a `.choragen`, or the one that `--workspace` names.",
    "",
    "| exit status | |",
    "| --- | --- |",
    "| 0 | all is well |",
    "| 1 | something was found: damage, a difference, no match, a bad line of input |",
    "| 2 | a mistake in the command line |",
    "| 3 | something is not there, or input or output failed |",
    "| 130 | ended by Ctrl-C |",
    "",
    "Colour is used on a terminal, unless `NO_COLOR` is set; `FORCE_COLOR` asks for it anywhere. Lines are cut to the width",
    "of a terminal; in a pipe nothing is cut, unless `COLUMNS` asks for it.",
    "",
    "Control characters, escape sequences, and characters that turn the direction of text or are drawn as nothing are shown",
    "(`␛`, `\\u{202e}`), never sent; with `--json` they are written as JSON escapes them. Joiners stay inside emoji and between",
    "letters of scripts that are spelled with them (Arabic, Devanagari and others), and so does the selector behind an emoji.",
    "",
    "`--json` prints NDJSON: one value a line. `choragen-session schema COMMAND` prints the JSON Schema of such a line.",
    ...withoutJson(commands),
  ];
}

/** What has no --json by its nature prints what a program reads as it is. */
const PRINTED_INSTEAD = {
  record: "prints an id and numbers ([record protocol](record-protocol.md))",
  completion: "prints a script for a shell",
};

function withoutJson(commands) {
  return commands
    .filter(({ command }) => !command.options.some(({ name }) => name === "json"))
    .map(({ name }) => `\`${name}\` has none: it ${PRINTED_INSTEAD[name]}.`);
}

function section({ name, command }) {
  const { usage, about, options, examples } = command;
  return [
    "",
    `## ${name}`,
    "",
    "```text",
    `choragen-session ${name} ${usage}`.trimEnd(),
    "```",
    "",
    ...about.flatMap((paragraph) => (paragraph === "" ? [] : [text(paragraph), ""])),
    "| option | |",
    "| --- | --- |",
    ...options.map((option) => `| ${flags(option)} | ${cell(option.about)} |`),
    "",
    "```text",
    ...examples.flatMap(([line, meaning]) => [`# ${meaning}`, `choragen-session ${line}`]),
    "```",
  ];
}

function flags({ name, short, value }) {
  const long = `\`--${name}${value === undefined ? "" : ` ${value}`}\``;
  return short === undefined ? long : `\`-${short}\`, ${long}`;
}

function cell(words) {
  return text(words).replaceAll("|", "\\|");
}

/** Angle brackets are no markup here. */
function text(words) {
  return words.replaceAll("<", "&lt;");
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const { COMMANDS } = await import("../dist/cli/commands.js");
  const commands = await Promise.all(
    COMMANDS.map(async ({ name, about, load }) => ({ name, about, command: await load() })),
  );
  writeFileSync(FILE, cliReference(commands));
}
