/**
 * What must hold of a disk that a dead process, or a dead machine, has left: what was acknowledged is there unchanged,
 * all readers agree on what else is, and a new writer goes on from it and loses nothing.
 */
import type { MemoryFiles } from "../../src/files/testing.js";
import {
  type JournalRecord,
  listSessions,
  pruneSessions,
  readJournal,
  replay,
  Session,
  verifyJournal,
} from "../../src/index.js";
import { PRUNE_LOG_NAME } from "../../src/store/prune-log.js";
import { type SoundPrefix, soundPrefix } from "./fault-oracle.js";
import { bytesAt, directory, id, journal, workspaceRoot } from "./fault-stage.js";

/** What must be found: the journal begins with these bytes, and so many records are in it. */
export interface Kept {
  readonly bytes: Uint8Array;
  readonly durableSeq?: number;
}

/** Throws unless both are the same as JSON; `expect` is too slow for what is asked some hundred thousand times. */
function same(what: string, found: unknown, wanted: unknown): void {
  if (found === wanted) return;
  const [one, other] = [JSON.stringify(found), JSON.stringify(wanted)];
  if (one !== other) throw new Error(`${what}: found ${one}, wanted ${other}`);
}

/** The session is read to just what its sound lines say, and nobody takes what a crash left for damage. */
export async function expectIntact(files: MemoryFiles, kept: Kept): Promise<SoundPrefix> {
  const sound = soundPrefix(bytesAt(files, journal));
  const { lines } = sound;
  same("acknowledged bytes are there", sound.bytes.subarray(0, kept.bytes.length).equals(kept.bytes), true);
  same("all records said to be durable are there", lines.length >= (kept.durableSeq ?? 0), true);
  const session = await Session.load(id, { workspaceRoot, files });
  if (lines.length === 0) same("what is loaded of nothing", session, null);
  else await expectSays(session, sound);
  if (files.statPath(journal) !== null) await expectVerdict(files, sound);
  same("descriptors that reading left open", files.openDescriptors, 0);
  return sound;
}

async function expectSays(session: Session | null, { lines, rest }: SoundPrefix): Promise<void> {
  const { state } = await replay(lines.map((line) => JSON.parse(line) as JournalRecord));
  same("the state", session, state);
  same("writtenSeq", session?.health.writtenSeq, lines.length);
  same("torn bytes", session?.health.torn?.bytes ?? 0, rest.length);
}

async function expectVerdict(files: MemoryFiles, { lines, bytes, rest }: SoundPrefix): Promise<void> {
  const wanted = lines.length === 0 ? "empty" : rest.length === 0 ? "sound" : "torn";
  const { verdict, records, bytes: size, problems } = await verifyJournal(journal, { files });
  same("the verdict", [verdict, records, size], [wanted, lines.length, bytes.length + rest.length]);
  same("problems beside the verdict", problems, []);
  const hashes: string[] = [];
  for await (const record of readJournal(journal, { files })) hashes.push(record.hash);
  same(
    "the records",
    hashes,
    lines.map((line) => line.slice(-45, -2)),
  );
}

/** A new writer opens the session, adds to it and ends it; what was there stays, in the journal or in quarantine. */
export async function expectGoesOn(files: MemoryFiles): Promise<void> {
  const before = soundPrefix(bytesAt(files, journal));
  if (before.lines.length === 0) return await expectNeverOverwritten(files);
  if (before.lines.some((line) => typeOf(line) === "session.ended")) await saveEnded(files);
  else await endAnew(files);
  const after = soundPrefix(bytesAt(files, journal));
  same("bytes that are not sound", after.rest.length, 0);
  same("what was there stays", after.bytes.subarray(0, before.bytes.length).equals(before.bytes), true);
  if (before.rest.length > 0) expectQuarantined(files, before);
  const { verdict, problems } = await verifyJournal(journal, { files });
  same("the verdict after the next writer", [verdict, problems], ["sound", []]);
  await expectListed(files, "ended");
  same("descriptors left open", files.openDescriptors, 0);
  await expectPruned(files);
}

async function endAnew(files: MemoryFiles): Promise<void> {
  const session = await Session.open(id, { workspaceRoot, files });
  session?.addMessage({ role: "user", content: "from the next writer" });
  await session?.end("success");
  same("the outcome", session?.outcome, "success");
  same("snapshotFailure", session?.health.snapshotFailure, undefined);
}

async function saveEnded(files: MemoryFiles): Promise<void> {
  const session = await Session.load(id, { workspaceRoot, files });
  await session?.save();
  same("durableSeq", session?.health.durableSeq, session?.health.writtenSeq);
  same("opening it", await codeOf(Session.open(id, { workspaceRoot, files })), "SESSION_ENDED");
}

/** Without a first record nothing is loaded; a file that is there keeps its id from being used again. */
async function expectNeverOverwritten(files: MemoryFiles): Promise<void> {
  const bytes = Buffer.from(bytesAt(files, journal));
  const start = async () =>
    new Session({ workspaceRoot, files, sessionId: id, role: "tester", model: "none" });
  if (files.statPath(journal) === null) await (await start()).close();
  else {
    same("starting it", await codeOf(start()), "SESSION_EXISTS");
    same("its bytes stay", bytes.equals(bytesAt(files, journal)), true);
    await expectListed(files, "unreadable");
  }
  same("descriptors left open", files.openDescriptors, 0);
}

/** The folder is listed as this one session, whatever unfinished files lie in it. */
async function expectListed(files: MemoryFiles, lifecycle: string): Promise<void> {
  const listed: string[][] = [];
  for await (const found of listSessions({ workspaceRoot, files })) listed.push([found.id, found.lifecycle]);
  same("the listing", listed, [[id, lifecycle]]);
}

function expectQuarantined(files: MemoryFiles, { bytes, rest }: SoundPrefix): void {
  const name = `${id}.ndjson.torn-${bytes.length}`;
  const kept = files.list(directory).filter((found) => found === name || found.startsWith(`${name}.`));
  const isKept = kept.some((found) => rest.equals(files.readFile(`${directory}/${found}`)));
  same("what was torn is kept whole", isKept, true);
}

/** All files of a session go together, unfinished ones and quarantines too. */
async function expectPruned(files: MemoryFiles): Promise<void> {
  const { removed } = await pruneSessions({ workspaceRoot, files, olderThanMs: 0 });
  same(
    "the pruned",
    removed.map((session) => session.id),
    [id],
  );
  same("what pruning leaves", files.list(directory), [".gitignore", PRUNE_LOG_NAME]);
}

function typeOf(line: string): string {
  return (JSON.parse(line) as JournalRecord).type;
}

/** The code that a promise rejects with. */
async function codeOf(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return (error as { code?: unknown }).code;
  }
  return "nothing";
}

/** Every file of the folder, by name. */
export function contentsOf(files: MemoryFiles): { [name: string]: string } {
  const names = files.statPath(directory) === null ? [] : files.list(directory).sort();
  return Object.fromEntries(
    names.map((name) => [name, Buffer.from(bytesAt(files, `${directory}/${name}`)).toString("latin1")]),
  );
}
