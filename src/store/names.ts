/** What the files of one session are called. All of them lie in one directory and are one unit. */
import { basename, join, sep } from "node:path";

/** The files of one session. */
export interface SessionPaths {
  readonly id: string;
  readonly directory: string;
  readonly journal: string;
  readonly snapshot: string;
  /** The folder of values that lie outside the journal; most sessions have none. */
  readonly blobs: string;
}

export const JOURNAL_SUFFIX = ".ndjson";
export const SNAPSHOT_SUFFIX = ".json";
export const BLOBS_SUFFIX = ".blobs";

export function sessionPaths(directory: string, id: string): SessionPaths {
  // An id is one path segment: there is nothing to be normalized, and a listing does this for every session.
  const stem = (directory.endsWith(sep) ? directory : directory + sep) + id;
  return {
    id,
    directory,
    journal: stem + JOURNAL_SUFFIX,
    snapshot: stem + SNAPSHOT_SUFFIX,
    blobs: stem + BLOBS_SUFFIX,
  };
}

/** An unfinished file: never listed, pruned with its id. */
export function temporaryPath(paths: SessionPaths, random: string): string {
  // After the journal, not its session: outside a sessions folder the id is whatever somebody wrote.
  return join(paths.directory, `.${basename(paths.journal, JOURNAL_SUFFIX)}.${random}.tmp`);
}
