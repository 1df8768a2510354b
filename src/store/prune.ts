/**
 * Removes old sessions because somebody asked for it: never one that is running or that cannot be read, always all files
 * of one together, and none before the prune log says so. What cannot be removed stays, and the others go on.
 */
import { JournalError, readFailed, writeFailed } from "../errors.js";
import { runYielding } from "../files/steps.js";
import { openLocked } from "../journal/lock.js";
import { sessionPaths } from "./names.js";
import { type Place, resolvePlace, type Where } from "./place.js";
import { type Candidate, type LastRecord, listCandidates, readLast } from "./prune-candidates.js";
import { type PrunedSession, recordPruning } from "./prune-log.js";
import { bytesOf, namesToRemove, removeFiles } from "./remove-files.js";

export interface PruneOptions extends Where {
  /** How long ago the last record must have been written. */
  olderThanMs: number;
  /** So many of the newest sessions stay whatever their age. */
  keepLast?: number;
  /** None but these go, such as those that somebody has been shown and has agreed to. */
  only?: readonly string[] | undefined;
  /** Says what would go and removes nothing. */
  dryRun?: boolean;
  /** Told of each session that is looked at, and then of each that goes. */
  onProgress?: ((progress: PruneProgress) => void) | undefined;
}

export interface PruneProgress {
  doing: "looking" | "removing";
  done: number;
  total: number;
  id: string;
}

export interface Pruned {
  /** The last written first. */
  removed: PrunedSession[];
  /** `error` is set where it was to go and could not: some of its files may be gone, its journal is not. */
  kept: { id: string; why: string; error?: JournalError }[];
}

type Kept = Pruned["kept"][number];

/**
 * Throws READ_FAILED where the folder cannot be read, and WRITE_FAILED where the prune log cannot be written: what went
 * before that is gone, and stands in the log.
 */
export async function pruneSessions(options: PruneOptions): Promise<Pruned> {
  const { olderThanMs, keepLast = 0, only, dryRun = false, onProgress } = options;
  if (!Number.isFinite(olderThanMs) || olderThanMs < 0)
    throw new TypeError("olderThanMs must be a number from 0");
  if (!Number.isInteger(keepLast) || keepLast < 0)
    throw new TypeError("keepLast must be a whole number from 0");
  const place = resolvePlace(options);
  const oldestMs = Date.now() - olderThanMs;
  const chosen = only === undefined ? null : new Set(only);
  const pruned: Pruned = { removed: [], kept: [] };
  const going: Candidate[] = [];
  const candidates = await listCandidates(place, (done, total, id) =>
    onProgress?.({ doing: "looking", done, total, id }),
  );
  for (const [index, candidate] of candidates.entries()) {
    const { id, last } = candidate;
    let why =
      index < keepLast ? `it is among the newest ${keepLast}` : reasonToKeep(candidate, last, oldestMs);
    if (chosen?.has(id) === false) why ??= "it was not chosen";
    if (why === null) going.push(candidate);
    else pruned.kept.push({ id, why });
  }
  for (const [done, candidate] of going.entries()) {
    if (!dryRun) onProgress?.({ doing: "removing", done, total: going.length, id: candidate.id });
    const result = dryRun ? describe(place, candidate) : await remove(place, candidate, oldestMs);
    if ("why" in result) pruned.kept.push(result);
    else pruned.removed.push(result);
  }
  return pruned;
}

function reasonToKeep({ lifecycle }: Candidate, { time }: LastRecord, oldestMs: number): string | null {
  if (lifecycle === "running") return "it is running";
  if (lifecycle === "unreadable") return "it cannot be read";
  if (time === null || Number.isNaN(Date.parse(time))) return "its age cannot be told";
  return Date.parse(time) > oldestMs ? "it is not old enough" : null;
}

/** Under the writer's lock, so that nobody begins to write to what is going. */
async function remove(place: Place, candidate: Candidate, oldestMs: number): Promise<PrunedSession | Kept> {
  const { id, hasJournal } = candidate;
  const { files, directory } = place;
  let fd: number | null = null;
  try {
    let last = candidate.last;
    try {
      if (hasJournal) {
        fd = await runYielding(files, openLocked(files, sessionPaths(directory, id).journal));
        last = readLast(files, fd);
      }
    } catch (cause) {
      return notRemoved(directory, id, cause);
    }
    // It may have been gone on with since it was listed.
    const why = reasonToKeep(candidate, last, oldestMs);
    if (why !== null) return { id, why };
    const found = describe(place, { ...candidate, last });
    if ("why" in found) return found;
    recordPruning(place, found, new Date());
    try {
      removeFiles(place, found.files);
    } catch (cause) {
      return notRemoved(directory, id, cause);
    }
    return found;
  } finally {
    if (fd !== null) files.close(fd);
  }
}

function notRemoved(directory: string, id: string, cause: unknown): Kept {
  const error = cause instanceof JournalError ? cause : writeFailed(directory, cause);
  if (error.code === "SESSION_LOCKED") return { id, why: "it is running" };
  if (error.code === "JOURNAL_MISSING") return { id, why: "somebody else has removed it" };
  return { id, why: "it cannot be removed", error };
}

function describe(place: Place, candidate: Candidate): PrunedSession | Kept {
  const { id, startTime, endTime, outcome, names, last } = candidate;
  try {
    const files = namesToRemove(place, names);
    const bytes = bytesOf(place, files);
    const { time: lastTime, seq, hash } = last;
    return { id, startTime, endTime, outcome, lastTime, seq, hash, bytes, files };
  } catch (cause) {
    if (cause instanceof JournalError) return { id, why: "it cannot be removed", error: cause };
    return { id, why: "it cannot be read", error: readFailed(place.directory, cause) };
  }
}
