/** When a session was started, as cheaply as that can be told: by its id, else by its first record or its snapshot. */
import { toldStart } from "../event/imported.js";
import type { Files } from "../files/files.js";
import { readFirstRecord } from "../journal/peek.js";
import { readSnapshot } from "../snapshot/read.js";
import { sessionPaths } from "./names.js";
import type { SessionFiles } from "./session-files.js";

/** Of sessions that were recorded here, and of imported ones, whose ids have more digits. */
const TIMED = /^session-(\d{4})(\d\d)(\d\d)-(\d\d)(\d\d)(\d\d)-(?:[0-9a-f]{6}|[0-9a-f]{12})$/;

export function hasSecond(id: string): boolean {
  return TIMED.test(id);
}

/** The second that a made-up id begins with, as `2025-12-08T14:31:05`; undefined for an id that somebody chose. */
export function secondOfId(id: string): string | undefined {
  const found = TIMED.exec(id);
  if (found === null) return undefined;
  return `${found[1]}-${found[2]}-${found[3]}T${found[4]}:${found[5]}:${found[6]}`;
}

/**
 * The start by what the journal says, else the snapshot: ISO 8601, UTC; "" where it cannot be read, or an import's source
 * does not say. It never throws.
 */
export function readStartTime(files: Files, directory: string, { id, hasJournal }: SessionFiles): string {
  const paths = sessionPaths(directory, id);
  try {
    if (!hasJournal) return utc(readSnapshot(files, paths)?.replay.state.startTime);
    const fd = files.open(paths.journal, "read");
    try {
      const first = readFirstRecord(files, fd);
      if (first?.type !== "session.started") return "";
      return utc(toldStart(first));
    } finally {
      files.close(fd);
    }
  } catch {
    return "";
  }
}

/** A time as it can be compared with others: a source's own may be in any zone. "" for what is none. */
export function utc(time: string | Date = ""): string {
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? "" : date.toISOString();
}
