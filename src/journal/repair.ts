/**
 * Mends a journal because somebody asked for it: what is sound stays byte for byte, what can be proved behind damage
 * is sealed anew, open calls and an interrupted session are closed, and the original is kept whole. A journal that
 * needs nothing is not touched.
 */
import { basename, dirname } from "node:path";
import { JournalError, readFailed, sessionLocked, writeFailed } from "../errors.js";
import type { Files } from "../files/files.js";
import { nodeFiles } from "../files/node-files.js";
import { runYielding, type Steps } from "../files/steps.js";
import { writeSnapshot } from "../snapshot/write.js";
import { type SessionPaths, sessionPaths } from "../store/names.js";
import type { Cursor } from "./cursor.js";
import { isWriterActive, openLocked } from "./lock.js";
import { Mending } from "./mending.js";
import { openForReading } from "./read.js";
import type { RepairPlan } from "./repair-plan.js";
import { sessionIdOf } from "./session-id-of.js";
import { type Verification, verifyJournal } from "./verify.js";

export interface Repair {
  before: Verification;
  after: Verification;
  /** The files that hold what was taken out or replaced, whole. */
  kept: string[];
  /** Records behind the damage that were sealed anew. */
  salvaged: number;
}

/**
 * Throws SESSION_LOCKED while somebody writes, JOURNAL_MISSING, UNSUPPORTED_FORMAT, LOCK_UNSUPPORTED, READ_FAILED,
 * and WRITE_FAILED, after which the original is whole: where it was, or beside the mended one.
 */
export async function repairJournal(
  path: string,
  options: { files?: Files | undefined } = {},
): Promise<Repair> {
  const { files = nodeFiles } = options;
  const paths = pathsOf(path);
  const before = await verifyJournal(path, { files });
  const { kept, salvaged } = await runYielding(files, repair(files, paths));
  return { before, after: await verifyJournal(path, { files }), kept, salvaged };
}

/**
 * What `repairJournal` would do now. It reads, as much as the repair itself, and changes nothing. Throws SESSION_LOCKED
 * while somebody writes, JOURNAL_MISSING, UNSUPPORTED_FORMAT and READ_FAILED.
 */
export async function planRepair(
  path: string,
  options: { files?: Files | undefined } = {},
): Promise<RepairPlan> {
  const { files = nodeFiles } = options;
  const paths = pathsOf(path);
  const fd = openForReading(files, path);
  try {
    if (files.statPath(path)?.kind === "link")
      throw new Error("it is a symbolic link; repair what it leads to");
    if (isWriterActive(files, path)) throw sessionLocked(path);
    return { ...(await runYielding(files, plan(files, paths, fd))), path };
  } catch (cause) {
    throw cause instanceof JournalError ? cause : readFailed(path, cause);
  } finally {
    files.close(fd);
  }
}

function* plan(files: Files, paths: SessionPaths, fd: number): Steps<RepairPlan> {
  const mending = new Mending(files, paths, fd);
  yield* mending.examine({ locked: false });
  return yield* mending.plan();
}

function pathsOf(path: string): SessionPaths {
  const id = sessionIdOf(path);
  if (id !== undefined) return sessionPaths(dirname(path), id);
  const why = "only a journal, named <id>.ndjson, can be repaired; rename a copy and repair that";
  throw readFailed(path, new Error(why));
}

function* repair(files: Files, paths: SessionPaths): Steps<{ kept: string[]; salvaged: number }> {
  const fd = yield* openLocked(files, paths.journal);
  try {
    const mending = new Mending(files, paths, fd);
    yield* mending.examine({ locked: true });
    if (!mending.isNeeded) {
      // A repair before this one may have died between its renames and what makes them durable.
      files.syncDirectory(paths.directory);
      return { kept: [], salvaged: 0 };
    }
    const writer = yield* mending.mend();
    try {
      yield* saveQuietly(files, paths, mending, writer.cursor);
    } finally {
      writer.close();
    }
    return { kept: mending.kept, salvaged: mending.salvaged };
  } catch (cause) {
    throw cause instanceof JournalError ? cause : writeFailed(paths.journal, cause);
  } finally {
    files.close(fd);
  }
}

/** The snapshot is for people and for speed: one that cannot be written does not undo a repair. */
function* saveQuietly(files: Files, paths: SessionPaths, { replay }: Mending, at: Cursor): Steps<void> {
  const journal = {
    seq: at.seq,
    bytes: at.byteOffset,
    hash: at.hash,
    open: replay.open,
    responses: replay.responses,
  };
  try {
    yield* writeSnapshot(files, paths, replay.state, journal);
  } catch (cause) {
    process.emitWarning(`The snapshot of ${basename(paths.journal)} was not written: ${String(cause)}`);
  }
}
