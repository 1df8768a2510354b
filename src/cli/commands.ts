/** Which commands there are. Each is loaded when it is called, so that starting the program loads nothing else. */
import { closestOf } from "./closest.js";
import type { Command } from "./command.js";

interface Entry {
  readonly name: string;
  readonly about: string;
  load(): Promise<Command>;
}

export const COMMANDS: readonly Entry[] = [
  {
    name: "list",
    about: "The sessions of a workspace, newest first",
    load: async () => (await import("./commands/list.js")).list,
  },
  {
    name: "show",
    about: "A session for a reader: conversation, calls, tokens",
    load: async () => (await import("./commands/show.js")).show,
  },
  {
    name: "tail",
    about: "The events of a session, one a line; -f follows it",
    load: async () => (await import("./commands/tail.js")).tail,
  },
  {
    name: "stats",
    about: "Calls, times, tokens and bytes: by tool, model and event",
    load: async () => (await import("./commands/stats.js")).stats,
  },
  {
    name: "search",
    about: "Where a text stands in messages, arguments and results",
    load: async () => (await import("./commands/search.js")).search,
  },
  {
    name: "diff",
    about: "Where two runs part",
    load: async () => (await import("./commands/diff.js")).diff,
  },
  {
    name: "verify",
    about: "Whether journals are whole, and the place of each fault",
    load: async () => (await import("./commands/verify.js")).verify,
  },
  {
    name: "repair",
    about: "Mend a journal and keep the original",
    load: async () => (await import("./commands/repair.js")).repair,
  },
  {
    name: "scan-secrets",
    about: "Where journals hold tokens, keys and passwords",
    load: async () => (await import("./commands/scan-secrets.js")).scanSecretsCommand,
  },
  {
    name: "prune",
    about: "Remove old sessions, and record which",
    load: async () => (await import("./commands/prune.js")).prune,
  },
  {
    name: "import",
    about: "Bring in transcripts of other tools",
    load: async () => (await import("./commands/import.js")).importCommand,
  },
  {
    name: "export",
    about: "A session as ATIF, OTLP, OpenAI chat, Markdown, HTML or NDJSON",
    load: async () => (await import("./commands/export.js")).exportCommand,
  },
  {
    name: "record",
    about: "Record a session from NDJSON on standard input",
    load: async () => (await import("./commands/record.js")).record,
  },
  {
    name: "schema",
    about: "The JSON Schemas of events, snapshot and --json output",
    load: async () => (await import("./commands/schema.js")).schema,
  },
  {
    name: "completion",
    about: "A script that completes commands, options and ids in your shell",
    load: async () => (await import("./commands/completion.js")).completion,
  },
];

export function findCommand(name: string): Entry | undefined {
  return COMMANDS.find((command) => command.name === name);
}

/** The command that a mistyped name probably means. */
export function closestCommand(name: string): string | undefined {
  return closestOf(
    name,
    COMMANDS.map((command) => command.name),
  );
}
