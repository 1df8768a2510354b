/** What a command is, and what it is given. Types only: a command's file says what it does, `main.ts` runs it. */
import type { ParsedArguments } from "./arguments.js";
import type { ExitCode } from "./exit-codes.js";
import type { Output } from "./terminal/output.js";
import type { Paint } from "./terminal/paint.js";

export interface Option {
  readonly name: string;
  readonly short?: string;
  /** What its value is called; none for a switch. */
  readonly value?: string;
  /** Whether it may be given more than once, each time with another value. */
  readonly isRepeatable?: true;
  readonly about: string;
  /** What its value can be, where only these are; a shell completes them. */
  readonly choices?: Choices;
}

/** Names, or what finds them where they are not to be loaded with the command. */
export type Choices = readonly string[] | (() => Promise<readonly string[]>);

export interface Command {
  /** What follows the command's name. */
  readonly usage: string;
  /** What it does, in sentences; an empty string begins a new paragraph. */
  readonly about: readonly string[];
  readonly options: readonly Option[];
  readonly operands: {
    readonly atLeast: number;
    readonly atMost: number;
    readonly hint: string;
    readonly choices?: Choices;
  };
  /** Each a command line without the program's name, and what it is good for. */
  readonly examples: readonly (readonly [line: string, about: string])[];
  /** Whether it deals with SIGINT and SIGTERM itself. */
  readonly handlesSignals?: boolean;
  /** Whether it writes more than its output, and so goes on where nobody reads that any more. */
  readonly goesOnUnread?: boolean;
  run(context: Context): Promise<ExitCode>;
}

/** Everything a command may touch of the world outside the journals. */
export interface Context {
  readonly given: ParsedArguments;
  readonly out: Output;
  readonly paint: Paint;
  /** Columns of the terminal; infinite where there is none, so that nothing is cut in a pipe. */
  readonly width: number;
  /** Says something beside the output, on standard error. */
  readonly say: (message: string) => void;
}

export const HELP_OPTION: Option = { name: "help", short: "h", about: "Show this help" };
export const WORKSPACE_OPTION: Option = {
  name: "workspace",
  value: "DIR",
  about: "Use DIR/.choragen; else the nearest .choragen here or above",
};
export const JSON_OPTION: Option = { name: "json", about: "Print NDJSON for programs" };
