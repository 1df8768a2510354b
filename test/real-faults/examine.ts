/** What is looked at when a fault is over: the journal as it was left, and that the session goes on from there. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { verifyJournal } from "@choragen/session-journal";
import { hold, type Outcome } from "./fault-case.js";
import type { Ledger } from "./ledger.js";
import { Recorder, type RecorderOptions, SESSION } from "./recorder.js";
import type { Room } from "./room.js";

export function journalIn(sessionsDir: string): string {
  return join(sessionsDir, `${SESSION}.ndjson`);
}

/** The verdict on the journal; one of those that are allowed. */
export async function verdictOn(path: string, ...allowed: readonly string[]): Promise<string> {
  const { verdict, problems } = await verifyJournal(path);
  hold(allowed.includes(verdict), () => `the journal is ${verdict}: ${JSON.stringify(problems)}`);
  return verdict;
}

/** The journal as the fault left it: no damage, and all that was acknowledged in it. */
export async function examine(sessionsDir: string, ledger: Ledger): Promise<string> {
  const path = journalIn(sessionsDir);
  const verdict = await verdictOn(path, "sound", "torn", "growing");
  await ledger.check(path);
  return verdict;
}

/** Another process takes the session up, records some more and ends it. Returns what the table says of that. */
export async function goOnElsewhere(room: Room, options: RecorderOptions): Promise<string> {
  const { through: _, env: __, ...plain } = options;
  const recorder = await Recorder.start(room, plain);
  await recorder.do("open");
  await endWell(recorder, options);
  return "another writer";
}

/** The process itself records some more and ends the session; then all of it is sound, and nothing unfinished is left. */
export async function endWell(recorder: Recorder, { sessionsDir, ledger }: RecorderOptions): Promise<string> {
  await recorder.do("append 5 600");
  await recorder.do("turn");
  await recorder.do("end");
  await recorder.kill();
  const path = journalIn(sessionsDir);
  const { verdict, problems } = await verifyJournal(path);
  hold(
    verdict === "sound" && problems.length === 0,
    () => `at its end it is ${verdict}: ${JSON.stringify(problems)}`,
  );
  await ledger.check(path);
  const unfinished = readdirSync(sessionsDir).filter((name) => name.startsWith(`.${SESSION}.`));
  hold(unfinished.length === 0, () => `${unfinished.join(", ")} is left`);
  return "the same writer";
}

export function outcome(ledger: Ledger, verdict: string, wentOn: string): Outcome {
  const kernelSaid = [...ledger.codes].sort().join(" ");
  return { kernelSaid, acknowledged: ledger.count, lost: 0, verdict, wentOn };
}
