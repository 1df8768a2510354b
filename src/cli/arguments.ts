/** Takes a command line apart by what the command says it takes. Whatever does not fit is a usage error with a hint. */
import { parseArgs } from "node:util";
import { type Command, HELP_OPTION, type Option } from "./command.js";
import { usageError } from "./errors.js";

export interface ParsedArguments {
  readonly operands: readonly string[];
  /** Whether a switch was given. */
  has(name: string): boolean;
  /** The value of an option that was given; it is not empty. */
  value(name: string): string | undefined;
  /** The values of an option that may be given more than once; none of them is empty. */
  values(name: string): readonly string[];
}

/** Throws a usage error. `name` is the command's. */
export function parseArguments(name: string, command: Command, line: readonly string[]): ParsedArguments {
  const options = [...command.options, HELP_OPTION];
  const { values, positionals } = parse(name, options, line);
  const parsed: ParsedArguments = {
    operands: positionals,
    has: (option) => values[option] === true,
    value: (option) => values[option] as string | undefined,
    values: (option) => (values[option] ?? []) as string[],
  };
  if (!parsed.has("help")) checkOperands(name, command, positionals);
  return parsed;
}

function parse(name: string, options: readonly Option[], line: readonly string[]) {
  const config = Object.fromEntries(
    options.map(({ name, short, value, isRepeatable = false }) => [
      name,
      {
        type: value === undefined ? ("boolean" as const) : ("string" as const),
        ...(short ? { short } : {}),
        multiple: isRepeatable,
      },
    ]),
  );
  try {
    const args = withNegativeValues(options, line);
    const { values, positionals } = parseArgs({ args, options: config, allowPositionals: true });
    for (const [option, value] of Object.entries(values)) {
      if (value === "" || (Array.isArray(value) && value.includes("")))
        throw usageError(`--${option} needs a value; ${seeHelp(name)}`);
    }
    return { values, positionals };
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "";
    if (!code.startsWith("ERR_PARSE_ARGS")) throw error;
    throw usageError(`${rephrase(code, options, (error as Error).message)}; ${seeHelp(name)}`);
  }
}

/** No option is called by a digit, so `-1` behind one that needs a value is that value: what is wrong with it is told then. */
function withNegativeValues(options: readonly Option[], line: readonly string[]): string[] {
  const end = line.includes("--") ? line.indexOf("--") : line.length;
  const args: string[] = [];
  for (const [at, word] of line.entries()) {
    const before = args.at(-1) ?? "";
    const sign = at < end && /^-\d/.test(word) ? signOfValue(options, before) : undefined;
    if (sign === undefined) args.push(word);
    else args[args.length - 1] = before + sign + word;
  }
  return args;
}

/** What stands between an option and its value in one word; undefined where the word is none that waits for a value. */
function signOfValue(options: readonly Option[], word: string): "=" | "" | undefined {
  const valued = options.filter(({ value }) => value !== undefined);
  if (valued.some(({ name }) => word === `--${name}`)) return "=";
  const isGroup = /^-[a-zA-Z]+$/.test(word);
  const switches = options.filter(({ value }) => value === undefined).map(({ short }) => short);
  if (!isGroup || ![...word.slice(1, -1)].every((letter) => switches.includes(letter))) return undefined;
  return valued.some(({ short }) => short === word.at(-1)) ? "" : undefined;
}

/** Node's messages speak to whoever wrote the program. */
function rephrase(code: string, options: readonly Option[], message: string): string {
  const option = /'(-{1,2}[^\s',=]+)/.exec(message)?.[1] ?? "an option";
  if (code === "ERR_PARSE_ARGS_UNKNOWN_OPTION") return `there is no option ${option} here`;
  const known = options.find(({ name }) => message.includes(`--${name}`));
  if (known?.value !== undefined) return `--${known.name} needs a value (${known.value})`;
  return known === undefined ? message : `--${known.name} takes no value`;
}

function checkOperands(name: string, { operands }: Command, given: readonly string[]): void {
  if (given.length < operands.atLeast) throw usageError(`${name} ${operands.hint}; ${seeHelp(name)}`);
  if (given.length > operands.atMost) {
    throw usageError(`${name} does not take "${given[operands.atMost]}"; ${seeHelp(name)}`);
  }
}

export function seeHelp(name: string): string {
  return `see choragen-session ${name} --help`;
}
