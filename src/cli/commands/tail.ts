/**
 * `tail`: the events of sessions, one a line, as they are or while they are written. It reads and changes nothing. What
 * is shown of one, of all, or of the newest session stands in `tail/`.
 */
import { existsSync } from "node:fs";
import { EVENT_TYPES } from "../../event/event-types.js";
import { isSessionId } from "../../store/id.js";
import { sessionPaths } from "../../store/names.js";
import { resolvePlace, type Where } from "../../store/place.js";
import { type Command, type Context, JSON_OPTION, WORKSPACE_OPTION } from "../command.js";
import { CommandError, usageError } from "../errors.js";
import { EXIT, type ExitCode } from "../exit-codes.js";
import { findJournal } from "../find-journal.js";
import { readNumber } from "../read-number.js";
import { EventLines, type Wanted } from "../tail/event-lines.js";
import { tailOne } from "../tail/tail-one.js";
import { typeFilter } from "../tail/type-filter.js";
import { findWhereToRecord, shownPath } from "../workspace.js";

export const tail: Command = {
  usage: "[-f | -F] [-n N] [--type TYPE]... [SESSION | --all]",
  about: [
    "Prints the events of a session, the latest unless another is named, one a line: time, number, what happened, and what matters of it; a result stands with the name of its call, and with that call's number where others came in between. On a terminal lines are cut to its width, elsewhere nothing is.",
    "",
    "With -f it follows the session until that ends. When the process that writes it is gone, it says so and exits with 0; with --stay it waits for another to go on.",
    "",
    "With -F it waits for a session that is not there yet. Without a SESSION it goes on with each newer one that starts, past those of sub-agents, until Ctrl-C. With --all it follows every session that runs or begins, but for imports, each line with the end of its session's id.",
    "",
    "A TYPE is a type of event; tool.* means all whose type begins so. With --json the records are printed as they are; where many are followed, each begins with a member sessionId.",
    "",
    "A damaged journal gives the events before the damage, then says where it is, and exits with 1.",
  ],
  options: [
    { name: "follow", short: "f", about: "Go on with what is written from now on" },
    { name: "follow-newest", short: "F", about: "The same, also for what is not there yet" },
    { name: "all", about: "Follow all sessions that run or begin" },
    { name: "lines", short: "n", value: "N", about: "Begin with the last N events; all, or none with --all" },
    {
      name: "type",
      value: "TYPE",
      isRepeatable: true,
      about: "Only such events; several with commas, or given again",
      choices: EVENT_TYPES,
    },
    { name: "from", value: "SEQ", about: "Begin with this record" },
    { name: "stay", about: "Follow, and wait for another writer when one is gone" },
    WORKSPACE_OPTION,
    JSON_OPTION,
  ],
  operands: { atLeast: 0, atMost: 1, hint: "" },
  examples: [
    ["tail -f", "watch the latest session"],
    ["tail -F", "watch whatever is run here, one session after the other"],
    ["tail --all --type tool.*,error.recorded", "the calls and errors of all that runs"],
    ["tail -n 20 3fa2c1", "the last 20 events of the session whose id ends so"],
    ["tail --json latest | jq 'select(.type == \"error.recorded\")'", "the errors, as records"],
  ],
  run,
};

async function run(context: Context): Promise<ExitCode> {
  const { given } = context;
  const wanted: Wanted = {
    isType: typeFilter(given.values("type")),
    fromSeq: readNumber(given.value("from"), "--from", 1) ?? 1,
    json: given.has("json") ? new (await import("../json-lines.js")).JsonLines() : null,
  };
  const lastLines = readNumber(given.value("lines"), "-n", 0);
  if (given.has("all")) return await runAll(context, wanted, lastLines ?? 0);
  const [named = "latest"] = given.operands;
  const waits = given.has("follow-newest");
  if (waits && named === "latest") {
    if (wanted.fromSeq > 1) throw usageError("--from is for one session; name it, or leave out -F");
    const { tailNewest } = await import("../tail/tail-newest.js");
    return await tailNewest(context, watchedPlace(context), wanted, lastLines ?? Number.POSITIVE_INFINITY);
  }
  const stays = given.has("stay");
  const path = waits ? await awaitJournal(context, named) : findJournal(named, given.value("workspace"));
  return await tailOne(path, new EventLines(context, wanted), {
    lastLines: lastLines ?? Number.POSITIVE_INFINITY,
    fromSeq: wanted.fromSeq,
    isFollowed: waits || stays || given.has("follow"),
    stays,
  });
}

async function runAll(context: Context, wanted: Wanted, lastLines: number): Promise<ExitCode> {
  const { operands } = context.given;
  if (operands.length > 0)
    throw usageError(`--all follows every session; leave out "${operands[0]}", or --all`);
  if (wanted.fromSeq > 1) throw usageError("--from is for one session; leave out --all");
  const { tailAll } = await import("../tail/tail-all.js");
  return await tailAll(context, watchedPlace(context), wanted, lastLines);
}

/** Where sessions are, or will be: nothing need be there yet. */
function watchedPlace({ given }: Context): Where {
  const workspace = given.value("workspace");
  return { sessionsDir: resolvePlace(placeOf(workspace)).directory };
}

function placeOf(workspace: string | undefined): Where {
  return workspace === undefined ? findWhereToRecord(undefined) : { workspaceRoot: workspace };
}

/** The path of a session's journal, once that has begun. */
async function awaitJournal(context: Context, named: string): Promise<string> {
  const { untilBegun } = await import("../follow-writer.js");
  const path = findOrExpect(context, named);
  if (!existsSync(path)) context.say(`waiting for ${shownPath(path)}`);
  await untilBegun(path);
  return path;
}

function findOrExpect({ given }: Context, named: string): string {
  if (/[/\\]/.test(named)) return named;
  try {
    return findJournal(named, given.value("workspace"));
  } catch (error) {
    const isMissing = error instanceof CommandError && error.exitCode === EXIT.inputOutput;
    if (!isMissing || !isSessionId(named)) throw error;
  }
  return sessionPaths(resolvePlace(placeOf(given.value("workspace"))).directory, named).journal;
}
