/**
 * Opens the journal that a foreign session is written to: a new one, unless an earlier import has left one. That stays as it is
 * until the source turns out to say more.
 */

import { sessionPaths } from "../../store/names.js";
import { describeStart } from "../../store/start.js";
import type { ForeignHeader, FormatName, ImportedSession } from "../types.js";
import { type Earlier, inspectEarlier } from "./earlier-import.js";
import { ImportJournal } from "./import-journal.js";
import type { ImportRun } from "./import-run.js";
import { importedSessionId } from "./session-id.js";

export interface OpenedJournal {
  /** Null where nothing is to be written. */
  readonly journal: ImportJournal | null;
  /** What an earlier import has left. */
  readonly earlier: Earlier | null;
}

/** Sets the status of `shown`, and its id where that is taken. Throws WRITE_FAILED and LOCK_UNSUPPORTED. */
export function openJournal(
  run: ImportRun,
  format: FormatName,
  shown: ImportedSession,
  header: ForeignHeader,
): OpenedJournal {
  const { files, directory } = run.place;
  const { journal, snapshot } = sessionPaths(directory, shown.id);
  if (files.statPath(journal) !== null) return openEarlier(run, format, shown);
  if (files.statPath(snapshot) !== null) {
    const own = importedSessionId(format, header);
    if (shown.id === own) return unwritable(shown, "a session of this id lies there without a journal");
    // A whole-file session lies there under its own id; its journal goes beside it under another.
    shown.id = own;
    return openJournal(run, format, shown, header);
  }
  run.ensureDirectory();
  run.leftovers.remove(shown.id);
  const { sourceId, startTime, role, model, chainId, taskId, metadata, about } = header;
  // One that was an import before says so still.
  const before = metadata.import === undefined ? {} : { before: metadata.import };
  const started = describeStart({
    role,
    model,
    chainId,
    taskId,
    parentSessionId: shown.parentSessionId,
    metadata: { ...metadata, import: { format, sourceId, ...about, ...before } },
    at: startTime,
  });
  return { journal: ImportJournal.create(run.place, shown.id, started(shown.id)), earlier: null };
}

function openEarlier({ place }: ImportRun, format: FormatName, shown: ImportedSession): OpenedJournal {
  try {
    const earlier = inspectEarlier(place, shown.id, format);
    if (typeof earlier === "string") return unwritable(shown, earlier);
    shown.status = "already-imported";
    return { journal: null, earlier };
  } catch (error) {
    return unwritable(shown, error instanceof Error ? error.message : String(error));
  }
}

function unwritable(shown: ImportedSession, reason: string): OpenedJournal {
  shown.status = "unwritable";
  shown.reason = reason;
  return { journal: null, earlier: null };
}
