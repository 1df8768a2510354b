/**
 * Lists a workspace's sessions without writing. A session that has ended or was closed costs its first and its last
 * record, however long it is; any other is read through, in memory bounded by its longest line.
 */
import { setImmediate as nextTurn } from "node:timers/promises";
import { blobBytes } from "../blobs/blob-names.js";
import { readFailed } from "../errors.js";
import { FORMAT_VERSION } from "../event/format-version.js";
import { isStarted } from "../event/guards.js";
import type { JournalRecord, Status } from "../event/types.js";
import { upcast } from "../event/upcast.js";
import type { Files } from "../files/files.js";
import { runYielding } from "../files/steps.js";
import { inspect } from "../journal/inspect.js";
import { isWriterActive } from "../journal/lock.js";
import { readEnds } from "../journal/peek.js";
import { isOutdated, peekAnchor, readAnchor } from "../snapshot/anchor.js";
import { readSnapshot } from "../snapshot/read.js";
import { reduce } from "../state/reduce.js";
import { initialState } from "../state/state.js";
import { summarize } from "../state/summarize.js";
import { initialTally, tallySummary } from "../state/tally.js";
import type { SessionState } from "../state/types.js";
import { type SessionPaths, sessionPaths } from "./names.js";
import { type Place, resolvePlace, type Where } from "./place.js";
import { hasNoTimes, RunSoFar } from "./run-so-far.js";
import { listSessionFiles, type SessionFiles } from "./session-files.js";
import {
  composeSummary,
  isLastWord,
  type LastWord,
  type SessionSummary,
  type SummaryHead,
  withToldTimes,
} from "./summary.js";

/** How long listing may hold the event loop. */
const TURN_MS = 8;

/**
 * Yields every session by id, descending: generated ids begin with their time, so the newest comes first. A session
 * that cannot be read is listed as `unreadable`. Throws READ_FAILED where the folder cannot be read.
 */
export function listSessions(options: Where = {}): AsyncGenerator<SessionSummary, void> {
  const place = resolvePlace(options);
  return summarizeEach(place, () => readDirectory(place));
}

/** Yields a summary of each, in their order; `sessions` is asked when the first one is wanted. */
export async function* summarizeEach(
  place: Place,
  sessions: () => Iterable<SessionFiles>,
): AsyncGenerator<SessionSummary, void> {
  let turnStart = performance.now();
  for (const session of sessions()) {
    yield summarizeByEnds(place, session) ?? (await summarizeAny(place, session));
    if (performance.now() - turnStart <= TURN_MS) continue;
    await nextTurn();
    turnStart = performance.now();
  }
}

export function readDirectory({ files, directory }: Place): SessionFiles[] {
  try {
    return listSessionFiles(files, directory);
  } catch (cause) {
    throw readFailed(directory, cause);
  }
}

/** From the first and the last record; null where the last is not the last word on the run, or anything is unusual. */
function summarizeByEnds(
  { files, directory }: Place,
  { id, hasJournal, hasBlobs }: SessionFiles,
): SessionSummary | null {
  if (!hasJournal) return null;
  const paths = sessionPaths(directory, id);
  const { journal } = paths;
  let fd = -1;
  try {
    // One look serves for kind and size. A link is nothing that this library made: it is looked at as what it is.
    const named = files.statPath(journal);
    if (named?.kind !== "file") return null;
    fd = files.open(journal, "read");
    const ends = readEnds(files, fd, named.sizeBytes, isLastWord);
    if (ends === null || !isStartOf(ends.first, id)) return null;
    const { first, last } = ends;
    const started = upcast(first, FORMAT_VERSION);
    const { state } = reduce(reduce(initialState(), started), upcast(last, FORMAT_VERSION));
    const { summary } = last.data;
    const bytes = named.sizeBytes + (hasBlobs ? blobBytes(files, paths.blobs) : 0);
    if (state.outcome !== null) {
      const head = withToldTimes(state, started, last);
      return composeSummary(id, "ended", head, summary, bytes);
    }
    if (last.type !== "writer.closed" || isCutOff(files, paths, last)) return null;
    // Whoever has opened it again may not have written yet.
    const lifecycle = whileOpen(files, paths);
    const head = closedHead(withToldTimes(state, started), started, last, lifecycle);
    return composeSummary(id, lifecycle, head, summary, bytes);
  } catch {
    return null;
  } finally {
    if (fd !== -1) files.close(fd);
  }
}

/** Whether a snapshot seems to have seen more than this last record: then all is to be read. */
function isCutOff(files: Files, paths: SessionPaths, { seq, hash }: JournalRecord): boolean {
  const saw = peekAnchor(files, paths);
  return saw !== null && (saw.seq > seq || (saw.seq === seq && saw.hash !== hash));
}

/** What the reducer does not make of a `writer.closed`. */
function closedHead(
  state: SessionState,
  first: JournalRecord,
  { data, time }: LastWord,
  lifecycle: "running" | "interrupted",
): SummaryHead {
  // An import whose source says when it began says there when it was last heard of; whoever adds to it has a clock.
  const lastTime = typeof data.at === "string" ? data.at : hasNoTimes(first) ? "" : time;
  return { ...state, status: data.status as Status, lastTime, closed: lifecycle === "interrupted" };
}

function isStartOf({ type, data }: JournalRecord, id: string): boolean {
  const isOurs = type === "session.started" && isStarted(data);
  return isOurs && data.formatVersion === FORMAT_VERSION && data.sessionId === id;
}

async function summarizeAny({ files, directory }: Place, session: SessionFiles): Promise<SessionSummary> {
  const paths = sessionPaths(directory, session.id);
  try {
    const summary = session.hasJournal ? await readThrough(files, paths) : fromSnapshot(files, paths);
    if (session.hasBlobs) summary.bytes += blobBytes(files, paths.blobs);
    return summary;
  } catch {
    const path = session.hasJournal ? paths.journal : paths.snapshot;
    return composeSummary(paths.id, "unreadable", {}, tallySummary(initialTally()), sizeOf(files, path));
  }
}

async function readThrough(files: Files, paths: SessionPaths): Promise<SessionSummary> {
  const run = new RunSoFar();
  const isRegular = files.statPath(paths.journal)?.kind === "file";
  if (!isRegular) throw new Error("it is not a regular file");
  // Before the journal is opened: a journal that takes its place in between reaches at least as far.
  const snapshot = readAnchor(files, paths) ?? undefined;
  const fd = files.open(paths.journal, "read");
  try {
    const found = await runYielding(
      files,
      inspect(files, fd, {
        path: paths.journal,
        sessionId: paths.id,
        snapshot,
        locked: false,
        onLine: (sound) => {
          const record = sound.decode();
          if (typeof record === "string") return record;
          run.add(upcast(record, FORMAT_VERSION));
          return undefined;
        },
      }),
    );
    if (found.verdict === "corrupt" && snapshot !== undefined && isOutdated(files, paths, snapshot)) {
      return await readThrough(files, paths);
    }
    const { state, lastTime, figures } = run;
    const isReadable = found.verdict !== "corrupt" && found.sound.seq > 0;
    const lifecycle = !isReadable ? "unreadable" : state.outcome !== null ? "ended" : whileOpen(files, paths);
    const closed = lifecycle === "interrupted" && found.verdict === "sound" && run.isClosed;
    const head = found.sound.seq === 0 ? {} : { ...state, lastTime, closed };
    return composeSummary(paths.id, lifecycle, head, figures, files.stat(fd).sizeBytes);
  } finally {
    files.close(fd);
  }
}

function whileOpen(files: Files, paths: SessionPaths): "running" | "interrupted" {
  return isWriterActive(files, paths.journal) ? "running" : "interrupted";
}

/** A session of an older kind, or one whose journal is gone. */
function fromSnapshot(files: Files, paths: SessionPaths): SessionSummary {
  const snapshot = readSnapshot(files, paths);
  if (snapshot === null) throw new Error("it is no sound snapshot");
  const { state } = snapshot.replay;
  const lifecycle = state.outcome === null ? "interrupted" : "ended";
  return composeSummary(
    paths.id,
    lifecycle,
    state,
    summarize(snapshot.replay),
    sizeOf(files, paths.snapshot),
  );
}

function sizeOf(files: Files, path: string): number {
  try {
    return files.statPath(path)?.sizeBytes ?? 0;
  } catch {
    return 0;
  }
}
