/** Loads a session: every hash of its journal is checked, the snapshot saves only parsing and folding. Changes nothing. */
import { corruptJournal, JournalError, readFailed } from "../errors.js";
import { FORMAT_VERSION } from "../event/format-version.js";
import { upcast } from "../event/upcast.js";
import type { Files } from "../files/files.js";
import type { Steps } from "../files/steps.js";
import type { Cursor } from "../journal/cursor.js";
import { type Inspection, inspect, type SoundLine } from "../journal/inspect.js";
import { isOutdated } from "../snapshot/anchor.js";
import { readSnapshot, type Snapshot } from "../snapshot/read.js";
import { reduce } from "../state/reduce.js";
import { initialState } from "../state/state.js";
import type { ReplayState } from "../state/types.js";
import type { SessionPaths } from "./names.js";

export interface Loaded {
  readonly replay: ReplayState;
  /** Null where there is no journal: nothing can be added. */
  readonly cursor: Cursor | null;
  readonly mark: number;
  readonly torn?: { readonly byteOffset: number; readonly bytes: number };
  /** Set where the snapshot had a journal once. */
  readonly journalMissing?: true;
}

/**
 * Null where there is no such session, or nothing of it was ever acknowledged. Throws CORRUPT_JOURNAL,
 * UNSUPPORTED_FORMAT or READ_FAILED.
 */
export function* loadSession(files: Files, paths: SessionPaths): Steps<Loaded | null> {
  try {
    const named = files.statPath(paths.journal);
    const snapshot = readSnapshot(files, paths);
    if (named === null) return snapshot === null ? null : withoutJournal(snapshot);
    if (named.kind !== "file") throw new Error("it is not a regular file");
    return yield* loadJournal(files, paths, snapshot);
  } catch (cause) {
    throw cause instanceof JournalError ? cause : readFailed(paths.journal, cause);
  }
}

function withoutJournal({ replay, cursor }: Snapshot): Loaded {
  return { replay, cursor: null, mark: 0, ...(cursor === null ? {} : { journalMissing: true }) };
}

function* loadJournal(files: Files, paths: SessionPaths, snapshot: Snapshot | null): Steps<Loaded | null> {
  const anchor = snapshot?.cursor ?? undefined;
  const replay = anchor === undefined ? initialState() : (snapshot?.replay ?? initialState());
  const reached = anchor?.seq ?? 0;
  const fd = files.open(paths.journal, "read");
  let found: Inspection;
  try {
    found = yield* inspect(files, fd, {
      path: paths.journal,
      sessionId: paths.id,
      snapshot: anchor,
      locked: false,
      onLine: (sound) => (sound.cursor.seq <= reached ? undefined : foldLine(replay, sound)),
    });
  } finally {
    files.close(fd);
  }
  if (found.verdict === "corrupt" && found.break !== null) {
    if (anchor !== undefined && isOutdated(files, paths, anchor)) return yield* loadSession(files, paths);
    throw corruptJournal(paths.journal, { ...found.break, mark: found.mark });
  }
  if (found.sound.seq === 0) return null;
  const torn = { byteOffset: found.sound.byteOffset, bytes: found.sizeBytes - found.sound.byteOffset };
  return { replay, cursor: found.sound, mark: found.mark, ...(found.verdict === "torn" ? { torn } : {}) };
}

/** Folds a sound line; a reason where it holds no record. */
function foldLine(replay: ReplayState, sound: SoundLine): string | undefined {
  const record = sound.decode();
  if (typeof record === "string") return record;
  reduce(replay, upcast(record, FORMAT_VERSION));
  return undefined;
}
