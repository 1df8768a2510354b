/** `diff`: where two runs part, and how they differ in tokens and time. It reads and changes nothing. */

import { readDifferences } from "../../analysis/diff/contents.js";
import { diffSessions } from "../../analysis/diff/diff-sessions.js";
import type { SessionDiff } from "../../analysis/entry.js";
import { toPlain } from "../../event/plain.js";
import { type Command, type Context, JSON_OPTION, WORKSPACE_OPTION } from "../command.js";
import { EXIT, type ExitCode } from "../exit-codes.js";
import { findJournal } from "../find-journal.js";
import { startProgress } from "../terminal/progress.js";
import { damageBanner } from "../view/damage.js";

export const diff: Command = {
  usage: "[--full] SESSION SESSION",
  about: [
    "Compares two runs step by step and shows where they part: the first step that differs, from both, and in a changed one the first place that does. Then how many steps follow that are the same, changed, or in one alone, and how tokens and times differ.",
    "",
    "A step is a message (role and content), a call (tool, arguments and result), an error, or how the run ended. Ids, times and numbers of records are not compared, nor are notes, status and the runtime's own events.",
    "",
    "The exit status is 0 where all steps are the same, whatever tokens and times are, and 1 where not. Damaged journals are compared up to the damage, and the exit status is 1.",
  ],
  options: [{ name: "full", about: "Show every difference" }, WORKSPACE_OPTION, JSON_OPTION],
  operands: {
    atLeast: 2,
    atMost: 2,
    hint: 'needs two sessions: ids, "latest" or paths of journals',
  },
  examples: [
    ["diff 3fa2c1 latest", "where the latest run went another way"],
    ["diff --full 3fa2c1 91bc02 | less", "every difference"],
    ["diff --json 3fa2c1 91bc02 | jq -r '.first?.field // empty'", "what differs first"],
  ],
  run,
};

async function run(context: Context): Promise<ExitCode> {
  const { given, say } = context;
  const [a = "", b = ""] = given.operands.map((wanted) => findJournal(wanted, given.value("workspace")));
  const progress = startProgress("comparing", { unit: "bytes" });
  let compared: SessionDiff;
  try {
    compared = await diffSessions(a, b, { onProgress: (bytes) => progress.at(bytes) });
  } finally {
    progress.end();
  }
  if (given.has("json")) await printJson(context, compared);
  else await printText(context, compared);
  let isDamaged = false;
  for (const { path, sessionId, found } of [compared.a, compared.b]) {
    const banner = damageBanner(path, found);
    if (banner === "") continue;
    isDamaged = true;
    say(`${sessionId}: ${banner}`);
  }
  return compared.same && !isDamaged ? EXIT.ok : EXIT.finding;
}

/** The comparison, then each difference, or the first. */
async function printJson({ given, out }: Context, compared: SessionDiff): Promise<void> {
  const { JsonLines } = await import("../json-lines.js");
  const lines = new JsonLines();
  const { differences, ...rest } = compared;
  await out.line(lines.format({ kind: "diff", ...rest }));
  for await (const difference of readDifferences(compared)) {
    await out.line(lines.format(toPlain(difference) as object));
    if (!given.has("full")) break;
  }
}

async function printText({ given, out, paint, width }: Context, compared: SessionDiff): Promise<void> {
  const { DiffText } = await import("../view/diff-text.js");
  const { diffFigures } = await import("../view/diff-figures.js");
  const text = new DiffText(paint, width, compared);
  const isFull = given.has("full");
  for (const line of text.head()) await out.line(line);
  for await (const difference of readDifferences(compared)) {
    for (const line of text.difference(difference)) await out.line(line);
    if (!isFull) break;
  }
  if (!compared.same) {
    await out.line();
    for (const line of text.summary(isFull)) await out.line(line);
  }
  await out.line();
  for (const line of diffFigures(compared, paint, width)) await out.line(line);
}
