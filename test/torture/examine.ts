/** Looks at a disk through every way of reading and compares what is said with the bytes, and these with what was claimed. */
import { type JournalError, listSessions, Session, verifyJournal } from "@choragen/session-journal";
import type { Files, MemoryFiles } from "@choragen/session-journal/testing";
import { anchorIn, foldRecords, foldShown, type Judged, judgeJournal } from "./journal-oracle.js";
import { checkNamed } from "./kept.js";
import { type Claim, checkRecords } from "./ledger.js";
import { demand, Violation } from "./violation.js";
import { directory, type World, workspaceRoot } from "./world.js";

/** Every session of the world, as it is now. */
export async function examineAll(world: World, what: "written" | "promised" = "written"): Promise<void> {
  for (const { id } of world.ledgers) await examine(world, id, what);
  await checkListing(world);
}

export async function examine(
  world: World,
  id: string,
  what: "written" | "promised" = "written",
): Promise<void> {
  const ledger = world.ledgers.find((each) => each.id === id);
  if (ledger === undefined || ledger.isHarmed) return;
  const claim = ledger.claim(what);
  await checkSession(world, world.kernel, world.reader, claim, world.judged(id));
}

/** The disks that were put by when something was acknowledged. */
export async function examineMoments(world: World): Promise<void> {
  for (const { files, claims } of world.moments.splice(0)) {
    world.tally.crashStates += 1;
    for (const claim of claims) {
      const isHarmed = world.ledgers.some(({ id, isHarmed }) => id === claim.id && isHarmed);
      if (!isHarmed) await checkSession(world, files, files, claim, judgedOn(world, claim.id, files));
    }
  }
}

function judgedOn(world: World, id: string, files: MemoryFiles): Judged {
  const { journal, snapshot } = world.paths(id);
  return judgeJournal(world.bytesAt(journal, files), anchorIn(world.bytesAt(snapshot, files)), false);
}

/** `disk` is looked at behind the library's back, `files` is what the library is given; they show the same. */
async function checkSession(
  world: World,
  disk: MemoryFiles,
  files: Files,
  claim: Claim,
  judged: Judged,
): Promise<void> {
  const { id, required, saved } = claim;
  const { journal, snapshot } = world.paths(id);
  demand("false damage", judged.verdict !== "corrupt", `${id} has become corrupt by itself`);
  checkRecords(claim, judged.records);
  world.tally.eventsChecked += Math.min(required, judged.records.length);
  if (saved > 0) {
    const reached = anchorIn(world.bytesAt(snapshot, disk))?.seq ?? 0;
    demand(
      "snapshot",
      reached >= saved,
      `${id}: it reaches record ${reached}, and record ${saved} was saved`,
    );
  }
  for (const [name, bytes] of claim.kept) {
    const isKept = bytes.equals(world.bytesAt(`${directory}/${name}`, disk));
    demand("kept", isKept, `${name} is not what it was (${bytes.length} bytes)`);
  }
  const sizeOf = (path: string) => world.bytesAt(path, disk).length;
  if (claim.hasBegun && !claim.isThinned) checkNamed(judged, sizeOf);
  if (disk.statPath(journal) === null) {
    demand("lost", required === 0, `${id}: the journal is gone`);
    return;
  }
  await checkVerdict(world, files, id, judged, claim.hasGaps);
  await checkLoaded(world, files, id, judged);
}

export async function checkVerdict(
  world: World,
  files: Files,
  id: string,
  judged: Judged,
  hasGaps: boolean,
): Promise<void> {
  const { journal } = world.paths(id);
  const found = await world.time.finish(verifyJournal(journal, { files }));
  const { verdict, records, bytes, problems } = found;
  const isFalse = verdict === "corrupt" && judged.verdict !== "corrupt";
  demand("false damage", !isFalse, () => `${id}: ${JSON.stringify(found.break)}`);
  const wanted = [judged.verdict, judged.records.length, judged.bytes.length];
  const given = [verdict, records, bytes];
  demand("verdict", String(given) === String(wanted), `${id} is said to be ${given}, and is ${wanted}`);
  const isClean = hasGaps || problems.length === 0;
  demand("problems", isClean, () => `${id}: ${JSON.stringify(problems)}`);
}

async function checkLoaded(
  world: World,
  files: Files,
  id: string,
  { records, verdict }: Judged,
): Promise<void> {
  let session: Session | null;
  try {
    session = await world.time.finish(Session.load(id, { workspaceRoot, files }));
  } catch (error) {
    if (error instanceof Violation) throw error;
    const { code, message } = error as JournalError;
    throw new Violation(code === "CORRUPT_JOURNAL" ? "false damage" : "error", `loading ${id}: ${message}`);
  }
  if (records.length === 0) {
    demand("state", session === null, `${id} is loaded, and nothing is there`);
    return;
  }
  demand(
    "lost",
    session !== null,
    `${id} is not loaded, and ${records.length} records are there (${verdict})`,
  );
  checkShown(id, session, records);
}

export function checkShown(id: string, session: Session, records: Judged["records"]): void {
  const [shown, wanted] = [foldShown(session.toJSON()), foldRecords(records)];
  demand("state", shown === wanted, () => `${id} shows\n  ${shown}\nand is\n  ${wanted}`);
}

export async function checkListing(world: World): Promise<void> {
  const listed = new Map<string, string>();
  const list = async (): Promise<void> => {
    for await (const { id, lifecycle, messages } of listSessions({ workspaceRoot, files: world.reader })) {
      demand("listing", !listed.has(id), `${id} is listed twice`);
      listed.set(id, `${lifecycle}, ${messages} messages`);
    }
  };
  await world.time.finish(list());
  for (const ledger of world.ledgers) {
    const { journal, snapshot } = world.paths(ledger.id);
    const found = listed.get(ledger.id);
    if (world.kernel.statPath(journal) === null) {
      const isThere = world.kernel.statPath(snapshot) !== null;
      demand("listing", (found !== undefined) === isThere, `${ledger.id} is listed as ${found}`);
      continue;
    }
    const isHeld = world.holder(ledger) !== undefined;
    // The snapshot is not looked at.
    const { verdict, records } = judgeJournal(world.bytesAt(journal), null, isHeld);
    const messages = records.filter(({ type }) => type === "message.added").length;
    const isEnded = records.some(({ type }) => type === "session.ended");
    // The two ends of an ended session are all that is looked at.
    if (ledger.isHarmed) continue;
    const isReadable = verdict !== "corrupt" && records.length > 0;
    const lifecycle = !isReadable ? "unreadable" : isEnded ? "ended" : isHeld ? "running" : "interrupted";
    // The end of a run tells how many it had, also where some were lost since.
    const isCounted = isReadable && !ledger.hasGaps;
    const wanted = `${lifecycle}, ${isCounted ? messages : "any"} messages`;
    const given = isCounted ? found : found?.replace(/\d+ messages/, "any messages");
    demand("listing", given === wanted, `${ledger.id} is listed as ${given}, and is ${wanted}`);
  }
}
