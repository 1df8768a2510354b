/**
 * What must hold of the sessions that are found on a disk after something went wrong: what was acknowledged is there
 * unchanged, what a crash left is not taken for damage, all readers agree, and the next writer loses nothing.
 */
import { resolveBlobs } from "../blobs/resolve.js";
import type { JournalRecord } from "../event/types.js";
import type { MemoryFiles } from "../files/testing.js";
import { readJournal } from "../journal/read.js";
import { type Verification, verifyJournal } from "../journal/verify.js";
import { Session } from "../session.js";
import { replay } from "../state/replay.js";
import { type Promised, SESSIONS_DIR } from "./drive.js";
import { journalPath, journalsOf } from "./journals-of.js";

export interface FoundDisk {
  readonly files: MemoryFiles;
  readonly sessionsDir: string;
  /** The sessions of which there is a journal. */
  readonly sessionIds: readonly string[];
}

export interface LookOptions {
  /** Your own look at what is found, before the next writer comes; what it throws fails the check. */
  readonly look?: ((found: FoundDisk) => Promise<void> | void) | undefined;
}

/** Throws an Error that says what does not hold. It changes the disk. */
export async function expectWhole(
  files: MemoryFiles,
  promised: Promised,
  { look }: LookOptions,
): Promise<void> {
  for (const [path, bytes] of promised) expectKept(files, path, bytes);
  const ids = journalsOf(files);
  for (const id of ids) await expectRead(files, id);
  await look?.({ files, sessionsDir: SESSIONS_DIR, sessionIds: ids });
  for (const id of ids) await expectGoesOn(files, id);
  for (const [path, bytes] of promised) expectKept(files, path, bytes);
}

function expectKept(files: MemoryFiles, path: string, bytes: Uint8Array): void {
  if (files.statPath(path) === null) throw new Error(`${path} was acknowledged and is not there`);
  const found = files.readFile(path).subarray(0, bytes.length);
  if (Buffer.compare(found, bytes) === 0) return;
  const [kept, wanted] = [linesOf(found), linesOf(bytes)];
  throw new Error(
    `${path} was acknowledged up to record ${wanted}, and is there up to record ${kept} at most`,
  );
}

function linesOf(bytes: Uint8Array): number {
  let lines = 0;
  for (const byte of bytes) if (byte === 0x0a) lines += 1;
  return lines;
}

/** All ways to read it say the same. */
async function expectRead(files: MemoryFiles, id: string): Promise<void> {
  const path = journalPath(id);
  const verification = await verifyJournal(path, { files });
  const { verdict, records } = verification;
  if (verdict === "corrupt" || verdict === "growing") throw new Error(`${path} is ${saying(verification)}`);
  const session = await Session.load(id, { sessionsDir: SESSIONS_DIR, files });
  if (verdict === "empty") {
    if (session !== null) throw new Error(`${path} is empty, and yet a session was loaded`);
    return;
  }
  const { state } = await replay(wholeRecords(files, path));
  if (session?.health.writtenSeq !== records || JSON.stringify(session) !== JSON.stringify(state)) {
    throw new Error(`what is loaded of ${path} is not what its ${records} records give`);
  }
}

/** With the values that lie in blobs: one that is named and not there is lost. */
async function* wholeRecords(files: MemoryFiles, path: string): AsyncGenerator<JournalRecord, void> {
  const onFault = ({ message }: { message: string }): never => {
    throw new Error(`a value of ${path} is lost: ${message}`);
  };
  for await (const record of readJournal(path, { files }))
    yield resolveBlobs(record, path, { files, onFault });
}

/** The next writer takes it up, adds to it and closes it. */
async function expectGoesOn(files: MemoryFiles, id: string): Promise<void> {
  const path = journalPath(id);
  const before = await verifyJournal(path, { files });
  if (before.verdict === "empty" || (await hasEnded(files, id))) return;
  const session = await Session.open(id, { sessionsDir: SESSIONS_DIR, files });
  session?.addNote("next-writer", null);
  await session?.close();
  const after = await verifyJournal(path, { files });
  if (after.verdict !== "sound" || after.records <= before.records) {
    throw new Error(`${path} had ${before.records} records, and is ${saying(after)} after the next writer`);
  }
}

async function hasEnded(files: MemoryFiles, id: string): Promise<boolean> {
  return (await Session.load(id, { sessionsDir: SESSIONS_DIR, files }))?.outcome !== null;
}

function saying({ verdict, records, break: at }: Verification): string {
  return `${verdict} with ${records} sound records${at === undefined ? "" : ` (line ${at.line}: ${at.reason})`}`;
}
