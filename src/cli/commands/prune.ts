/** `prune`: removes old sessions, after showing which and how much space they take. What it removed stands in a log. */
import { join } from "node:path";
import { type Pruned, type PruneOptions, pruneSessions } from "../../store/prune.js";
import { PRUNE_LOG_NAME } from "../../store/prune-log.js";
import { isAgreed } from "../ask.js";
import { type Command, type Context, JSON_OPTION, WORKSPACE_OPTION } from "../command.js";
import { usageError } from "../errors.js";
import { EXIT, type ExitCode } from "../exit-codes.js";
import { readNumber } from "../read-number.js";
import { startProgress } from "../terminal/progress.js";
import { wrapped } from "../terminal/wrapped.js";
import { parseTimeSpan } from "../time-span.js";
import { keptText, pruneTable, pruneTotal } from "../view/prune-table.js";
import { findPlace, shownPath } from "../workspace.js";

export const prune: Command = {
  usage: "--older-than SPAN [--keep-last N]",
  about: [
    "Removes the sessions whose last record was written longer ago than SPAN: the journal and every file that belongs to it. A session that is running, or that cannot be read, stays whatever its age.",
    "",
    "It shows what would go and how much space that takes, and asks. Where nobody can be asked it removes nothing without --yes. What is removed is written to .pruned.ndjson beside the sessions before it goes: a line for each, with its last hash.",
    "",
    "The exit status is 1 where somebody said no, and 3 where a session could not be removed: the others are removed all the same.",
  ],
  options: [
    { name: "older-than", value: "SPAN", about: "How long ago: 30d, 2w, 12h" },
    {
      name: "keep-last",
      value: "N",
      about: "Keep the N sessions that were written last, however old they are",
    },
    { name: "dry-run", short: "n", about: "Only show what would go" },
    { name: "yes", short: "y", about: "Do not ask" },
    WORKSPACE_OPTION,
    { ...JSON_OPTION, about: "Print each session, and what became of it, as NDJSON for programs" },
  ],
  operands: { atLeast: 0, atMost: 0, hint: "" },
  examples: [
    ["prune --older-than 30d", "shows what is older than 30 days, and asks"],
    ["prune --older-than 30d --keep-last 100 --yes", "for a timer: at least 100 sessions stay"],
    ["prune --older-than 90d --dry-run", "only shows it"],
  ],
  goesOnUnread: true,
  run,
};

async function run(context: Context): Promise<ExitCode> {
  const { given, out, paint, width } = context;
  const options = { ...readOptions(context), sessionsDir: findPlace(given.value("workspace")).directory };
  const isForPrograms = given.has("json");
  const planned = await pruneWithProgress({ ...options, dryRun: true });
  if (planned.removed.length === 0) {
    if (isForPrograms) await printJson(context, planned, "would-go");
    else await print(context, "Nothing is to be removed.", keptText(planned.kept));
    return EXIT.ok;
  }
  if (!isForPrograms) {
    for (const line of pruneTable(planned.removed, paint, width)) await out.line(line);
    await print(context, `${pruneTotal(planned.removed)} to be removed`, keptText(planned.kept));
  }
  if (given.has("dry-run")) {
    if (isForPrograms) await printJson(context, planned, "would-go");
    return EXIT.ok;
  }
  if (!(await isAgreed(context, "Remove them?", "prune asks before it removes anything"))) {
    await out.line("Nothing was removed.");
    return EXIT.finding;
  }
  // What has grown old enough since it was shown stays until it is shown.
  const only = planned.removed.map(({ id }) => id);
  const pruned = await pruneWithProgress({ ...options, only });
  if (isForPrograms) await printJson(context, pruned, "removed");
  else await printDone(context, pruned, new Set(only), options.sessionsDir);
  return pruned.kept.some(({ error }) => error !== undefined) ? EXIT.inputOutput : EXIT.ok;
}

function readOptions({ given }: Context): Pick<PruneOptions, "olderThanMs" | "keepLast"> {
  const span = given.value("older-than");
  if (span === undefined) {
    throw usageError("prune needs --older-than, such as --older-than 30d; see choragen-session prune --help");
  }
  const keepLast = readNumber(given.value("keep-last"), "--keep-last", 0) ?? 0;
  return { olderThanMs: parseTimeSpan(span, "--older-than"), keepLast };
}

async function pruneWithProgress(options: PruneOptions): Promise<Pruned> {
  const progress = startProgress(options.dryRun ? "looking at" : "removing");
  try {
    return await pruneSessions({
      ...options,
      onProgress: ({ doing, done, total, id }) => {
        if (options.dryRun || doing === "removing") progress.at(done, total, id);
      },
    });
  } finally {
    progress.end();
  }
}

async function print({ out, paint, width }: Context, ...sentences: readonly string[]): Promise<void> {
  for (const sentence of sentences.filter((each) => each !== "")) {
    for (const line of wrapped(sentence, "plain", paint, width)) await out.line(line);
  }
}

async function printDone(
  context: Context,
  { removed, kept }: Pruned,
  shown: ReadonlySet<string>,
  directory: string,
): Promise<void> {
  const { out, say } = context;
  await out.flush();
  for (const { id, why, error } of kept) {
    if (shown.has(id)) say(`${id} stays: ${why}${error === undefined ? "" : `: ${error.message}`}`);
  }
  const log = shownPath(join(directory, PRUNE_LOG_NAME));
  const done =
    removed.length === 0 ? "Nothing was removed." : `Removed ${pruneTotal(removed)}, as ${log} says.`;
  await print(context, done);
}

async function printJson(
  { out }: Context,
  { removed, kept }: Pruned,
  became: "removed" | "would-go",
): Promise<void> {
  const { JsonLines } = await import("../json-lines.js");
  const lines = new JsonLines();
  for (const session of removed) await out.line(lines.format({ became, ...session }));
  for (const { id, why, error } of kept) {
    const failure = error === undefined ? {} : { error: { code: error.code, message: error.message } };
    await out.line(lines.format({ became: "kept", id, why, ...failure }));
  }
}
