/** What pruning has to know of each session of a folder, the last written first. It reads, and decides nothing. */
import type { Files } from "../files/files.js";
import { readLastRecord } from "../journal/peek.js";
import { readAnchor } from "../snapshot/anchor.js";
import { readDirectory, summarizeEach } from "./list.js";
import { type SessionPaths, sessionPaths } from "./names.js";
import type { Place } from "./place.js";
import type { SessionFiles } from "./session-files.js";
import type { SessionSummary } from "./summary.js";

export interface Candidate extends Pick<SessionSummary, "id" | "startTime" | "endTime" | "outcome"> {
  readonly lifecycle: SessionSummary["lifecycle"];
  readonly hasJournal: boolean;
  readonly names: readonly string[];
  readonly last: LastRecord;
}

export interface LastRecord {
  /** When it was written, ISO 8601; null where that cannot be told. */
  readonly time: string | null;
  readonly seq: number | null;
  readonly hash: string | null;
}

export const UNKNOWN: LastRecord = { time: null, seq: null, hash: null };

/** Throws READ_FAILED where the folder cannot be read. `onLook` is told of each before it is looked at. */
export async function listCandidates(
  place: Place,
  onLook: (done: number, total: number, id: string) => void,
): Promise<Candidate[]> {
  const { files, directory } = place;
  const sessions = readDirectory(place);
  let at = 0;
  function* telling(): Generator<SessionFiles, void> {
    for (const session of sessions) {
      onLook(at, sessions.length, session.id);
      yield session;
    }
  }
  const candidates: Candidate[] = [];
  for await (const { id, lifecycle, startTime, endTime, outcome } of summarizeEach(place, telling)) {
    const { hasJournal, names } = sessions[at++] as SessionFiles;
    const paths = sessionPaths(directory, id);
    const last = hasJournal ? lastOf(files, paths) : lastOfSnapshot(files, paths, endTime ?? startTime);
    candidates.push({ id, lifecycle, startTime, endTime, outcome, hasJournal, names, last });
  }
  // Those of the same time stay in the order of the listing.
  const timeOf = ({ last }: Candidate) => last.time ?? "";
  return candidates.sort((a, b) => Number(timeOf(a) < timeOf(b)) - Number(timeOf(a) > timeOf(b)));
}

/** By the last record's own time: file times change when files are copied. */
function lastOf(files: Files, { journal }: SessionPaths): LastRecord {
  let fd: number | null = null;
  try {
    fd = files.open(journal, "read");
    return readLast(files, fd);
  } catch {
    return UNKNOWN;
  } finally {
    if (fd !== null) files.close(fd);
  }
}

export function readLast(files: Files, fd: number): LastRecord {
  const record = readLastRecord(files, fd);
  return record === null ? UNKNOWN : { time: record.time, seq: record.seq, hash: record.hash };
}

function lastOfSnapshot(files: Files, paths: SessionPaths, time: string): LastRecord {
  try {
    const anchor = readAnchor(files, paths);
    return { time, seq: anchor?.seq ?? null, hash: anchor?.hash ?? null };
  } catch {
    return { ...UNKNOWN, time };
  }
}
