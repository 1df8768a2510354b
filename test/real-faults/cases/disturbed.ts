/** What somebody does to the journal or its folder while a process records: see `disturbances`. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import { repairJournal, verifyJournal } from "@choragen/session-journal";
import { type Disturbance, disturb, disturbances } from "../../support/disturbances.js";
import { endWell, goOnElsewhere, journalIn, outcome } from "../examine.js";
import { type FaultCase, hold, type Wanted } from "../fault-case.js";
import { Ledger } from "../ledger.js";
import { Recorder } from "../recorder.js";
import type { Room } from "../room.js";

const covered: { readonly [name: string]: Wanted } = {
  "echo >>": "the journal appended to by echo >>",
  "a journal that is removed": "the journal removed",
  "a journal that is replaced by a link": "the journal replaced by a link",
  "a folder that is removed": "the sessions directory removed",
  "a folder that is replaced by a link to another": "the sessions directory replaced by a link",
  "a folder that is replaced by a link to itself": "the sessions directory replaced by a link",
};

export const disturbed: readonly FaultCase[] = disturbances.map((disturbance) => ({
  name: disturbance.name,
  covers: disturbance.name in covered ? [covered[disturbance.name] as Wanted] : [],
  needs: [],
  does: "does it while a process records, and records on",
  holds:
    disturbance.reason === null
      ? "nothing stops, and all is there"
      : `the writer stops for good and says: ${disturbance.reason}; what it promised is where the bytes are`,
  run: (room) => run(room, disturbance),
}));

async function run(room: Room, disturbance: Disturbance) {
  const sessionsDir = room.directory("sessions");
  const path = journalIn(sessionsDir);
  const options = { sessionsDir, ledger: new Ledger() };
  const recorder = await Recorder.start(room, options);
  await recorder.do("begin");
  await recorder.do(`append ${1 + Math.floor(room.random() * 40)} 600`);
  await recorder.do("flush");
  const promised = readFileSync(path);
  disturb(disturbance, path, sessionsDir);
  const { reason } = disturbance;
  if (reason === null) {
    await recorder.do("append 5 600");
    await recorder.do("turn");
    const { verdict } = await verifyJournal(path);
    await options.ledger.check(path);
    // A snapshot is taken where a link stands, and nothing where the link leads.
    return outcome(options.ledger, verdict, await endWell(recorder, options));
  }
  const late = await recorder.attempt("append 1 600");
  hold(late.error === undefined, `an append failed: ${late.error?.message}`);
  for (const call of ["turn", "append 1 600", "flush", "save", "end"]) {
    await recorder.refused(call, "WRITE_FAILED", reason);
  }
  hold(recorder.told.length === 1, `onFailure was told ${recorder.told.length} times`);
  await recorder.kill();
  hold(
    reason !== "removed" || !existsSync(path),
    "a journal was made anew in silence where one had been removed",
  );
  const found = disturbance.where(path, sessionsDir);
  hold(
    readFileSync(found).subarray(0, promised.length).equals(promised),
    "what was promised is not there any more",
  );
  // What was appended after the disturbance was never called durable, and may be anywhere.
  await options.ledger.checkDurable(found);
  const { verdict } = await verifyJournal(found);
  options.ledger.forgetUndurable();
  if (verdict === "corrupt") return outcome(options.ledger, verdict, await repair(found, options.ledger));
  // As somebody would who found it: from the folder that it is in.
  const wentOn = await goOnElsewhere(room, { ...options, sessionsDir: dirname(found) });
  return outcome(options.ledger, verdict, wentOn);
}

async function repair(path: string, ledger: Ledger): Promise<string> {
  const { after } = await repairJournal(path);
  hold(after.verdict === "sound", `it is ${after.verdict} after its repair`);
  const isKept = readdirSync(dirname(path)).some((name) => name.includes(".damaged-"));
  hold(isKept, "the original is not kept");
  await ledger.check(path);
  return "repaired, original kept";
}
