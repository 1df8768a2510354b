/** Reads a journal's records in order, in memory bounded by the longest line. It changes nothing. */
import { corruptJournal, journalRewound } from "../errors.js";
import type { JournalRecord } from "../event/types.js";
import type { Files } from "../files/files.js";
import { nodeFiles } from "../files/node-files.js";
import type { Cursor } from "./cursor.js";
import { eachOf } from "./each-of.js";
import type { Inspection } from "./inspect.js";
import { requiredSessionId } from "./place-of.js";
import { soundBatches } from "./sound-batches.js";

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
  const { from, signal, sessionId = requiredSessionId(path), files = nodeFiles } = options;
  const batches = soundBatches(path, { files, sessionId, from, signal }, (found) =>
    settle(path, found, from),
  );
  return eachOf(batches);
}

function settle(path: string, found: Inspection, from: Cursor | undefined): void {
  if (!found.linked) throw journalRewound(path, from?.seq ?? 0);
  if (found.verdict === "corrupt" && found.break !== null) {
    throw corruptJournal(path, { ...found.break, mark: found.mark });
  }
}
