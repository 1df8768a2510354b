/** Harm and its cure: journals are damaged, repaired with deaths and faults in the repair, and compared with what could be proved. */
import { type JournalError, repairJournal, Session } from "@choragen/session-journal";
import { pick } from "../support/fault-random.js";
import { type Action, armProcess, pickLedger, takeWith } from "./actions.js";
import { losePower } from "./deaths.js";
import { checkVerdict, examine } from "./examine.js";
import { excusedBy, harmers } from "./harm.js";
import { anchorIn, type Judged, judgeJournal } from "./journal-oracle.js";
import { noteKept, plantQuarantine } from "./kept.js";
import { type Entry, isSame, type Ledger } from "./ledger.js";
import { demand, Violation } from "./violation.js";
import { directory, type World, workspaceRoot } from "./world.js";

/** A journal that nobody is writing is damaged, and mended. */
export const harm: Action = async (world) => {
  const ledger = pickLedger(world);
  if (!canBeHarmed(world, ledger)) return "nothing to harm";
  const { journal, snapshot } = world.paths(ledger.id);
  const before = world.judged(ledger.id);
  const sound = before.bytes.subarray(0, before.bytes.length - before.rest.length);
  const watching = world.watchers.filter((watcher) => watcher.ledger === ledger && watcher.isRunning);
  for (const watcher of watching) await watcher.stop();
  for (const handle of world.handles) if (handle.ledger === ledger) handle.mayBeRewound = true;
  let what = "";
  let expected: readonly Entry[] = ledger.entries;
  if (world.random() < 0.15 && world.kernel.statPath(snapshot) !== null) {
    what = "its snapshot is broken";
    world.kernel.writeFile(snapshot, Buffer.from(world.bytesAt(snapshot)).subarray(0, -10));
    ledger.saved = 0;
  } else {
    const harmed = pick(world.random, harmers)(sound, world.random);
    what = harmed.what;
    const excused = excusedBy(harmed, sound, before.records.length);
    expected = ledger.entries.filter((_, i) => excused[i] !== true);
    world.kernel.writeFile(journal, harmed.bytes);
    // What no mark covers, and looks as a crash leaves it, is taken for that; it is kept whole.
    const { verdict, records } = world.judged(ledger.id);
    if (verdict !== "corrupt") expected = expected.slice(0, records.length);
  }
  world.tally.faultPoints += 1;
  ledger.isHarmed = true;
  const told = await mend(world, ledger, () => expected);
  if (anchorIn(world.bytesAt(snapshot)) === null && world.kernel.statPath(snapshot) !== null) {
    world.kernel.remove(snapshot);
    world.kernel.syncDirectory(directory);
  }
  for (const watcher of watching) watcher.start();
  return `${ledger.id}, ${what}: ${told}`;
};

function canBeHarmed(world: World, ledger: Ledger): boolean {
  const isQuiet =
    !ledger.isHarmed && !ledger.hasForgotten && !ledger.isGoing && world.holder(ledger) === undefined;
  return isQuiet && ledger.promised === ledger.entries.length && world.judged(ledger.id).records.length > 1;
}

/** Whatever its verdict is, a session is repaired; deaths and faults come in between. */
export const repair: Action = async (world) => {
  const ledger = pickLedger(world);
  if (world.holder(ledger) !== undefined) {
    const told = await repairOnce(world, ledger, world.newProcess());
    demand(
      "second writer",
      told === "SESSION_LOCKED",
      `${ledger.id} is being written, and its repair said ${told}`,
    );
    return `repair ${ledger.id}: ${told}`;
  }
  if (!ledger.hasBegun || ledger.hasForgotten) return "nothing to repair";
  return `repair ${ledger.id}: ${await mend(world, ledger, () => ledger.entries)}`;
};

/** `expected` gives the events that must be there once it is repaired. */
async function mend(world: World, ledger: Ledger, expected: () => readonly Entry[]): Promise<string> {
  await checkVerdict(world, world.reader, ledger.id, world.judged(ledger.id), true);
  if (ledger.isHarmed) await checkRefused(world, ledger);
  const original = world.judged(ledger.id);
  const told: string[] = [original.verdict];
  const attempts = Math.floor(world.random() * 5);
  for (let i = 0; i <= attempts; i += 1) {
    const process = world.newProcess();
    if (i < attempts) armProcess(world, process, world.random() < 0.6);
    else world.makeRoom();
    const before = world.judged(ledger.id);
    if (before.verdict === "torn" && world.random() < 0.6) plantQuarantine(world, ledger, before);
    const names = world.names();
    const result = await repairOnce(world, ledger, process);
    told.push(result);
    if (result === "ok") {
      noteRepaired(world, ledger, before, names, expected());
      return told.join(", ");
    }
    const isDead = !process.isAlive;
    process.die();
    if (isDead && world.random() < 0.5) {
      const { isHarmed } = ledger;
      await losePower(world);
      ledger.isHarmed = isHarmed;
    }
    if (ledger.isHarmed) checkUnmended(world, ledger, original);
  }
  const { verdict } = world.judged(ledger.id);
  demand("repair", verdict === "empty", `${ledger.id} is ${verdict}, and was not repaired: ${told}`);
  return told.join(", ");
}

/** A repair that was cut short has left the journal as it was, or mended. */
function checkUnmended(world: World, ledger: Ledger, original: Judged): void {
  const { bytes, verdict } = world.judged(ledger.id);
  if (bytes.equals(original.bytes)) {
    demand(
      "repair",
      verdict === original.verdict,
      `${ledger.id} was ${original.verdict} and is ${verdict}, unmended`,
    );
    return;
  }
  // What is only ended anew is added to as any writer adds: a power cut may tear that, and nothing else.
  const isAddedTo =
    original.verdict === "sound" && bytes.subarray(0, original.bytes.length).equals(original.bytes);
  if (isAddedTo && verdict === "torn") return;
  // The snapshot that contradicts a mended journal is moved aside last.
  const { records, rest } = judgeJournal(bytes, null, false);
  const isNamed = records.some(({ type }, i) => type === "journal.repaired" && i >= original.records.length);
  const isLonger = original.verdict === "sound" && records.length > original.records.length;
  const isMended = isNamed || isLonger;
  demand("repair", isMended && rest.length === 0, `${ledger.id} is neither as it was nor mended`);
}

async function repairOnce(world: World, ledger: Ledger, process: World["reader"]): Promise<string> {
  const { journal } = world.paths(ledger.id);
  const { verdict } = world.judged(ledger.id);
  try {
    const { before, after } = await world.time.finish(repairJournal(journal, { files: process }));
    demand(
      "verdict",
      before.verdict === verdict,
      `${ledger.id} is ${verdict}; the repair met it as ${before.verdict}`,
    );
    if (verdict === "empty") return "empty";
    demand(
      "repair",
      after.verdict === "sound",
      `${ledger.id} was ${verdict} and is ${after.verdict} after its repair`,
    );
    return "ok";
  } catch (error) {
    if (error instanceof Violation) throw error;
    if (!process.isAlive) return "died";
    const { code, message } = error as JournalError;
    const isExplained = process.fired > 0 || world.isFull;
    const isLocked = code === "SESSION_LOCKED" && world.holder(ledger) !== undefined;
    const isLater = code === "UNSUPPORTED_FORMAT" && ledger.isHarmed;
    const isKnown = ["WRITE_FAILED", "READ_FAILED", "LOCK_UNSUPPORTED"].includes(code) && isExplained;
    demand(
      "error",
      isLocked || isLater || isKnown,
      `the repair of ${ledger.id} said ${code ?? "no code"}: ${message}`,
    );
    return code;
  }
}

function noteRepaired(
  world: World,
  ledger: Ledger,
  before: Judged,
  names: readonly string[],
  expected: readonly Entry[],
): void {
  world.tally.repairs += 1;
  const { records, bytes } = world.judged(ledger.id);
  const sound = before.bytes.subarray(0, before.bytes.length - before.rest.length);
  if (before.verdict !== "corrupt") {
    const isPrefix = bytes.subarray(0, sound.length).equals(sound);
    demand("lost", isPrefix, `the repair of ${ledger.id} changed records that were sound`);
  }
  let at = 0;
  for (const entry of expected) {
    while (at < records.length && !isSame(entry, records[at] as Entry)) at += 1;
    demand(
      "lost",
      at < records.length,
      () => `${ledger.id}: ${JSON.stringify(entry).slice(0, 200)} is not there after the repair`,
    );
    at += 1;
  }
  world.tally.eventsChecked += expected.length;
  // Of a journal that needed nothing, nothing more is promised than was.
  if (!ledger.isHarmed && bytes.equals(before.bytes)) {
    ledger.adopt({ records });
    return;
  }
  noteKept(world, ledger, before, names);
  ledger.replace(records);
  ledger.saved = Math.min(ledger.saved, anchorIn(world.bytesAt(world.paths(ledger.id).snapshot))?.seq ?? 0);
  for (const handle of world.handles) if (handle.ledger === ledger) handle.mayBeRewound = true;
}

/** A damaged session is neither loaded nor written to by itself. */
async function checkRefused(world: World, ledger: Ledger): Promise<void> {
  const { verdict, records } = world.judged(ledger.id);
  let told = "ok";
  try {
    const options = { workspaceRoot, files: world.reader };
    const session = await world.time.finish(Session.load(ledger.id, options));
    if (session === null) told = "null";
  } catch (error) {
    told = (error as { code?: string }).code ?? String(error);
  }
  const wanted =
    verdict === "corrupt" ? ["CORRUPT_JOURNAL", "UNSUPPORTED_FORMAT"] : [records.length > 0 ? "ok" : "null"];
  demand("verdict", wanted.includes(told), `loading ${ledger.id}, which is ${verdict}, gave ${told}`);
}

/** A session that was killed is recovered, and the recovery is cut short again and again. */
export const storm: Action = async (world) => {
  const ledger = pickLedger(world);
  if (world.holder(ledger) !== undefined || ledger.hasEnded || !ledger.hasBegun || ledger.hasForgotten) {
    return "nothing to recover";
  }
  const told: string[] = [];
  const attempts = 1 + Math.floor(world.random() * 6);
  for (let i = 0; i < attempts; i += 1) {
    const process = world.newProcess();
    armProcess(world, process, world.random() < 0.7);
    const before = world.judged(ledger.id);
    if (before.verdict === "torn" && world.random() < 0.6) plantQuarantine(world, ledger, before);
    told.push(await takeWith(world, ledger, process, "open"));
    process.die();
    world.tally.crashStates += 1;
    if (world.random() < 0.5) await losePower(world);
    else {
      ledger.adopt(world.judged(ledger.id));
      await examine(world, ledger.id);
    }
  }
  return told.join(", then ");
};
