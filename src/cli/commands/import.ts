/** `import`: brings other tools' transcripts into the workspace and reports what was read, made, kept and not readable. */

import { statSync } from "node:fs";
import { FORMATS } from "../../import/formats.js";
import { ImportError } from "../../import/import-error.js";
import {
  type FolderImport,
  type FolderImportOptions,
  importFolder,
  isIndexFile,
} from "../../import/import-folder.js";
import { importTranscript } from "../../import/import-transcript.js";
import type { FormatName } from "../../import/types.js";
import { resolvePlace } from "../../store/place.js";
import { safeLine } from "../../text/safe-text.js";
import { type Command, type Context, JSON_OPTION, WORKSPACE_OPTION } from "../command.js";
import { missing, usageError } from "../errors.js";
import { EXIT, type ExitCode } from "../exit-codes.js";
import { startProgress } from "../terminal/progress.js";
import { countOf } from "../view/figures.js";
import { ImportTotal, importErrorText, importLines, leftOutText } from "../view/import-report.js";
import { findWhereToRecord, isDirectory, shownPath } from "../workspace.js";

export const importCommand: Command = {
  usage: "[--format FORMAT] FILE|DIR|-...",
  about: [
    "Brings transcripts of other tools into the workspace, each session as a journal of its own. The format is told by what stands in a file, not by its name. A folder is searched for transcripts, and sub-agents in it become child sessions.",
    "",
    "Nothing is dropped in silence: a record becomes an event or is kept as a note, and what cannot be read is told with its line.",
    "",
    `Formats: ${FORMATS.map(({ name }) => name).join(", ")}.`,
    "",
    "What was imported before is not written again; what a source has gained since is added to its session.",
    "",
    "The exit status is 1 where something could not be read, a file is of no known format or not of the one given, a folder holds nothing to import, or a session is not as it was imported.",
  ],
  options: [
    {
      name: "format",
      value: "FORMAT",
      about: "Read it as this format instead of finding out",
      choices: FORMATS.map(({ name }) => name),
    },
    WORKSPACE_OPTION,
    { ...JSON_OPTION, about: "Print each report as NDJSON for programs" },
  ],
  operands: {
    atLeast: 1,
    atMost: Number.POSITIVE_INFINITY,
    hint: "needs a file, a folder, or - for standard input",
  },
  examples: [
    ["import ~/.claude/projects", "all sessions of Claude Code"],
    ["import run.traj.json", "one file, whatever tool it is from"],
    ["import --json - < rollout.jsonl", "from standard input, with the report for a program"],
  ],
  handlesSignals: true,
  goesOnUnread: true,
  run,
};

async function run(context: Context): Promise<ExitCode> {
  const { given, out, width, say } = context;
  const where = findWhereToRecord(given.value("workspace"));
  const { directory } = resolvePlace(where);
  const isNew = !isDirectory(directory);
  const wanted = readFormat(given.value("format"));
  const operands = given.operands.map((operand) => ({ operand, isMany: isFolder(operand) }));
  const tell = await createTeller(context);
  const interruption = listenForInterrupt();
  const progress = startProgress("importing", { unit: "bytes" });
  let current = "";
  const onProgress = (bytes: number) => progress.at(bytes, undefined, current);
  const options: FolderImportOptions = {
    ...where,
    format: wanted,
    onProgress,
    signal: interruption.signal,
    onLeftOut: (leftOut) => say(`${safeLine(current)}: ${leftOutText(leftOut)}`),
  };
  const total = new ImportTotal();
  try {
    for (const { operand, isMany } of operands) {
      current = operand;
      const before = total.sources;
      for await (const one of importOperand(operand, isMany, options)) {
        const isPassedOver = isMany && "error" in one && one.error.code === "UNKNOWN_FORMAT";
        total.add(one, isPassedOver);
        await tell(one, isPassedOver);
        if (wanted === undefined || "error" in one || one.report.events > 0) continue;
        await out.flush();
        say(`nothing in ${safeLine(one.report.source)} was recognised as ${wanted}; is it in that format?`);
        total.worsen(EXIT.finding);
      }
      if (isMany && total.sources === before) {
        say(`there is nothing to import in ${safeLine(operand)}`);
        total.worsen(EXIT.finding);
      }
    }
  } catch (error) {
    if (!interruption.signal.aborted) throw error;
    progress.end();
    await out.flush();
    say("interrupted: sessions that were whole stay; import again for the others");
    return EXIT.interrupted;
  } finally {
    progress.end();
    interruption.letGo();
  }
  if (total.sources > 1 && !given.has("json")) {
    for (const line of total.lines(width)) await out.line(line);
  }
  await out.flush();
  if (total.passedOver > 0)
    say(`${countOf(total.passedOver, "file")} in no format that can be imported passed over`);
  if (isNew && isDirectory(directory)) say(`made ${shownPath(directory)} for what was imported`);
  return total.exitCode;
}

/** The first Ctrl-C lets what is half done be taken away, the second does not wait. To be let go of when all is done. */
function listenForInterrupt(): { readonly signal: AbortSignal; readonly letGo: () => void } {
  const abort = new AbortController();
  const onInterrupt = () => {
    if (abort.signal.aborted) process.exit(EXIT.interrupted);
    abort.abort(new Error("interrupted"));
    // Nothing more is waited for.
    process.stdin.destroy();
  };
  process.on("SIGINT", onInterrupt);
  return { signal: abort.signal, letGo: () => process.off("SIGINT", onInterrupt) };
}

async function* importOperand(
  operand: string,
  isMany: boolean,
  { onLeftOut, ...options }: FolderImportOptions,
): AsyncGenerator<FolderImport, void> {
  const source = operand === "-" ? process.stdin : operand;
  try {
    if (isMany) {
      yield* importFolder(operand, { ...options, onLeftOut });
      return;
    }
    const name = operand === "-" ? "standard input" : operand;
    yield { path: operand, report: await importTranscript(source, { ...options, name }) };
  } catch (error) {
    if (!(error instanceof ImportError) || options.signal?.aborted) throw error;
    yield { path: operand, error };
  }
}

/** A folder, or the index of one. */
function isFolder(operand: string): boolean {
  if (operand === "-") return false;
  const found = statSync(operand, { throwIfNoEntry: false });
  if (found === undefined) throw missing(`there is no file or folder ${safeLine(operand)}`);
  return found.isDirectory() || isIndexFile(operand);
}

function readFormat(name: string | undefined): FormatName | undefined {
  if (name === undefined) return undefined;
  const found = FORMATS.find((format) => format.name === name);
  if (found !== undefined) return found.name;
  throw usageError(
    `there is no format "${name}"; there are ${FORMATS.map((format) => format.name).join(", ")}`,
  );
}

type Teller = (one: FolderImport, isPassedOver: boolean) => Promise<void>;

async function createTeller({ given, out, paint, width, say }: Context): Promise<Teller> {
  if (given.has("json")) {
    const { JsonLines } = await import("../json-lines.js");
    const lines = new JsonLines();
    return async (one) => {
      const told =
        "report" in one
          ? one.report
          : { source: one.path, error: { code: one.error.code, message: one.error.message } };
      await out.line(lines.format(told));
    };
  }
  return async (one, isPassedOver) => {
    if ("report" in one) {
      for (const line of importLines(one.report, paint, width)) await out.line(line);
    } else if (!isPassedOver) {
      await out.flush();
      say(importErrorText(safeLine(one.path === "-" ? "standard input" : one.path), one.error));
    }
  };
}
