/**
 * Faults of the real file system that need no privilege: what somebody does to a journal while it is recorded. What was promised
 * before stays, what is acknowledged after is there, and whatever cannot be recorded is told.
 */
import {
  appendFileSync,
  copyFileSync,
  linkSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { JournalError, repairJournal, Session, verifyJournal } from "@choragen/session-journal";
import { randomFrom } from "@choragen/session-journal/testing";
import { soundPrefix } from "../support/fault-oracle.js";
import { pick } from "../support/fault-random.js";
import type { Tally } from "./tally.js";
import { demand, Violation } from "./violation.js";

interface Disturbance {
  readonly name: string;
  readonly disturb: (path: string, folder: string) => void;
  /** Why the writer stops; null where it goes on. */
  readonly reason: string | null;
  /** Where the bytes that were promised are found afterwards. */
  readonly where: (path: string, folder: string) => string;
}

const inPlace = (path: string): string => path;
const aside = (path: string): string => `${path}.elsewhere`;

const disturbances: readonly Disturbance[] = [
  {
    name: "echo >>",
    disturb: (path) => appendFileSync(path, "hello\n"),
    reason: "foreign-write",
    where: inPlace,
  },
  {
    name: "a journal that is cut",
    disturb: (path) => truncateSync(path, 10),
    reason: "foreign-write",
    where: aside,
  },
  {
    name: "a journal that is removed",
    disturb: (path) => rmSync(path),
    reason: "removed",
    where: aside,
  },
  {
    name: "a journal that is replaced by a copy",
    disturb: (path) => {
      copyFileSync(path, `${path}.copy`);
      renameSync(`${path}.copy`, path);
    },
    reason: "replaced",
    where: inPlace,
  },
  {
    name: "a journal that is replaced by a link",
    disturb: (path) => {
      rmSync(path);
      symlinkSync(`${path}.elsewhere`, path);
    },
    reason: "replaced",
    where: aside,
  },
  {
    name: "a folder that is moved away",
    disturb: (_, folder) => renameSync(folder, `${folder}.moved`),
    reason: "removed",
    where: (path, folder) => path.replace(folder, `${folder}.moved`),
  },
  {
    name: "a snapshot that is a folder",
    disturb: (path) => {
      const snapshot = path.replace(/\.ndjson$/, ".json");
      rmSync(snapshot, { force: true });
      symlinkSync(tmpdir(), snapshot);
    },
    reason: null,
    where: inPlace,
  },
  {
    name: "garbage beside the sessions",
    disturb: (_, folder) => writeFileSync(join(folder, ".x.tmp"), "garbage"),
    reason: null,
    where: inPlace,
  },
];

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
  { name, disturb, reason, where }: Disturbance,
  random: () => number,
  tally: Tally,
): Promise<void> {
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
  // So that the bytes can be found whatever becomes of the name: they are the same file, or a copy of it.
  if (where === aside) name.includes("cut") ? copyFileSync(path, aside(path)) : linkSync(path, aside(path));
  disturb(path, sessionsDir);
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
