/**
 * Verifies every session of a workspace, one after the other, in memory bounded by the longest line. A session that
 * cannot be read is told of like any other finding and the next one is looked at. It changes nothing.
 */
import { JournalError, journalMissing, readFailed } from "../errors.js";
import { type Verification, type VerifyOptions, verifyJournal } from "../journal/verify.js";
import { readSnapshot } from "../snapshot/read.js";
import { readDirectory } from "./list.js";
import { type SessionPaths, sessionPaths } from "./names.js";
import { newestFirst } from "./newest-first.js";
import { type Place, resolvePlace, type Where } from "./place.js";
import type { SessionFiles } from "./session-files.js";

export interface VerifySessionsOptions extends Where, Pick<VerifyOptions, "publicKey"> {
  /** Ends it with the signal's reason. */
  signal?: AbortSignal | undefined;
  /** Told now and then where it is. */
  onProgress?: ((progress: VerifyProgress) => void) | undefined;
}

export interface VerifyProgress {
  /** Sessions that are done, and how many there are. */
  done: number;
  total: number;
  /** The session that is being looked at, and how many bytes of its journal have been read. */
  id: string;
  bytes: number;
}

/** Either `verification`, or `error`, or neither: a session of an older kind has no journal to verify. */
export interface VerifiedSession {
  id: string;
  /** Of the journal. */
  path: string;
  verification?: Verification;
  /** Why it cannot be verified: JOURNAL_MISSING, READ_FAILED or UNSUPPORTED_FORMAT. */
  error?: JournalError;
}

/**
 * Yields every session, the last started first; one that is removed meanwhile is left out. Throws READ_FAILED where the
 * folder cannot be read, and a TypeError for what is no Ed25519 public key.
 */
export async function* verifySessions(
  options: VerifySessionsOptions = {},
): AsyncGenerator<VerifiedSession, void> {
  const { signal, onProgress, publicKey } = options;
  // A key that is none is the caller's mistake, not a finding of each session.
  if (publicKey !== undefined) (await import("../signing/keys.js")).readPublicKeys(publicKey);
  const place = resolvePlace(options);
  const sessions = readDirectory(place);
  let done = 0;
  for (const group of newestFirst(place, sessions)) {
    for (const session of group) {
      const tell = (bytes: number) => onProgress?.({ done, total: sessions.length, id: session.id, bytes });
      signal?.throwIfAborted();
      tell(0);
      const verified = await verifyOne(place, session, { signal, onProgress: tell, publicKey });
      done += 1;
      if (verified !== null) yield verified;
    }
  }
}

/** Null where it has been removed. */
async function verifyOne(
  place: Place,
  { id, hasJournal }: SessionFiles,
  options: Omit<VerifyOptions, "files">,
): Promise<VerifiedSession | null> {
  const { files, directory } = place;
  const paths = sessionPaths(directory, id);
  const { journal: path } = paths;
  try {
    if (!hasJournal) return withoutJournal(place, paths);
    return { id, path, verification: await verifyJournal(path, { ...options, sessionId: id, files }) };
  } catch (cause) {
    if (options.signal?.aborted) throw cause;
    const error = cause instanceof JournalError ? cause : readFailed(path, cause);
    return error.code === "JOURNAL_MISSING" && isGone(place, paths) ? null : { id, path, error };
  }
}

function withoutJournal(place: Place, paths: SessionPaths): VerifiedSession | null {
  const { id, journal: path, snapshot } = paths;
  if (isGone(place, paths)) return null;
  const found = readSnapshot(place.files, paths);
  if (found === null) return { id, path, error: readFailed(snapshot, "it is no sound snapshot") };
  // One that never had a journal says nothing of one.
  if (found.cursor === null) return { id, path };
  return { id, path, error: journalMissing(path, `What is left of it is ${snapshot}.`) };
}

function isGone({ files }: Place, { journal, snapshot }: SessionPaths): boolean {
  try {
    return files.statPath(journal) === null && files.statPath(snapshot) === null;
  } catch {
    return false;
  }
}
