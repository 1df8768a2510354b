/**
 * Becomes a journal's writer: takes the lock, reads what is new since the caller looked, and goes on in place
 * after a clean stop or in a recovered copy after any other. It never writes to a journal that is damaged or ended.
 */
import {
  corruptJournal,
  JournalError,
  journalRewound,
  readFailed,
  sessionEnded,
  writeFailed,
} from "../errors.js";
import type { Files } from "../files/files.js";
import type { Steps } from "../files/steps.js";
import type { SessionPaths } from "../store/names.js";
import type { Cursor } from "./cursor.js";
import { type Inspection, inspect, type SnapshotAnchor, type SoundLine } from "./inspect.js";
import { openLocked } from "./lock.js";
import { lastWordBefore } from "./peek.js";
import { recoverByCopy } from "./recover.js";
import { JournalWriter } from "./writer.js";

export interface OpenWriterOptions {
  /** How far the caller has read, and the mark it knows. */
  readonly from: Cursor;
  readonly mark: number;
  /** Asked once the lock is held: what the snapshot then proves. */
  readonly readAnchor: () => SnapshotAnchor | undefined;
  /** Given each line that is new to the caller; a string turns it down, with the reason. */
  readonly onLine: (sound: SoundLine) => string | undefined;
  /** Whether a session that has ended is opened too: to save it, not to add to it. */
  readonly alsoEnded: boolean;
}

export interface OpenedWriter {
  readonly writer: JournalWriter;
  /** Whether the last stop was not clean. */
  readonly recovered: boolean;
  /** How far the journal was sound; a recovery writes behind it. */
  readonly found: Cursor;
}

/**
 * Throws SESSION_LOCKED, LOCK_UNSUPPORTED, JOURNAL_MISSING, JOURNAL_REWOUND, CORRUPT_JOURNAL, SESSION_ENDED,
 * READ_FAILED or WRITE_FAILED, and has then changed nothing.
 */
export function* openWriter(
  files: Files,
  paths: SessionPaths,
  options: OpenWriterOptions,
): Steps<OpenedWriter> {
  const fd = yield* openLocked(files, paths.journal);
  let kept = false;
  try {
    const found = yield* read(files, paths, fd, options);
    if (found.lastType === "session.ended" && !options.alsoEnded) throw sessionEnded(paths.id);
    if (!stoppedCleanly(found)) {
      return { writer: yield* recover(files, paths, fd, found), recovered: true, found: found.sound };
    }
    const writer = new JournalWriter(files, fd, paths.journal, found.sound);
    writer.declareDurable();
    kept = true;
    return { writer, recovered: false, found: found.sound };
  } finally {
    if (!kept) files.close(fd);
  }
}

/**
 * A last word that was written need not have been fsynced: its fsync may have failed, and reading it back proves
 * nothing. A snapshot that reaches it does, for it is written after that fsync.
 */
function stoppedCleanly({ verdict, lastType, snapshot, sound }: Found): boolean {
  const isLastWord = lastType === "writer.closed" || lastType === "session.ended";
  return verdict === "sound" && isLastWord && snapshot?.seq === sound.seq;
}

interface Found extends Inspection {
  readonly lastType: string;
  readonly snapshot: SnapshotAnchor | undefined;
}

function* read(files: Files, paths: SessionPaths, fd: number, options: OpenWriterOptions): Steps<Found> {
  const { from, mark, onLine } = options;
  const path = paths.journal;
  try {
    const snapshot = options.readAnchor();
    const found = yield* inspect(files, fd, {
      path,
      sessionId: paths.id,
      from,
      mark,
      snapshot,
      locked: true,
      onLine,
    });
    if (!found.linked) throw journalRewound(path, from.seq);
    if (found.verdict === "corrupt" || found.verdict === "empty") {
      const place = found.break ?? { line: 1, byteOffset: 0, reason: "it is empty" };
      throw corruptJournal(path, { ...place, mark: found.mark });
    }
    return { ...found, snapshot, lastType: lastWordBefore(files, fd, found.sound.byteOffset)?.type ?? "" };
  } catch (cause) {
    throw cause instanceof JournalError ? cause : readFailed(path, cause);
  }
}

function* recover(files: Files, paths: SessionPaths, fd: number, found: Found): Steps<JournalWriter> {
  try {
    return yield* recoverByCopy(files, paths, fd, found);
  } catch (cause) {
    throw cause instanceof JournalError ? cause : writeFailed(paths.journal, cause);
  }
}
