/**
 * Which session a word of the command line means: a path, or what `findSessions` finds in the workspace. None, and more
 * than one, are told to the person; nothing else is decided here.
 */
import { closeSync, existsSync, openSync, readSync, realpathSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { journalNameOf } from "../journal/place-of.js";
import { type FoundSession, findSessions } from "../store/find.js";
import { SNAPSHOT_SUFFIX, sessionPaths } from "../store/names.js";
import { missing, usageError } from "./errors.js";
import { findPlace, shownPath } from "./workspace.js";

/** A journal that lies under a name of its own has no id by that name, and no snapshot beside it. */
export interface NamedSession {
  readonly id: string | undefined;
  readonly journal: string;
  readonly snapshot: string | undefined;
  /** False where only the snapshot is left, or there never was a journal. */
  readonly hasJournal: boolean;
}

const MOST_NAMED = 5;

/** The path of the journal; throws where there is none or more than one. */
export function findJournal(wanted: string, workspace: string | undefined): string {
  const { id, journal, snapshot, hasJournal } = findSession(wanted, workspace);
  if (hasJournal || snapshot === undefined) return journal;
  throw missing(`the journal of ${id} is gone; what is left of it is ${shownPath(snapshot)}`);
}

/** The same for the same journal by whatever path it is named; a link is a file of its own, which `verify` tells of. */
export function journalKey(path: string): string {
  const folder = dirname(resolve(path));
  return join(existsSync(folder) ? realpathSync(folder) : folder, basename(path));
}

/** The session, also where it has only a snapshot; throws where there is none or more than one. */
export function findSession(wanted: string, workspace: string | undefined): NamedSession {
  if (/[/\\]/.test(wanted)) return atPath(wanted);
  const isHere = isFile(wanted);
  if (isHere && /\.(nd)?json$/.test(wanted)) return atPath(wanted);
  const found = findInWorkspace(wanted, workspace, isHere);
  const [only] = found;
  if (only === undefined) return atPath(wanted);
  if (found.length === 1) return only;
  const some = found.slice(0, MOST_NAMED).map(({ id }) => id);
  const more = found.length > some.length ? ` and ${found.length - some.length} more` : "";
  throw usageError(
    `"${wanted}" can be any of ${found.length} sessions (${some.join(", ")}${more}); give more of its id`,
  );
}

/** None only where `isHere`, a file of that name, is what is meant then. */
function findInWorkspace(wanted: string, workspace: string | undefined, isHere: boolean): FoundSession[] {
  let directory: string;
  let found: FoundSession[];
  try {
    const place = findPlace(workspace);
    directory = place.directory;
    found = findSessions(wanted, { sessionsDir: directory });
  } catch (error) {
    if (isHere) return [];
    throw error;
  }
  if (found.length > 0 || isHere) return found;
  if (wanted === "latest") throw missing(`there are no sessions yet in ${shownPath(directory)}`);
  throw missing(
    `there is no session "${wanted}" in ${shownPath(directory)}; choragen-session list shows which there are`,
  );
}

/** Any file may be a journal, whatever its name; one that is named like a snapshot and looks like one is a snapshot. */
function atPath(path: string): NamedSession {
  if (path.endsWith(SNAPSHOT_SUFFIX) && isFile(path) && !beginsLikeJournal(path)) {
    const id = path.slice(0, -SNAPSHOT_SUFFIX.length).replace(/^.*[/\\]/s, "");
    const { journal } = sessionPaths(dirname(path), id);
    return { id, journal, snapshot: path, hasJournal: isFile(journal) };
  }
  const id = journalNameOf(path);
  if (id === undefined) return { id, journal: path, snapshot: undefined, hasJournal: true };
  const { snapshot } = sessionPaths(dirname(path), id);
  // A journal that is not there is an error that names its path, unless there is a snapshot to go by.
  return { id, journal: path, snapshot, hasJournal: !isFile(snapshot) || isThere(path) };
}

const JOURNAL_OPENING = '{"seq":';

function beginsLikeJournal(path: string): boolean {
  const fd = openSync(path, "r");
  try {
    const bytes = Buffer.alloc(JOURNAL_OPENING.length);
    return readSync(fd, bytes, 0, bytes.length, 0) === bytes.length && bytes.toString() === JOURNAL_OPENING;
  } finally {
    closeSync(fd);
  }
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

function isThere(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}
