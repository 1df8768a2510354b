/** `repair`: mends a journal because somebody asked for it, after saying what it would do. The original is kept. */

import { journalNameOf } from "../../journal/place-of.js";
import { planRepair, type Repair, repairJournal } from "../../journal/repair.js";
import type { RepairPlan } from "../../journal/repair-plan.js";
import { safeLine } from "../../text/safe-text.js";
import { isAgreed } from "../ask.js";
import { type Command, type Context, JSON_OPTION, WORKSPACE_OPTION } from "../command.js";
import { CommandError, missing, usageError } from "../errors.js";
import { EXIT, type ExitCode } from "../exit-codes.js";
import { findJournal } from "../find-journal.js";
import { isBeingWritten } from "../follow-writer.js";
import { repairSteps } from "../repair-plan.js";
import { wrapped } from "../terminal/wrapped.js";
import { countOf } from "../view/figures.js";
import { otherSession } from "../view/other-session.js";
import { verificationLines } from "../view/verification.js";
import { shownPath } from "../workspace.js";
import { isSound } from "./verify.js";

export const repair: Command = {
  usage: "[--yes] SESSION",
  about: [
    "Mends a journal that a crash left unfinished or that is damaged: what is sound stays as it is, byte for byte; records behind damage that can be proved are chained anew; calls without a result and the session are closed as interrupted.",
    "",
    "It says what it would do and asks. The bytes that it takes out, or the whole original, are kept beside the journal, and it says where. A journal that needs nothing is not touched.",
  ],
  options: [
    { name: "yes", short: "y", about: "Do not ask" },
    WORKSPACE_OPTION,
    { ...JSON_OPTION, about: "Print what was done as NDJSON for programs" },
  ],
  operands: { atLeast: 1, atMost: 1, hint: 'needs a session: an id, "latest" or the path of a journal' },
  examples: [
    ["repair 3fa2c1", "says what it would do, and asks"],
    ["repair --yes latest", "does it"],
  ],
  goesOnUnread: true,
  run,
};

async function run(context: Context): Promise<ExitCode> {
  const { given, out } = context;
  const path = findJournal(given.operands[0] ?? "", given.value("workspace"));
  const name = safeLine(shownPath(path));
  if (journalNameOf(path) === undefined) {
    throw usageError(
      `only a journal, named *.ndjson, can be repaired; rename a copy of ${name} and repair that`,
    );
  }
  if (isBeingWritten(path)) throw missing(`${name} is being written; repair it when its writer has ended`);
  const plan = await planRepair(path);
  if (plan.verdict === "empty") {
    throw new CommandError(EXIT.finding, `${name} holds no sound record; there is nothing to mend it from`);
  }
  const isForPrograms = given.has("json");
  if (!isForPrograms) await printPlan(context, name, plan);
  if (!plan.isNeeded && !isForPrograms) return EXIT.ok;
  const isWanted =
    !plan.isNeeded || (await isAgreed(context, "Repair it?", "repair asks before it changes anything"));
  if (!isWanted) {
    await out.line("Nothing was changed.");
    return EXIT.finding;
  }
  const repaired = await repairJournal(path);
  if (isForPrograms) {
    const { JsonLines } = await import("../json-lines.js");
    await out.line(new JsonLines().format(repaired));
  } else {
    for (const line of doneLines(name, repaired, context)) await out.line(line);
  }
  return isSound(repaired.after) ? EXIT.ok : EXIT.finding;
}

const DONE_INDENT = " ".repeat("corrupt  ".length);
const STEP_INDENT = " ".repeat("  - ".length);

async function printPlan({ out, paint, width }: Context, name: string, plan: RepairPlan): Promise<void> {
  const whose = otherSession(plan.path, plan.sessionId);
  const about = whose === "" ? "" : `, a journal of ${whose}`;
  if (!plan.isNeeded) {
    const told = `${name}${about === "" ? "" : `${about},`} needs no repair.`;
    for (const line of wrapped(told, "plain", paint, width)) await out.line(line);
    return;
  }
  for (const line of wrapped(`To repair ${name}${about}:`, "strong", paint, width)) await out.line(line);
  for (const step of repairSteps(plan)) {
    const [first = "", ...rest] = wrapped(step, "plain", paint, width, STEP_INDENT);
    for (const line of [`  ${paint("dim", "-")}${first.slice("  -".length)}`, ...rest]) await out.line(line);
  }
}

function* doneLines(
  name: string,
  { after, kept, salvaged }: Repair,
  { paint, width }: Context,
): Generator<string> {
  yield* verificationLines(after, name, paint, width);
  if (salvaged > 0)
    yield* wrapped(
      `${countOf(salvaged, "record")} behind the damage saved`,
      "plain",
      paint,
      width,
      DONE_INDENT,
    );
  for (const path of kept) yield* wrapped(`kept: ${shownPath(path)}`, "plain", paint, width, DONE_INDENT);
}
