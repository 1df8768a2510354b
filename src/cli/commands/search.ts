/** `search`: where something stands in what was said and done, with the session and the record to jump to. It changes nothing. */
import { basename } from "node:path";
import type { Match, SearchOptions } from "../../analysis/entry.js";
import { compilePattern } from "../../analysis/search/pattern.js";
import { searchSessions } from "../../analysis/search/search-sessions.js";
import { chooseJournals } from "../chosen-journals.js";
import { type Command, type Context, JSON_OPTION, WORKSPACE_OPTION } from "../command.js";
import { usageError } from "../errors.js";
import { EXIT, type ExitCode } from "../exit-codes.js";
import { JournalReading } from "../journal-reading.js";
import { readNumber } from "../read-number.js";
import { startProgress } from "../terminal/progress.js";

export const search: Command = {
  usage: "[-E] [-i] PATTERN [SESSION]...",
  about: [
    "Prints each record in which PATTERN stands: which session and record, when, what it is, and the text around it. It searches messages, names of tools, arguments (also their names), results, errors, notes and the runtime's own events; not ids, times, roles or numbers. All sessions of the workspace are searched, the newest first, unless some are named.",
    "",
    "PATTERN is taken as it is, or with -E as a JavaScript regular expression with the flags u and m; ^ and $ are the ends of a line. One that backtracks without end is not stopped; Ctrl-C stops it.",
    "",
    "The exit status is 0 where something was found and 1 where not, or where a journal is damaged. What is printed was verified: a journal in which the text stands is read from its start, and what lies behind damage is not printed, which is told on standard error, as is a blob that is missing or damaged. A journal in which it does not stand is not verified; choragen-session verify does that.",
  ],
  options: [
    { name: "regexp", short: "E", about: "PATTERN is a regular expression" },
    { name: "ignore-case", short: "i", about: "Upper and lower case are alike" },
    { name: "ids", short: "l", about: "Print only the ids of the sessions, each once" },
    { name: "max", short: "n", value: "N", about: "Stop behind N records, or N sessions with --ids" },
    WORKSPACE_OPTION,
    JSON_OPTION,
  ],
  operands: {
    atLeast: 1,
    atMost: Number.POSITIVE_INFINITY,
    hint: "needs a pattern to search for",
  },
  examples: [
    ["search ENOSPC", "where it was said, in all sessions"],
    ["search -i 'connection refused' latest", "in the latest session, in any case"],
    ["search -E 'src/\\w+\\.ts:\\d+' 3fa2c1", "with a regular expression, in one session"],
    ["search --ids 'rm -rf' | xargs -n 1 choragen-session show", "to see what they did"],
  ],
  // An expression that backtracks holds the event loop: nothing but the signal itself can end it.
  handlesSignals: true,
  run,
};

async function run(context: Context): Promise<ExitCode> {
  const { given, out, say } = context;
  const [pattern = "", ...sessions] = given.operands;
  const isRegExp = given.has("regexp");
  const wanted = { pattern, isRegExp, ignoreCase: given.has("ignore-case") };
  checkPattern(wanted);
  const most = readNumber(given.value("max"), "--max", 1) ?? Number.POSITIVE_INFINITY;
  const journals = chooseJournals(sessions, given.value("workspace")).map(({ path }) => path);
  const format = await createFormat(context);
  if (!isRegExp) process.once("SIGINT", () => process.exit(EXIT.interrupted));
  // It hides the cursor, and could not show it again where nothing but the signal ends the search.
  const progress = isRegExp ? undefined : startProgress("searching", { unit: "bytes" });
  const options: SearchOptions = { ...wanted, journals, onlyFirst: given.has("ids") };
  let found = 0;
  const reading = new JournalReading(say, progress);
  try {
    const matches = searchSessions({
      ...options,
      ...reading.options,
      onBlobFault: (path, { message }) => say(`${basename(path, ".ndjson")}: not searched: ${message}`),
    });
    for await (const match of matches) {
      for (const line of format(match)) await out.line(line);
      found += 1;
      if (found === most) break;
    }
  } finally {
    progress?.end();
  }
  return reading.failed ?? (found > 0 && !reading.isDamaged ? EXIT.ok : EXIT.finding);
}

function checkPattern(wanted: { pattern: string; isRegExp: boolean }): void {
  if (wanted.pattern === "") throw usageError("the pattern is empty; give a text to search for");
  try {
    compilePattern(wanted);
  } catch (error) {
    const reason = (error as Error).message.replace(/^Invalid regular expression: /, "");
    throw usageError(
      `the pattern is no regular expression: ${reason}; leave out -E to search for it as it is`,
    );
  }
}

type Format = (match: Match) => Iterable<string>;

async function createFormat({ given, paint, width }: Context): Promise<Format> {
  if (given.has("json")) {
    const { JsonLines } = await import("../json-lines.js");
    const lines = new JsonLines();
    return (match) => [lines.format(match)];
  }
  if (given.has("ids")) {
    const { safeLine } = await import("../../text/safe-text.js");
    return ({ sessionId }) => [safeLine(sessionId)];
  }
  const { SearchLines } = await import("../view/search-lines.js");
  const lines = new SearchLines(paint, width);
  return (match) => lines.lines(match);
}
