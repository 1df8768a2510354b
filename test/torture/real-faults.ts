/**
 * Faults of the real file system that need no privilege: what somebody does to a journal while it is recorded. What was promised
 * before stays, what is acknowledged after is there, and whatever cannot be recorded is told.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { JournalError, repairJournal, Session, verifyJournal } from "@choragen/session-journal";
import { randomFrom } from "@choragen/session-journal/testing";
import { type Disturbance, disturb, disturbances } from "../support/disturbances.js";
import { soundPrefix } from "../support/fault-oracle.js";
import { pick } from "../support/fault-random.js";
import type { Tally } from "./tally.js";
import { demand, Violation } from "./violation.js";

/** What did not hold; null where all did. */
export async function realFaults(seed: number, tally: Tally): Promise<Violation | null> {
  const random = randomFrom(seed);
  const root = mkdtempSync(join(tmpdir(), "torture-"));
  const chosen = disturbances[seed % disturbances.length] as Disturbance;
  try {
    await disturbOne(join(root, "sessions"), chosen, random, tally);
    tally.realFaults += 1;
    return null;
  } catch (error) {
    if (error instanceof Violation) return new Violation(error.check, `${chosen.name}: ${error.detail}`);
    return new Violation("error", `${chosen.name}: ${String((error as Error).stack)}`);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

async function disturbOne(
  sessionsDir: string,
  disturbance: Disturbance,
  random: () => number,
  tally: Tally,
): Promise<void> {
  const { name, reason, where } = disturbance;
  const durability = pick(random, ["boundary", "always"] as const);
  const failures: JournalError[] = [];
  const onFailure = (error: JournalError) => void failures.push(error);
  const session = new Session({
    role: "tortured",
    model: "none",
    sessionId: "real",
    sessionsDir,
    durability,
    onFailure,
  });
  const path = session.journalPath;
  for (let n = 1 + Math.floor(random() * 30); n > 0; n -= 1)
    session.addMessage({ role: "user", content: `message ${n}` });
  await session.flush();
  const promised = readFileSync(path);
  disturb(disturbance, path, sessionsDir);
  let told: unknown = null;
  try {
    session.addMessage({ role: "user", content: "after" });
    await session.completeTurn();
  } catch (error) {
    told = error;
  }
  if (reason === null) demand("error", told === null, `recording stopped: ${String(told)}`);
  else {
    const isTold = told instanceof JournalError && told.code === "WRITE_FAILED" && told.reason === reason;
    demand("claim", isTold, `after it, recording said ${String(told)}`);
    demand("error", failures.includes(told as JournalError), "onFailure was not told");
  }
  const acknowledged = reason === null ? session.health.durableSeq : 0;
  await session.close().catch(() => {});
  const found = readFileSync(where(path, sessionsDir));
  demand(
    "lost",
    found.subarray(0, promised.length).equals(promised),
    "what was promised is not there any more",
  );
  tally.eventsChecked += soundPrefix(promised).lines.length;
  demand(
    "lost",
    soundPrefix(found).lines.length >= acknowledged,
    `${acknowledged} records were acknowledged`,
  );
  if (name === "echo >>") await mendEchoed(path, promised, sessionsDir);
}

async function mendEchoed(path: string, promised: Buffer, folder: string): Promise<void> {
  const { verdict } = await verifyJournal(path);
  demand("verdict", verdict === "corrupt", `it is said to be ${verdict}`);
  const { after } = await repairJournal(path);
  demand("repair", after.verdict === "sound", `it is ${after.verdict} after its repair`);
  const isKept = readdirSync(folder).some((name) => name.includes(".damaged-"));
  demand("kept", isKept, "the original is not kept");
  demand(
    "lost",
    readFileSync(path).subarray(0, promised.length).equals(promised),
    "the repair lost what was promised",
  );
}
