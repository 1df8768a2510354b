/** Reads a journal's records in order, in memory bounded by the longest line. It changes nothing. */
import { setImmediate as nextTurn, setTimeout as sleep } from "node:timers/promises";
import { corruptJournal, JournalError, journalMissing, journalRewound, readFailed } from "../errors.js";
import { FORMAT_VERSION } from "../event/format-version.js";
import type { JournalRecord } from "../event/types.js";
import { upcast } from "../event/upcast.js";
import type { Files } from "../files/files.js";
import { nodeFiles } from "../files/node-files.js";
import type { Cursor } from "./cursor.js";
import { eachOf } from "./each-of.js";
import { type Inspection, inspect } from "./inspect.js";
import { requiredSessionId } from "./place-of.js";

export interface ReadOptions {
  /** Begin behind this record; the start of the journal unless given. */
  from?: Cursor | undefined;
  /** Ends the reading with the signal's reason. */
  signal?: AbortSignal | undefined;
  /**
   * The session that it must be of, else it is corrupt. Unless given, the name of a file in a sessions folder says it
   * (`.choragen/sessions`, or the one that `CHORAGEN_SESSIONS_DIR` names); anywhere else it may be of any.
   */
  sessionId?: string | undefined;
  /** Another file system than the disk, for tests. */
  files?: Files | undefined;
}

/**
 * Yields the sound records as the file has them now; what is being written, and what a crash left torn, is not
 * yielded (`verifyJournal` tells of it). Throws CORRUPT_JOURNAL behind the last sound record of a damaged journal,
 * JOURNAL_MISSING, JOURNAL_REWOUND where the record that `from` names is gone, UNSUPPORTED_FORMAT, READ_FAILED.
 */
export function readJournal(path: string, options: ReadOptions = {}): AsyncIterableIterator<JournalRecord> {
  return eachOf(readBatches(path, options));
}

async function* readBatches(path: string, options: ReadOptions): AsyncGenerator<JournalRecord[], void> {
  const { from, signal, sessionId = requiredSessionId(path), files = nodeFiles } = options;
  const fd = openForReading(files, path);
  try {
    let batch: JournalRecord[] = [];
    const steps = inspect(files, fd, {
      path,
      sessionId,
      from,
      locked: false,
      onLine: (sound) => {
        const record = sound.decode();
        if (typeof record === "string") return record;
        batch.push(upcast(record, FORMAT_VERSION));
        return undefined;
      },
    });
    for (;;) {
      signal?.throwIfAborted();
      const { done, value } = steps.next();
      yield batch;
      batch = [];
      if (done) return settle(path, value, from);
      if (value.kind === "sleep") await sleep(value.ms);
      else await nextTurn();
    }
  } catch (cause) {
    throw cause instanceof JournalError || signal?.aborted ? cause : readFailed(path, cause);
  } finally {
    files.close(fd);
  }
}

export function openForReading(files: Files, path: string): number {
  let fd: number;
  try {
    fd = files.open(path, "read");
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== "ENOENT") throw readFailed(path, cause);
    throw journalMissing(path, "Check the path, or list the sessions that there are.");
  }
  try {
    if (files.stat(fd).kind !== "file") throw new Error("it is not a regular file");
    return fd;
  } catch (cause) {
    files.close(fd);
    throw readFailed(path, cause);
  }
}

function settle(path: string, found: Inspection, from: Cursor | undefined): void {
  if (!found.linked) throw journalRewound(path, from?.seq ?? 0);
  if (found.verdict === "corrupt" && found.break !== null) {
    throw corruptJournal(path, { ...found.break, mark: found.mark });
  }
}
