/**
 * Which session a journal is of: where it lies in a sessions folder its name says so, anywhere else the journal itself
 * does. It says what must be so, and does not look whether it is. It changes nothing.
 */
import { basename, dirname, resolve } from "node:path";
import type { Files } from "../files/files.js";
import { readAnchor } from "../snapshot/anchor.js";
import { isSessionId } from "../store/id.js";
import { JOURNAL_SUFFIX, type SessionPaths, sessionPaths } from "../store/names.js";
import { isSessionsFolder } from "../store/place.js";
import { namedSessionId } from "./named-session.js";

/** Of a journal that is given by its path. */
export interface JournalPlace extends SessionPaths {
  /** Whether the file is called after its session. */
  readonly isCalledSo: boolean;
  /** Whether it must be, as among a workspace's sessions: there what is called as its snapshot is no other file. */
  readonly isAtHome: boolean;
}

/** What a journal is called; undefined for a file under another name, such as an original that a repair kept. */
export function journalNameOf(path: string): string | undefined {
  const name = basename(path);
  return name.endsWith(JOURNAL_SUFFIX) ? name.slice(0, -JOURNAL_SUFFIX.length) : undefined;
}

/** The session that the journal must be of because of where it lies; undefined where it may be of any. */
export function requiredSessionId(path: string): string | undefined {
  const name = journalNameOf(path);
  return name !== undefined && isSessionsFolder(dirname(resolve(path))) ? name : undefined;
}

/** Of a journal that is open; undefined for a file that is not called one. `sessionId` is what it must be of, if that is known. */
export function placeOf(
  files: Files,
  path: string,
  sessionId: string | undefined,
  fd: number,
): JournalPlace | undefined {
  const name = journalNameOf(path);
  if (name === undefined) return undefined;
  return placeNamed(files, path, name, sessionId, () => namedSessionId(files, fd));
}

/** Undefined where nothing lies beside the journal that could be its snapshot. A journal that cannot be read names nothing. */
export function placeOfSnapshot(
  files: Files,
  path: string,
  sessionId: string | undefined,
): JournalPlace | undefined {
  const name = journalNameOf(path);
  if (name === undefined || files.statPath(sessionPaths(dirname(path), name).snapshot) === null)
    return undefined;
  return placeNamed(files, path, name, sessionId, () => namedSessionIdAt(files, path));
}

function placeNamed(
  files: Files,
  path: string,
  name: string,
  sessionId: string | undefined,
  readNamed: () => string | undefined,
): JournalPlace {
  const paths = sessionPaths(dirname(path), name);
  const required = sessionId ?? requiredSessionId(path);
  if (required !== undefined) {
    const isAtHome = required === name;
    return { ...paths, id: required, isCalledSo: isAtHome, isAtHome };
  }
  const named = readNamed();
  const isNamedOtherwise = named !== undefined && named !== name && !isSnapshotOf(files, paths);
  const id = isNamedOtherwise ? named : isSessionId(name) ? name : "unknown";
  return { ...paths, id, isCalledSo: id === name, isAtHome: false };
}

/** A sound snapshot of the session that the file is called after: then this is that session's journal, or should be. */
function isSnapshotOf(files: Files, paths: SessionPaths): boolean {
  return files.statPath(paths.snapshot) !== null && readAnchor(files, paths) !== null;
}

/** What a journal that is not open names as its session; undefined where it cannot be read, or names none. */
export function namedSessionIdAt(files: Files, path: string): string | undefined {
  let fd: number | null = null;
  try {
    fd = files.open(path, "read");
    return files.stat(fd).kind === "file" ? namedSessionId(files, fd) : undefined;
  } catch {
    // Whoever reads it for itself says why it cannot be read.
    return undefined;
  } finally {
    if (fd !== null) files.close(fd);
  }
}
