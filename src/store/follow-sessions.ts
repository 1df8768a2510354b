/**
 * Follows many sessions of a workspace at once: those that are being written, and those that begin while it looks. What
 * it costs is in proportion to what is written, not to how many sessions there are. It changes nothing.
 */
import { setImmediate as nextTurn } from "node:timers/promises";
import { type JournalError, readFailed } from "../errors.js";
import { errorCode } from "../files/errno.js";
import { eachOf } from "../journal/each-of.js";
import { isWriterActive } from "../journal/lock.js";
import { Backlog } from "./backlog.js";
import { FolderWatch } from "./folder-watch.js";
import { isSessionId } from "./id.js";
import { JOURNAL_SUFFIX, sessionPaths } from "./names.js";
import { type Place, resolvePlace, type Where } from "./place.js";
import { type FollowStart, type SessionFollowed, SessionTrack, type SessionTurn } from "./session-track.js";
import { readStartTime } from "./start-time.js";

export interface FollowSessionsOptions extends Where {
  /**
   * Where to begin in a session that is being written already: behind what is there (unless said otherwise), at its
   * start, or where a function says; null leaves the session out.
   */
  from?:
    | "start"
    | "end"
    | ((sessionId: string, path: string) => FollowStart | Promise<FollowStart>)
    | undefined;
  /** Ends the following, quietly. */
  signal?: AbortSignal | undefined;
  /**
   * Told that a session cannot be followed as it was: JOURNAL_REWOUND, after which it goes on behind the last record that
   * is still there; any other error ends the following of that session alone. Without it, the first error is thrown.
   */
  onFailure?: ((sessionId: string, error: JournalError) => void) | undefined;
  /** Told that nobody writes a session any more though it has not ended. It is taken up again when somebody does. */
  onWriterGone?: ((sessionId: string) => void) | undefined;
}

/**
 * Yields each record once it is written, those of one session in order. A session that begins after the call is given
 * from its start; one that was there and is opened again, with what is written from then on. The folder need not exist
 * yet. Only the signal ends it. Throws READ_FAILED where the folder cannot be read.
 */
export function followSessions(options: FollowSessionsOptions = {}): AsyncIterableIterator<SessionFollowed> {
  return eachOf(new SessionsFollower(options).batches());
}

/** How often it looks who still writes, and for what no notice was given of. */
const LOOK_MS = 500;
/** While there is no folder that gives notices. */
const LOOK_FOR_FOLDER_MS = 50;
/** How long looking through a folder may hold the event loop. */
const TURN_MS = 8;
/** Listing takes at most one part in so many of the time. */
const LISTING_PARTS = 100;

class SessionsFollower {
  readonly #options: FollowSessionsOptions;
  readonly #place: Place;
  readonly #folder: FolderWatch;
  readonly #backlog = new Backlog<SessionFollowed | SessionTurn>();
  /** Sessions that were there before: of them only what is new is given. */
  #before: ReadonlySet<string> = new Set();
  readonly #since = new Date().toISOString();
  readonly #tracks = new Map<string, SessionTrack>();
  readonly #done = new Set<string>();
  /** Whether it is being found out who of them is written. */
  #isFirstLook = true;
  #isOver = false;
  #nextListing = 0;
  #endPause: () => void = () => {};

  constructor(options: FollowSessionsOptions) {
    this.#options = options;
    this.#place = resolvePlace(options);
    this.#folder = new FolderWatch(this.#place.files, this.#place.directory, (name) => this.#notice(name));
  }

  async *batches(): AsyncGenerator<SessionFollowed[], void> {
    const { signal } = this.#options;
    const end = () => this.#end();
    signal?.addEventListener("abort", end);
    try {
      if (signal?.aborted) return;
      let failure: unknown;
      const looking = this.#look().catch((error: unknown) => {
        failure = error;
        this.#end();
      });
      while (!this.#isOver) yield* this.#deliver(await this.#backlog.take());
      await looking;
      if (failure !== undefined) throw failure;
    } finally {
      signal?.removeEventListener("abort", end);
      this.#end();
    }
  }

  *#deliver(news: readonly (SessionFollowed | SessionTurn)[]): Generator<SessionFollowed[], void> {
    let batch: SessionFollowed[] = [];
    for (const each of news) {
      if ("record" in each) {
        batch.push(each);
        continue;
      }
      // What was written before is taken before it is told what came then.
      if (batch.length > 0) yield batch;
      batch = [];
      this.#tell(each);
    }
    if (batch.length > 0) yield batch;
  }

  #tell({ sessionId, error }: SessionTurn): void {
    const { onFailure, onWriterGone } = this.#options;
    if (error === null) onWriterGone?.(sessionId);
    else if (onFailure === undefined) throw error;
    else onFailure(sessionId, error);
  }

  #end(): void {
    this.#isOver = true;
    this.#folder.close();
    for (const track of this.#tracks.values()) track.stop();
    this.#backlog.close();
    this.#endPause();
  }

  /** Goes on beside the records until it is over. */
  async #look(): Promise<void> {
    let isWatched = this.#folder.renew();
    this.#before = new Set(this.#list());
    await this.#takeUpWritten();
    this.#isFirstLook = false;
    while (!this.#isOver) {
      await this.#pause(isWatched ? LOOK_MS : LOOK_FOR_FOLDER_MS);
      if (this.#isOver) return;
      isWatched = this.#folder.renew();
      if (performance.now() >= this.#nextListing) {
        for (const id of this.#list()) if (!this.#before.has(id)) this.#takeUp(id);
      }
      for (const track of [...this.#tracks.values()]) {
        track.look();
        if (track.hasChanged()) this.#takeUp(track.id);
      }
    }
  }

  async #takeUpWritten(): Promise<void> {
    const { files, directory } = this.#place;
    let turnStart = performance.now();
    for (const id of this.#before) {
      if (this.#isOver) return;
      if (!this.#tracks.has(id) && isWriterActive(files, sessionPaths(directory, id).journal)) {
        this.#takeUpRunning(id);
      }
      if (performance.now() - turnStart <= TURN_MS) continue;
      await nextTurn();
      turnStart = performance.now();
    }
  }

  #takeUpRunning(id: string): void {
    const { files, directory } = this.#place;
    const { from = "end" } = this.#options;
    const isNew =
      readStartTime(files, directory, {
        id,
        hasJournal: true,
        hasSnapshot: false,
        hasBlobs: false,
        names: [],
      }) >= this.#since;
    const track = this.#track(id);
    void this.#follow(
      track,
      track.follow(isNew ? "start" : typeof from === "function" ? () => from(id, track.path) : from),
    );
  }

  /** What is not followed yet, or was left. */
  #takeUp(id: string): void {
    if (this.#isOver || this.#done.has(id)) return;
    const known = this.#tracks.get(id);
    if (known === undefined && this.#isFirstLook && this.#before.has(id)) {
      // A notice came before the look: somebody writes it.
      this.#takeUpRunning(id);
    } else if (known === undefined) {
      const track = this.#track(id);
      void this.#follow(track, track.follow("start", this.#before.has(id) ? this.#since : ""));
    } else if (known.hasChanged()) {
      void this.#follow(known, known.goOn());
    }
  }

  #track(id: string): SessionTrack {
    const { files, directory } = this.#place;
    const track = new SessionTrack(id, sessionPaths(directory, id).journal, {
      files,
      watch: this.#folder.watch,
      give: (news) => this.#backlog.give(news),
    });
    this.#tracks.set(id, track);
    return track;
  }

  async #follow(track: SessionTrack, following: Promise<void>): Promise<void> {
    await following;
    if (!track.isDone) return;
    this.#tracks.delete(track.id);
    this.#done.add(track.id);
  }

  #notice(name: string | null): void {
    if (name === null) this.#nextListing = 0;
    const id = name?.endsWith(JOURNAL_SUFFIX) ? name.slice(0, -JOURNAL_SUFFIX.length) : undefined;
    if (id === undefined || !isSessionId(id)) return;
    const { files, directory } = this.#place;
    if (files.statPath(sessionPaths(directory, id).journal)?.kind === "file") this.#takeUp(id);
  }

  /** The ids of the journals that there are. */
  #list(): string[] {
    const { files, directory } = this.#place;
    const begun = performance.now();
    try {
      return files
        .list(directory)
        .filter((name) => name.endsWith(JOURNAL_SUFFIX))
        .map((name) => name.slice(0, -JOURNAL_SUFFIX.length))
        .filter(isSessionId);
    } catch (cause) {
      if (errorCode(cause) === "ENOENT") return [];
      throw readFailed(directory, cause);
    } finally {
      this.#nextListing = performance.now() + LISTING_PARTS * (performance.now() - begun);
    }
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#endPause = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
