/**
 * One session of those that are followed together: gives its records, goes on where its journal was rewound, and leaves
 * it while nobody writes. Which sessions are followed is decided elsewhere.
 */
import { JournalError, readFailed } from "../errors.js";
import type { Files } from "../files/files.js";
import type { Watch } from "../journal/changes.js";
import { type Cursor, START } from "../journal/cursor.js";
import { type Followed, followWatched, startOf } from "../journal/follow.js";
import { isWriterActive } from "../journal/lock.js";
import { RecentCursors } from "../journal/recent-cursors.js";

export type FollowStart = Cursor | "start" | "end" | null;

/** A record, whose it is, and the cursor that resumes just behind it. */
export interface SessionFollowed extends Followed {
  sessionId: string;
}

/** What became of a session: a failure, or (null) that nobody writes it any more. */
export interface SessionTurn {
  readonly sessionId: string;
  readonly error: JournalError | null;
}

export interface TrackSeams {
  readonly files: Files;
  readonly watch: Watch;
  readonly give: (news: SessionFollowed | SessionTurn) => Promise<void> | undefined;
}

export class SessionTrack {
  readonly id: string;
  readonly path: string;
  readonly #seams: TrackSeams;
  readonly #recent = new RecentCursors();
  /** Just behind the last record that was given or passed over. */
  #cursor: Cursor = START;
  #stop: AbortController | null = null;
  /** Whether its records are being read, and none of them waits for room. */
  #isReading = false;
  /** How far it had come when a look found nobody writing. */
  #unwrittenAt: Cursor | undefined;
  /** The file as it was when it was left: while it stays so there is nothing to take up. */
  #leftAt = "";
  /** Nothing of it is to be given any more. */
  isDone = false;

  constructor(id: string, path: string, seams: TrackSeams) {
    this.id = id;
    this.path = path;
    this.#seams = seams;
  }

  get isFollowed(): boolean {
    return this.#stop !== null;
  }

  /** Gives its records until its end or a failure, or until it is left. Those written before `since` are passed over. */
  async follow(from: FollowStart | (() => FollowStart | Promise<FollowStart>), since = ""): Promise<void> {
    const { files, give } = this.#seams;
    const stop = new AbortController();
    this.#stop = stop;
    try {
      const start = typeof from === "function" ? await from() : from;
      if (start === null) this.isDone = true;
      else this.#cursor = await startOf(files, this.path, start, { sessionId: this.id, signal: stop.signal });
      while (!this.isDone && !stop.signal.aborted) await this.#read(since, stop.signal);
    } catch (cause) {
      if (stop.signal.aborted) return;
      const error = cause instanceof JournalError ? cause : readFailed(this.path, cause);
      void give({ sessionId: this.id, error });
      this.#leftAt = this.#signature();
    } finally {
      this.#isReading = false;
      if (this.#stop === stop) this.#stop = null;
    }
  }

  /** Goes on behind what was given last. */
  goOn(): Promise<void> {
    return this.follow(this.#cursor);
  }

  /** Whether the file is another than when it was left. */
  hasChanged(): boolean {
    return !this.isFollowed && this.#signature() !== this.#leftAt;
  }

  /** Leaves it where two looks in a row find nobody writing and nothing new. */
  look(): void {
    if (!this.#isReading || isWriterActive(this.#seams.files, this.path)) {
      this.#unwrittenAt = undefined;
      return;
    }
    const isQuiet = this.#unwrittenAt === this.#cursor;
    this.#unwrittenAt = this.#cursor;
    if (!isQuiet) return;
    this.#leftAt = this.#signature();
    this.stop();
    void this.#seams.give({ sessionId: this.id, error: null });
  }

  stop(): void {
    this.#stop?.abort();
    this.#stop = null;
  }

  /** Returns at its end, on abort, and where its journal was rewound. */
  async #read(since: string, signal: AbortSignal): Promise<void> {
    const { files, watch, give } = this.#seams;
    this.#recent.add(this.#cursor);
    this.#isReading = true;
    try {
      const options = { from: this.#cursor, untilEnded: true, sessionId: this.id, signal, files };
      for await (const { record, cursor } of followWatched(this.path, options, watch)) {
        this.#cursor = cursor;
        this.#recent.add(cursor);
        const room = record.time < since ? undefined : give({ sessionId: this.id, record, cursor });
        if (room === undefined) continue;
        this.#isReading = false;
        await room;
        this.#isReading = true;
      }
      this.isDone = !signal.aborted;
    } catch (error) {
      const isRewound = error instanceof JournalError && error.code === "JOURNAL_REWOUND";
      if (!isRewound || files.statPath(this.path) === null) throw error;
      this.#isReading = false;
      await give({ sessionId: this.id, error });
      this.#cursor = this.#recent.lastIn(files, this.path);
    }
  }

  #signature(): string {
    const stat = this.#seams.files.statPath(this.path);
    return stat === null ? "" : `${stat.inode} ${stat.sizeBytes}`;
  }
}
