/** `schema`: the JSON Schemas that are published with the package, for whoever checks or generates from them. */
import { readdirSync, readFileSync } from "node:fs";
import { closestOf } from "../closest.js";
import { type Command, type Context, JSON_OPTION } from "../command.js";
import { usageError } from "../errors.js";
import { EXIT, type ExitCode } from "../exit-codes.js";
import type { Paint } from "../terminal/paint.js";
import { wrapToWidth } from "../terminal/width.js";

/** The same place seen from `dist/cli/commands/` and from `src/cli/commands/`. */
const FOLDER = new URL("../../../docs/reference/schema/", import.meta.url);
const SUFFIX = ".schema.json";

export const schema: Command = {
  usage: "[NAME]",
  about: [
    "Prints the JSON Schema (draft 2020-12) of a record of the journal, of the data of a type of event, of the snapshot, or of a line that a command prints with --json. Without a name it says which there are.",
  ],
  options: [{ ...JSON_OPTION, about: "Print the schema on one line" }],
  operands: { atLeast: 0, atMost: 1, hint: "", choices: async () => readAll().map(({ name }) => name) },
  examples: [
    ["schema", "the names"],
    ["schema tool_call.finished", "the data of that type of event"],
    ["schema list", "a line of choragen-session list --json"],
  ],
  run,
};

async function run({ given, out, paint, width }: Context): Promise<ExitCode> {
  const all = readAll();
  const [name] = given.operands;
  if (name === undefined) {
    for (const line of given.has("json") ? listJson(all) : listText(all, paint, width)) await out.line(line);
    return EXIT.ok;
  }
  const found = all.find((entry) => entry.name === name);
  if (found === undefined) {
    const meant = closestOf(
      name,
      all.map((entry) => entry.name),
    );
    const hint =
      meant === undefined ? "choragen-session schema says which there are" : `did you mean ${meant}?`;
    throw usageError(`there is no schema "${name}"; ${hint}`);
  }
  await out.text(given.has("json") ? `${JSON.stringify(JSON.parse(found.text()))}\n` : found.text());
  return EXIT.ok;
}

function* listJson(all: readonly Published[]): Generator<string> {
  for (const { name, text } of all) yield JSON.stringify({ name, description: describe(text()) });
}

function* listText(all: readonly Published[], paint: Paint, width: number): Generator<string> {
  const column = Math.max(...all.map(({ name }) => name.length)) + 2;
  for (const { name, text } of all) {
    const [first = "", ...rest] = wrapToWidth(describe(text()), width - column);
    yield paint("strong", name.padEnd(column)) + first;
    for (const line of rest) yield " ".repeat(column) + line;
  }
}

function describe(schemaText: string): string {
  return (JSON.parse(schemaText) as { description?: string }).description ?? "";
}

interface Published {
  readonly name: string;
  text(): string;
}

/** Those of journal and snapshot, then those of what commands print. */
function readAll(): Published[] {
  return ["", "output/"].flatMap((folder) => {
    const place = new URL(folder, FOLDER);
    return readdirSync(place)
      .filter((file) => file.endsWith(SUFFIX))
      .sort()
      .map((file) => ({
        name: file.slice(0, -SUFFIX.length),
        text: () => readFileSync(new URL(file, place), "utf8"),
      }));
  });
}
