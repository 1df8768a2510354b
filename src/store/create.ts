/**
 * Begins a session on disk: its journal with `session.started` in it, locked and durable, names included. If
 * anything fails on the way, no file and no descriptor is left.
 */
import { JournalError, writeFailed } from "../errors.js";
import { type Draft, draftOwn, type Redact } from "../event/draft.js";
import { discard } from "../files/discard.js";
import { runBlocking } from "../files/steps.js";
import { START } from "../journal/cursor.js";
import { lockNew } from "../journal/lock.js";
import { JournalWriter } from "../journal/writer.js";
import { createSessionId } from "./create-id.js";
import { checkSessionId } from "./id.js";
import { type SessionPaths, sessionPaths } from "./names.js";
import { ensureDirectory, type Place } from "./place.js";

export interface Created {
  readonly paths: SessionPaths;
  readonly writer: JournalWriter;
}

const ATTEMPTS = 32;

/** Throws SESSION_EXISTS, WRITE_FAILED or LOCK_UNSUPPORTED. `started` gives the data of `session.started` for an id. */
export function createJournal(
  place: Place,
  givenId: string | undefined,
  started: (id: string) => object,
  redact?: Redact,
): Created {
  if (givenId !== undefined) checkSessionId(givenId);
  try {
    ensureDirectory(place);
  } catch (cause) {
    throw writeFailed(place.directory, cause);
  }
  for (let attempt = 1; ; attempt++) {
    const paths = sessionPaths(place.directory, givenId ?? createSessionId(new Date()));
    const created = tryCreate(place, paths, draftOwn("session.started", started(paths.id), redact));
    if (created !== null) return created;
    if (givenId !== undefined || attempt === ATTEMPTS) throw sessionExists(paths);
  }
}

function tryCreate({ files }: Place, paths: SessionPaths, started: Draft): Created | null {
  let fd: number;
  try {
    // A session of an older kind has a snapshot alone; it must not be taken over either.
    if (files.statPath(paths.snapshot) !== null) return null;
    fd = files.open(paths.journal, "create");
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "EEXIST") return null;
    throw writeFailed(paths.journal, cause);
  }
  const writer = new JournalWriter(files, fd, paths.journal, START);
  try {
    runBlocking(files, lockNew(files, fd, paths.journal));
    writer.append([started]);
    writer.syncNow();
    files.syncDirectory(paths.directory);
    return { paths, writer };
  } catch (cause) {
    writer.close();
    discard(files, paths.journal);
    throw cause instanceof JournalError ? cause : writeFailed(paths.journal, cause);
  }
}

function sessionExists(paths: SessionPaths): JournalError {
  return new JournalError(
    "SESSION_EXISTS",
    `Session ${paths.id} exists already in ${paths.directory}. Load it, or choose another id.`,
    { sessionId: paths.id, path: paths.journal },
  );
}
