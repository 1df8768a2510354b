/**
 * Journals and snapshots that somebody has harmed at random, given to everything that reads them and to repair: no
 * crash, no hang, the verdict that the bytes deserve, and nothing lost that can be proved.
 */
import {
  JournalError,
  listSessions,
  readJournal,
  repairJournal,
  Session,
  verifyJournal,
} from "@choragen/session-journal";
import { MemoryFiles, randomFrom } from "@choragen/session-journal/testing";
import { pick } from "../support/fault-random.js";
import { randomCall, resetTags } from "./events.js";
import { excusedBy, type Harm, harmers } from "./harm.js";
import { anchorIn, type Judged, judgeJournal } from "./journal-oracle.js";
import { type Entry, isSame } from "./ledger.js";
import type { Tally } from "./tally.js";
import { demand, Violation } from "./violation.js";
import { VirtualTime } from "./virtual-time.js";
import { directory, workspaceRoot } from "./world.js";

const id = "fuzzed";
const journal = `${directory}/${id}.ndjson`;
const snapshot = `${directory}/${id}.json`;
/** What reading and repairing a small journal may take, on a machine that does much else. */
const MOST_MS = 10_000;

interface Base {
  readonly journal: Buffer;
  readonly snapshot: Buffer | null;
}

/** Fuzzes one input; what fails is given, with what was done to the input. */
export async function fuzz(
  seed: number,
  tally: Tally,
): Promise<{ what: string; violation: Violation } | null> {
  const time = new VirtualTime();
  const restore = time.install();
  const random = randomFrom(seed * 31);
  let what = "the base";
  try {
    const base = await time.finish(record(random));
    const harm = harmTwice(base.journal, random);
    what = harm.what;
    const isBroken = random() < 0.2;
    const files = new MemoryFiles();
    files.writeFile(journal, harm.bytes);
    if (base.snapshot !== null)
      files.writeFile(snapshot, isBroken ? harmTwice(base.snapshot, random).bytes : base.snapshot);
    const startMs = Number(process.hrtime.bigint() / 1_000_000n);
    await time.finish(check(files, base, harm, tally));
    const tookMs = Number(process.hrtime.bigint() / 1_000_000n) - startMs;
    demand("hang", tookMs < MOST_MS, `${tookMs} ms`);
    tally.inputsFuzzed += 1;
    return null;
  } catch (error) {
    const violation =
      error instanceof Violation ? error : new Violation("error", String((error as Error).stack));
    return { what, violation };
  } finally {
    restore();
  }
}

/** A run of any kind: ended, closed or killed. */
async function record(random: () => number): Promise<Base> {
  resetTags();
  const files = new MemoryFiles();
  const session = new Session({
    workspaceRoot,
    files,
    sessionId: id,
    role: "fuzzed",
    model: "none",
    durability: "process",
  });
  let turns = 0;
  for (let n = 3 + Math.floor(random() * 20); n > 0; n -= 1) {
    const call = randomCall(random, turns);
    if (call.name === "completeTurn") turns += 1;
    await call.run(session);
    if (random() < 0.1) await session.flush();
    if (random() < 0.05) await session.save();
  }
  const stop = pick(random, ["end", "close", "kill"]);
  if (stop === "end") await session.end("success");
  else if (stop === "close") await session.close();
  const has = (path: string) => files.statPath(path) !== null;
  const base = {
    journal: Buffer.from(files.readFile(journal)),
    snapshot: has(snapshot) ? Buffer.from(files.readFile(snapshot)) : null,
  };
  if (stop === "kill") await session.close();
  return base;
}

function harmTwice(bytes: Buffer, random: () => number): Harm {
  const first = pick(random, harmers)(bytes, random);
  if (random() < 0.7 || first.bytes.length === 0) return first;
  const second = pick(random, harmers)(first.bytes, random);
  // Where the first one moved the bytes, only what is before both is sure to be untouched.
  const from = Math.min(first.from, second.from);
  return { what: `${first.what}; ${second.what}`, bytes: second.bytes, from, to: bytes.length };
}

async function check(files: MemoryFiles, base: Base, harm: Harm, tally: Tally): Promise<void> {
  const anchor = files.statPath(snapshot) === null ? null : anchorIn(files.readFile(snapshot));
  const judged = judgeJournal(harm.bytes, anchor, false);
  const later = await codeOf(verifyJournal(journal, { files }));
  if (later === "UNSUPPORTED_FORMAT") return;
  const { verdict, records } = await verifyJournal(journal, { files });
  const wanted = `${judged.verdict}, ${judged.records.length} records`;
  demand(
    "verdict",
    `${verdict}, ${records} records` === wanted,
    `it is ${wanted}, and said to be ${verdict}, ${records}`,
  );
  const loaded = await codeOf(Session.load(id, { workspaceRoot, files }));
  demand(
    "verdict",
    loaded === (verdict === "corrupt" ? "CORRUPT_JOURNAL" : "ok"),
    `${verdict}, and loading says ${loaded}`,
  );
  for await (const listed of listSessions({ workspaceRoot, files }))
    demand("listing", listed.id === id, listed.id);
  let read = 0;
  const reading = async () => {
    for await (const { seq } of readJournal(journal, { files })) read = seq;
  };
  await codeOf(reading());
  // Reading knows no snapshot.
  const alone = judgeJournal(harm.bytes, null, false).records.length;
  demand("verdict", read === alone, `${read} records are read of ${alone}`);
  demand("error", Buffer.from(files.readFile(journal)).equals(harm.bytes), "reading has changed the journal");
  await checkRepaired(files, base, harm, judged, tally);
}

async function checkRepaired(
  files: MemoryFiles,
  base: Base,
  harm: Harm,
  judged: Judged,
  tally: Tally,
): Promise<void> {
  const { after, kept } = await repairJournal(journal, { files });
  if (judged.verdict === "empty") return;
  demand(
    "repair",
    after.verdict === "sound",
    `it was ${judged.verdict}, and is ${after.verdict} after its repair`,
  );
  const whole = judgeJournal(base.journal, null, false).records;
  const excused = excusedBy(harm, base.journal, whole.length);
  const { records } = judgeJournal(files.readFile(journal), null, false);
  const isCut = judged.verdict !== "corrupt";
  let at = 0;
  for (const [i, entry] of whole.entries()) {
    if (excused[i] === true || (isCut && i >= judged.records.length)) continue;
    while (at < records.length && !isSame(entry, records[at] as Entry)) at += 1;
    demand("lost", at < records.length, `record ${entry.seq} could be proved, and is gone after the repair`);
    at += 1;
    tally.eventsChecked += 1;
  }
  tally.repairs += 1;
  const taken = judged.verdict === "corrupt" ? harm.bytes : judged.rest;
  const isKept = taken.length === 0 || kept.some((path) => taken.equals(files.readFile(path)));
  demand("kept", isKept, `${taken.length} bytes that were taken out are in none of ${kept}`);
  const again = await repairJournal(journal, { files });
  demand("repair", again.kept.length === 0, "a second repair found more to do");
  demand("leak", files.openDescriptors === 0, `${files.openDescriptors} descriptors`);
}

/** The code that a promise rejects with, "ok" where it does not; any other error is none that is documented. */
async function codeOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
    return "ok";
  } catch (error) {
    if (error instanceof JournalError) return error.code;
    throw error;
  }
}
