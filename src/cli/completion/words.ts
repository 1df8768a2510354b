/**
 * What a shell can complete, as the commands themselves say it: their names, their options, and what their values and
 * operands can be. It knows no shell.
 */
import { type Choices, type Command, HELP_OPTION, type Option } from "../command.js";
import { COMMANDS } from "../commands.js";

/** Names to choose from, or where a value comes from; "nothing" is whatever the person likes to type. */
export type Source = readonly string[] | "session" | "file" | "directory" | "nothing";

export interface OptionWords {
  readonly name: string;
  readonly short?: string;
  readonly about: string;
  readonly isRepeatable: boolean;
  /** None for a switch. */
  readonly value?: { readonly title: string; readonly source: Source };
}

export interface CommandWords {
  readonly name: string;
  readonly about: string;
  readonly options: readonly OptionWords[];
  readonly operand: Source;
}

export async function completionWords(): Promise<CommandWords[]> {
  return await Promise.all(
    COMMANDS.map(async ({ name, about, load }) => {
      const command = await load();
      const options = await Promise.all([...command.options, HELP_OPTION].map(optionWords));
      return { name, about, options, operand: await operandOf(command) };
    }),
  );
}

async function optionWords({
  name,
  short,
  value,
  about,
  choices,
  isRepeatable,
}: Option): Promise<OptionWords> {
  const words = {
    name,
    about,
    isRepeatable: isRepeatable === true,
    ...(short === undefined ? {} : { short }),
  };
  if (value === undefined) return words;
  const source = choices === undefined ? sourceOf(value) : await list(choices);
  return { ...words, value: { title: value, source } };
}

async function operandOf({ usage, operands }: Command): Promise<Source> {
  if (operands.choices !== undefined) return await list(operands.choices);
  if (operands.atMost === 0) return "nothing";
  // What follows an option's name is its value, and no operand.
  return sourceOf(usage.replace(/--?[a-z-]+ [A-Z]+/g, ""));
}

/** By the words that every command's usage is written with. */
function sourceOf(text: string): Source {
  if (/\bSESSION\b/.test(text)) return "session";
  if (/\bFILE\b/.test(text)) return "file";
  return /\bDIR\b/.test(text) ? "directory" : "nothing";
}

async function list(choices: Choices): Promise<readonly string[]> {
  return typeof choices === "function" ? await choices() : choices;
}
