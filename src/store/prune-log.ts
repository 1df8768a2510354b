/**
 * The record of what was pruned, `.pruned.ndjson` beside the sessions: a line for each, durable before the first of its
 * files goes. It only ever adds to that file; docs/reference/format.md says what a line holds and how to read one.
 */
import { Buffer } from "node:buffer";
import { join } from "node:path";
import { writeFailed } from "../errors.js";
import type { Outcome } from "../event/types.js";
import type { Files } from "../files/files.js";
import { readAll, writeAll } from "../journal/copy.js";
import { LINE_FEED } from "../journal/line.js";
import type { Place } from "./place.js";

export const PRUNE_LOG_NAME = ".pruned.ndjson";

/** A session that goes, as an auditor will want to know it. */
export interface PrunedSession {
  id: string;
  startTime: string;
  endTime: string | null;
  outcome: Outcome | null;
  /** When its last record was written; the end, or else the start, of a session without a journal. */
  lastTime: string | null;
  /** Of its last record, or of what its snapshot reached where the journal is gone; null for a session of an older kind. */
  seq: number | null;
  hash: string | null;
  /** The space of all its files, and their names. */
  bytes: number;
  files: string[];
}

/** Returns once the line is on stable storage. Throws WRITE_FAILED: then the session must stay. */
export function recordPruning({ files, directory }: Place, session: PrunedSession, time: Date): void {
  const path = join(directory, PRUNE_LOG_NAME);
  try {
    const { fd, isNew } = open(files, path);
    try {
      const { id, ...rest } = session;
      const line = `${JSON.stringify({ time: time.toISOString(), id, ...rest })}\n`;
      writeAll(files, fd, Buffer.from(endsInLine(files, fd) ? line : `\n${line}`));
      files.sync(fd);
    } finally {
      files.close(fd);
    }
    if (isNew) files.syncDirectory(directory);
  } catch (cause) {
    throw writeFailed(path, cause);
  }
}

function open(files: Files, path: string): { fd: number; isNew: boolean } {
  try {
    return { fd: files.open(path, "append"), isNew: false };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
  return { fd: files.open(path, "create"), isNew: true };
}

/** Where a crash left half a line, that stays as it is and the next one begins on a line of its own. */
function endsInLine(files: Files, fd: number): boolean {
  const { sizeBytes } = files.stat(fd);
  if (sizeBytes === 0) return true;
  const last = Buffer.alloc(1);
  readAll(files, fd, last, 0, 1, sizeBytes - 1);
  return last[0] === LINE_FEED;
}
