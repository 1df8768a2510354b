/**
 * Follows a journal while it grows: replay first, then live. It never gives a part of a line, survives that a
 * recovery or repair puts a new file in the journal's place, and says so when what it gave is gone. It changes nothing.
 */
import { setImmediate as nextTurn } from "node:timers/promises";
import { corruptJournal, JournalError, journalRewound, readFailed } from "../errors.js";
import { FORMAT_VERSION } from "../event/format-version.js";
import { isSeal } from "../event/seal.js";
import type { JournalRecord } from "../event/types.js";
import { upcast } from "../event/upcast.js";
import type { Files } from "../files/files.js";
import { nodeFiles } from "../files/node-files.js";
import { runYielding } from "../files/steps.js";
import { Changes, type Watch, watchAlone } from "./changes.js";
import { type Cursor, START } from "./cursor.js";
import { inspect } from "./inspect.js";
import { isAt } from "./lock.js";
import { openForReading } from "./open-for-reading.js";
import { lastWordBefore, readRecordBefore } from "./peek.js";
import { requiredSessionId } from "./place-of.js";
import { JournalScan } from "./scan.js";

export interface FollowOptions {
  /** Begin behind this record, at the start (unless said otherwise), or behind what is there now. */
  from?: Cursor | "start" | "end" | undefined;
  /** Whether to end behind `session.ended`. */
  untilEnded?: boolean | undefined;
  /** Ends the following, quietly. */
  signal?: AbortSignal | undefined;
  /**
   * The session that it must be of, else it is corrupt. Unless given, the name of a file in a sessions folder says it
   * (`.choragen/sessions`, or the one that `CHORAGEN_SESSIONS_DIR` names); anywhere else it may be of any.
   */
  sessionId?: string | undefined;
  /** Another file system than the disk, for tests. */
  files?: Files | undefined;
}

/** How long a replay may hold the event loop. */
const TURN_MS = 8;

/** A record, and the cursor that resumes just behind it. */
export interface Followed {
  record: JournalRecord;
  cursor: Cursor;
}

/**
 * Yields each record once it is written (not: once it is durable). A journal that does not exist yet is waited for.
 * Throws JOURNAL_REWOUND where a record that was given is gone, CORRUPT_JOURNAL at damage, UNSUPPORTED_FORMAT, READ_FAILED.
 */
export function followJournal(path: string, options: FollowOptions = {}): AsyncGenerator<Followed, void> {
  return followWatched(path, options, watchAlone(options.files ?? nodeFiles));
}

/** The same, told of changes by a watch that may be shared with others. */
export async function* followWatched(
  path: string,
  options: FollowOptions,
  watch: Watch,
): AsyncGenerator<Followed, void> {
  const { untilEnded = false, signal, sessionId = requiredSessionId(path), files = nodeFiles } = options;
  const changes = new Changes(path, signal, watch);
  const follower = new Follower(files, path, sessionId);
  try {
    follower.cursor = await startOf(files, path, options.from ?? "start", { sessionId, signal });
    let turnStart = performance.now();
    let isOver = untilEnded && isBehindEnd(files, path, follower.cursor);
    while (!signal?.aborted) {
      for (const followed of follower.drain()) {
        // The end may be sealed, in the same write; then the seal is the last.
        if (isOver && !isSeal(followed.record)) return;
        yield followed;
        if (signal?.aborted) return;
        isOver ||= untilEnded && followed.record.type === "session.ended";
      }
      if (isOver && (follower.isBroken || !follower.hasMore)) return;
      if (follower.isBroken) await follower.judge(signal);
      if (!follower.hasMore) await changes.next();
      else if (performance.now() - turnStart > TURN_MS) await nextTurn();
      else continue;
      turnStart = performance.now();
    }
  } catch (cause) {
    if (signal?.aborted && cause === signal.reason) return;
    throw cause instanceof JournalError ? cause : readFailed(path, cause);
  } finally {
    follower.close();
    changes.close();
  }
}

/** The cursor to begin at. */
export async function startOf(
  files: Files,
  path: string,
  from: Cursor | "start" | "end",
  { sessionId, signal }: Pick<FollowOptions, "sessionId" | "signal">,
): Promise<Cursor> {
  if (from === "start") return START;
  if (from !== "end") return from;
  if (files.statPath(path) === null) return START;
  const fd = files.open(path, "read");
  try {
    const found = await runYielding(files, inspect(files, fd, { path, sessionId, locked: false }), signal);
    if (found.verdict === "corrupt" && found.break !== null) {
      throw corruptJournal(path, { ...found.break, mark: found.mark });
    }
    return found.sound;
  } finally {
    files.close(fd);
  }
}

/** Whether the session's end is what stands before the cursor, sealed or not: nothing comes any more. */
function isBehindEnd(files: Files, path: string, { byteOffset, hash }: Cursor): boolean {
  if (byteOffset === 0 || files.statPath(path) === null) return false;
  const fd = files.open(path, "read");
  try {
    const isThere = readRecordBefore(files, fd, byteOffset)?.hash === hash;
    return isThere && lastWordBefore(files, fd, byteOffset)?.type === "session.ended";
  } finally {
    files.close(fd);
  }
}

/** The reading half: gives what is there, and notices when the file under it is not the one it was. */
class Follower {
  readonly #files: Files;
  readonly #path: string;
  readonly #sessionId: string | undefined;
  #fd: number | null = null;
  #scan: JournalScan | null = null;
  /** Just behind the last record that was given. */
  cursor: Cursor = START;
  /** Whether the next line is not sound. */
  isBroken = false;
  /** Whether there may be more to read at once. */
  hasMore = false;

  constructor(files: Files, path: string, sessionId: string | undefined) {
    this.#files = files;
    this.#path = path;
    this.#sessionId = sessionId;
  }

  /** The sound records of the next piece of the file. */
  *drain(): Generator<Followed, void> {
    this.hasMore = false;
    if (!this.#isCurrent()) this.#open();
    const scan = this.#scan;
    if (scan === null) return;
    this.hasMore = scan.read();
    while (scan.next()) {
      const record = scan.decode();
      if (typeof record === "string") {
        scan.reject(this.cursor, record);
        break;
      }
      this.cursor = scan.cursor;
      yield { record: upcast(record, FORMAT_VERSION), cursor: this.cursor };
    }
    this.isBroken = scan.break !== null;
    if (this.isBroken) this.close();
  }

  /**
   * A line that is not sound: read again, it may be whole; else it is damage, or what a crash left, which the next
   * writer will take out.
   */
  async judge(signal: AbortSignal | undefined): Promise<void> {
    this.isBroken = false;
    if (this.#files.statPath(this.#path) === null) return;
    const fd = this.#files.open(this.#path, "read");
    try {
      const options = {
        path: this.#path,
        sessionId: this.#sessionId,
        from: this.cursor,
        locked: false,
      };
      const found = await runYielding(this.#files, inspect(this.#files, fd, options), signal);
      if (!found.linked) throw journalRewound(this.#path, this.cursor.seq);
      this.hasMore = found.sound.seq > this.cursor.seq;
      if (!this.hasMore && found.verdict === "corrupt" && found.break !== null) {
        throw corruptJournal(this.#path, { ...found.break, mark: found.mark });
      }
    } finally {
      this.#files.close(fd);
    }
  }

  close(): void {
    if (this.#fd !== null) this.#files.close(this.#fd);
    this.#fd = null;
    this.#scan = null;
  }

  /** Whether the file that is open is still the journal, and still holds what was read of it. */
  #isCurrent(): boolean {
    if (this.#fd === null || this.#scan === null) return false;
    return (
      isAt(this.#files, this.#fd, this.#path) && this.#files.stat(this.#fd).sizeBytes >= this.#scan.bytesRead
    );
  }

  #open(): void {
    this.close();
    const named = this.#files.statPath(this.#path);
    if (named === null) {
      if (this.cursor.seq > 0) throw journalRewound(this.#path, this.cursor.seq);
      return;
    }
    if (named.kind === "link") {
      throw readFailed(this.#path, new Error("it is a symbolic link; follow the file it leads to"));
    }
    this.#fd = openForReading(this.#files, this.#path);
    const from = this.cursor;
    this.#scan = new JournalScan(this.#files, this.#fd, {
      path: this.#path,
      sessionId: this.#sessionId,
      from,
    });
    if (!this.#scan.linked) throw journalRewound(this.#path, from.seq);
  }
}
