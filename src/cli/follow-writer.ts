/** Follows a journal for as long as somebody writes it. Who looks must not wait for a process that has died. */
import { setTimeout as sleep } from "node:timers/promises";
import { nodeFiles } from "../files/node-files.js";
import type { Cursor } from "../journal/cursor.js";
import { type Followed, followJournal } from "../journal/follow.js";
import { isWriterActive } from "../journal/lock.js";
import { readFirstRecord } from "../journal/peek.js";

/** A look at the lock is cheap, but a writer that starts must not find it in its way too often. */
const LOOK_MS = 500;
/** How long somebody waits at most who waits for a journal to begin. */
const LOOK_FOR_JOURNAL_MS = 25;

/** Whether a process holds the writer's lock now. */
export function isBeingWritten(path: string): boolean {
  return isWriterActive(nodeFiles, path);
}

/**
 * What is written behind `from`, until the session ends or nobody holds the writer's lock. In the second case a few
 * records may not have been given yet: read on from the last cursor.
 */
export async function* followWhileWritten(path: string, from: Cursor): AsyncGenerator<Followed, void> {
  const stop = new AbortController();
  const watching = watch(path, stop);
  try {
    yield* followJournal(path, { from, untilEnded: true, signal: stop.signal });
  } finally {
    stop.abort();
    await watching;
  }
}

/** Resolves once somebody writes it, or its file is another than it was at the call. */
export async function untilWritten(path: string): Promise<void> {
  const before = signature(path);
  while (!isBeingWritten(path) && signature(path) === before) await sleep(LOOK_MS / 2);
}

/** Resolves once there is a journal that has begun: its first record stands in it. */
export async function untilBegun(path: string): Promise<void> {
  while (!hasBegun(path)) await sleep(LOOK_FOR_JOURNAL_MS);
}

function hasBegun(path: string): boolean {
  const named = nodeFiles.statPath(path);
  if (named === null) return false;
  // What is no journal at all is not waited for: reading it says so.
  if (named.kind !== "file") return true;
  const fd = nodeFiles.open(path, "read");
  try {
    return readFirstRecord(nodeFiles, fd) !== null;
  } finally {
    nodeFiles.close(fd);
  }
}

async function watch(path: string, stop: AbortController): Promise<void> {
  try {
    while (isBeingWritten(path)) await sleep(LOOK_MS, undefined, { signal: stop.signal });
  } catch {
    // The following has ended, and with it the reason to look.
  }
  stop.abort();
}

function signature(path: string): string {
  const stat = nodeFiles.statPath(path);
  return stat === null ? "" : `${stat.inode} ${stat.sizeBytes}`;
}
