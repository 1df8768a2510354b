/**
 * Finds sessions by what a person types: an id, its beginning or its end (ids that are made up all begin alike), or
 * "latest". It reads names; first records only where "latest" is wanted and names do not say enough.
 */
import { readFailed } from "../errors.js";
import { sessionPaths } from "./names.js";
import { newestFirst } from "./newest-first.js";
import { type Place, resolvePlace, type Where } from "./place.js";
import { listSessionFiles, type SessionFiles } from "./session-files.js";
import { readStartTime } from "./start-time.js";

export interface FoundSession {
  id: string;
  /** Where its journal is, or would be. */
  journal: string;
  /** Where its snapshot is, or would be. */
  snapshot: string;
  hasJournal: boolean;
  hasSnapshot: boolean;
}

/**
 * The sessions that `wanted` may mean, by id, descending: none, one, or several. The one whose id it is; else all whose
 * ids begin or end with it; for "latest" the one that was started last, of those that have a journal if any has. Throws
 * READ_FAILED where the folder cannot be read; a folder that is not there has no sessions.
 */
export function findSessions(wanted: string, where: Where = {}): FoundSession[] {
  const place = resolvePlace(where);
  return findIn(place, wanted).map(({ id, hasJournal, hasSnapshot }) => {
    const { journal, snapshot } = sessionPaths(place.directory, id);
    return { id, journal, snapshot, hasJournal, hasSnapshot };
  });
}

function findIn(place: Place, wanted: string): SessionFiles[] {
  const sessions = readNames(place);
  if (wanted === "latest") return findLatest(place, sessions);
  const exact = sessions.find(({ id }) => id === wanted);
  if (exact !== undefined) return [exact];
  return sessions.filter(({ id }) => id.startsWith(wanted) || id.endsWith(wanted));
}

function readNames({ files, directory }: Place): SessionFiles[] {
  try {
    return listSessionFiles(files, directory);
  } catch (cause) {
    throw readFailed(directory, cause);
  }
}

function findLatest(place: Place, sessions: readonly SessionFiles[]): SessionFiles[] {
  const { files, directory } = place;
  const recorded = sessions.filter(({ hasJournal }) => hasJournal);
  const [latest = []] = newestFirst(place, recorded.length > 0 ? recorded : sessions);
  if (latest.length <= 1) return latest;
  // Started in the same second.
  const timed = latest.map((session) => ({ session, time: readStartTime(files, directory, session) }));
  return [timed.reduce((newest, each) => (each.time > newest.time ? each : newest)).session];
}
