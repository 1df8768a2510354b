/** `stats`: what sessions came to, by tool, by model and by event. It reads and changes nothing. */
import type { JournalFile, SessionStats } from "../../analysis/entry.js";
import { sessionStats } from "../../analysis/stats/session-stats.js";
import { StatsCount } from "../../analysis/stats/stats-count.js";
import { chooseJournals } from "../chosen-journals.js";
import { type Command, type Context, JSON_OPTION, WORKSPACE_OPTION } from "../command.js";
import { describeFailure, isJournalError, usageError } from "../errors.js";
import { EXIT, type ExitCode } from "../exit-codes.js";
import { startProgress } from "../terminal/progress.js";
import { damageBanner } from "../view/damage.js";

export const stats: Command = {
  usage: "[--since WHEN] [SESSION]...",
  about: [
    "Counts calls, failures, denials, how long calls took, tokens and bytes: by tool, by model, and by type of event, which tells why a journal is big. Without a session it counts all of the workspace together, and each.",
    "",
    "A call failed, was denied or is still open, or it succeeded. P50 and P95 are durations that half and 95 % of the calls did not exceed; denied calls are in neither. The duration is the one that was recorded, else the time between call and result; in an imported session by the source's clock alone.",
    "",
    "With --json it prints a line for each session and, of several, one for all.",
    "",
    "A damaged journal is counted up to the damage, and the exit status is 1.",
  ],
  options: [
    { name: "all", about: "All sessions of the workspace, as without a session" },
    {
      name: "since",
      value: "WHEN",
      about: "Only sessions started since: a span such as 2h or 30d, or a date, or 2025-12-08T14:30",
    },
    { name: "full", about: "Show every row, also on a terminal" },
    WORKSPACE_OPTION,
    JSON_OPTION,
  ],
  operands: { atLeast: 0, atMost: Number.POSITIVE_INFINITY, hint: "" },
  examples: [
    ["stats latest", "the session that was started last"],
    ["stats --since 7d", "the last week, together and session by session"],
    ["stats --json latest | jq '.types[0]'", "what takes the most bytes"],
  ],
  run,
};

async function run(context: Context): Promise<ExitCode> {
  const { say } = context;
  const journals = await readChoice(context);
  const [only] = journals;
  if (only === undefined) {
    say("there are no sessions to count");
    return EXIT.ok;
  }
  const isOne = journals.length === 1;
  const print = context.given.has("json") ? await printJson(context, isOne) : await printText(context, isOne);
  const total = new StatsCount();
  const progress = startProgress("counting");
  let exitCode: ExitCode = EXIT.ok;
  try {
    for (const [index, { id, path }] of journals.entries()) {
      progress.at(index, journals.length, id);
      try {
        const counted = await sessionStats(path, { addTo: total });
        await print.session(counted);
        const banner = damageBanner(path, counted.found);
        if (banner === "") continue;
        say(isOne ? banner : `${counted.sessionId}: ${banner}`);
        if (exitCode === EXIT.ok) exitCode = EXIT.finding;
      } catch (error) {
        if (!isJournalError(error) || isOne) throw error;
        // The others are counted all the same.
        const failure = describeFailure(error);
        say(failure.message);
        exitCode = failure.exitCode;
      }
    }
  } finally {
    progress.end();
  }
  await print.end(total);
  return exitCode;
}

async function readChoice({ given }: Context): Promise<JournalFile[]> {
  const since = given.value("since");
  const isNamed = given.operands.length > 0;
  if (isNamed && (given.has("all") || since !== undefined)) {
    throw usageError("--all and --since choose among all sessions; name none with them");
  }
  const from =
    since === undefined ? undefined : (await import("../time-span.js")).parseMoment(since, "--since");
  return chooseJournals(given.operands, given.value("workspace"), from);
}

interface Printer {
  session(stats: SessionStats): Promise<void>;
  end(total: StatsCount): Promise<void>;
}

async function printJson({ out }: Context, isOne: boolean): Promise<Printer> {
  const { JsonLines } = await import("../json-lines.js");
  const lines = new JsonLines();
  return {
    session: (stats) => out.line(lines.format({ kind: "session", ...stats })),
    end: async (total) => {
      if (!isOne) await out.line(lines.format({ kind: "all", ...total.figures() }));
    },
  };
}

async function printText({ given, out, paint, width }: Context, isOne: boolean): Promise<Printer> {
  const { StatsText } = await import("../view/stats-text.js");
  const { headLines } = await import("../view/session-head.js");
  const { sessionColumns, sessionRow } = await import("../view/stats-sessions.js");
  const text = new StatsText(paint, width, given.has("full"));
  const rows: ReturnType<typeof sessionRow>[] = [];
  const print = async (lines: Iterable<string>) => {
    for (const line of lines) await out.line(line);
  };
  return {
    session: async (stats) => {
      rows.push(sessionRow(stats));
      if (!isOne || stats.records === 0) return;
      await print(headLines(stats, paint, width));
      await print(text.summary(stats));
      await print(text.tables(stats));
    },
    end: async (total) => {
      if (isOne) return;
      const figures = total.figures();
      await print(text.summary(figures, `${figures.sessions} sessions`));
      await print(text.tables(figures));
      await print(text.table(sessionColumns(width), rows, "session"));
    },
  };
}
