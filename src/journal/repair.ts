/**
 * Mends a journal because somebody asked for it: what is sound stays byte for byte, what can be proved behind damage
 * is chained anew, open calls and an interrupted session are closed, and the original is kept whole. A journal that
 * needs nothing is not touched.
 */
import { basename } from "node:path";
import { JournalError, readFailed, sessionLocked, writeFailed } from "../errors.js";
import type { Files } from "../files/files.js";
import { nodeFiles } from "../files/node-files.js";
import { runYielding, type Steps } from "../files/steps.js";
import { readAnchor } from "../snapshot/anchor.js";
import { writeSnapshot } from "../snapshot/write.js";
import type { Cursor } from "./cursor.js";
import { isWriterActive, openLocked } from "./lock.js";
import { Mending } from "./mending.js";
import { openForReading } from "./open-for-reading.js";
import { type JournalPlace, journalNameOf, placeOf } from "./place-of.js";
import type { RepairPlan } from "./repair-plan.js";
import { type Verification, verifyJournal } from "./verify.js";

export interface Repair {
  before: Verification;
  after: Verification;
  /** The files that hold what was taken out or replaced, whole. */
  kept: string[];
  /** Records behind the damage that were chained anew. */
  salvaged: number;
}

export interface RepairOptions {
  /**
   * The session that the mended journal is of. Unless given, the name of a file in a sessions folder says it
   * (`.choragen/sessions`, or the one that `CHORAGEN_SESSIONS_DIR` names); anywhere else the journal itself does.
   */
  sessionId?: string | undefined;
  /** Another file system than the disk, for tests. */
  files?: Files | undefined;
}

/**
 * Throws SESSION_LOCKED while somebody writes, JOURNAL_MISSING, UNSUPPORTED_FORMAT, LOCK_UNSUPPORTED, READ_FAILED,
 * and WRITE_FAILED, after which the original is whole: where it was, or beside the mended one.
 */
export async function repairJournal(path: string, options: RepairOptions = {}): Promise<Repair> {
  const { sessionId, files = nodeFiles } = options;
  checkName(path);
  const before = await verifyJournal(path, { sessionId, files });
  const { kept, salvaged } = await runYielding(files, repair(files, path, sessionId));
  return { before, after: await verifyJournal(path, { sessionId, files }), kept, salvaged };
}

/**
 * What `repairJournal` would do now. It reads, as much as the repair itself, and changes nothing. Throws SESSION_LOCKED
 * while somebody writes, JOURNAL_MISSING, UNSUPPORTED_FORMAT and READ_FAILED.
 */
export async function planRepair(path: string, options: RepairOptions = {}): Promise<RepairPlan> {
  const { sessionId, files = nodeFiles } = options;
  checkName(path);
  const fd = openForReading(files, path);
  try {
    if (files.statPath(path)?.kind === "link")
      throw new Error("it is a symbolic link; repair what it leads to");
    if (isWriterActive(files, path)) throw sessionLocked(path);
    const place = placeFor(files, path, sessionId, fd);
    return { path, sessionId: place.id, ...(await runYielding(files, plan(files, place, fd))) };
  } catch (cause) {
    throw cause instanceof JournalError ? cause : readFailed(path, cause);
  } finally {
    files.close(fd);
  }
}

function* plan(files: Files, place: JournalPlace, fd: number): ReturnType<Mending["plan"]> {
  const mending = new Mending(files, place, fd);
  yield* mending.examine({ locked: false });
  return yield* mending.plan();
}

/** An original that a repair kept stays as it is. */
function checkName(path: string): void {
  if (journalNameOf(path) !== undefined) return;
  const why = "only a journal, named *.ndjson, can be repaired; rename a copy and repair that";
  throw readFailed(path, new Error(why));
}

function placeFor(files: Files, path: string, sessionId: string | undefined, fd: number): JournalPlace {
  const place = placeOf(files, path, sessionId, fd);
  if (place === undefined) throw new TypeError("the name is checked first");
  return place;
}

function* repair(
  files: Files,
  path: string,
  sessionId: string | undefined,
): Steps<{ kept: string[]; salvaged: number }> {
  const fd = yield* openLocked(files, path);
  try {
    const paths = placeFor(files, path, sessionId, fd);
    const mayWriteSnapshot = isForSnapshot(files, paths);
    const mending = new Mending(files, paths, fd);
    yield* mending.examine({ locked: true });
    if (!mending.isNeeded) {
      // A repair before this one may have died between its renames and what makes them durable.
      files.syncDirectory(paths.directory);
      return { kept: [], salvaged: 0 };
    }
    const writer = yield* mending.mend();
    try {
      if (mayWriteSnapshot) yield* saveQuietly(files, paths, mending, writer.cursor);
    } finally {
      writer.close();
    }
    return { kept: mending.kept, salvaged: mending.salvaged };
  } catch (cause) {
    throw cause instanceof JournalError ? cause : writeFailed(path, cause);
  } finally {
    files.close(fd);
  }
}

/** Whether the snapshot may be written: outside a sessions folder a file of its name may be anybody's. */
function isForSnapshot(files: Files, place: JournalPlace): boolean {
  if (place.isAtHome) return true;
  return files.statPath(place.snapshot) === null ? place.isCalledSo : readAnchor(files, place) !== null;
}

/** The snapshot is for people and for speed: one that cannot be written does not undo a repair. */
function* saveQuietly(files: Files, paths: JournalPlace, { replay }: Mending, at: Cursor): Steps<void> {
  const journal = {
    seq: at.seq,
    bytes: at.byteOffset,
    hash: at.hash,
    open: replay.open,
    responses: replay.responses,
    blobs: replay.blobs,
  };
  try {
    yield* writeSnapshot(files, paths, replay.state, journal);
  } catch (cause) {
    process.emitWarning(`The snapshot of ${basename(paths.journal)} was not written: ${String(cause)}`);
  }
}
