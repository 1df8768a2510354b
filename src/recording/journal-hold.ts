/**
 * A session's hold on its journal: the writer while the lock is held, otherwise how far the state reaches, from
 * where the lock can be taken again. It keeps the state up to date and decides nothing about when.
 */
import { BlobStore } from "../blobs/blob-store.js";
import { Offload } from "../blobs/offload.js";
import { ShownBlobs } from "../blobs/shown-blobs.js";
import { journalMissing, sessionEnded } from "../errors.js";
import type { Draft } from "../event/draft.js";
import { FORMAT_VERSION } from "../event/format-version.js";
import type { JournalRecord } from "../event/types.js";
import { upcast } from "../event/upcast.js";
import type { Files } from "../files/files.js";
import type { Steps } from "../files/steps.js";
import type { Cursor } from "../journal/cursor.js";
import { openWriter } from "../journal/open-writer.js";
import type { JournalWriter } from "../journal/writer.js";
import { readAnchor } from "../snapshot/anchor.js";
import { LiveState } from "../state/live-state.js";
import type { Loaded } from "../store/load.js";
import type { SessionPaths } from "../store/names.js";
import type { BlobOptions, Health } from "./types.js";

export class JournalHold {
  readonly files: Files;
  readonly paths: SessionPaths;
  readonly live: LiveState;
  /** While there is no writer: how far the state reaches into the journal, and what is durable of it. */
  #cursor: Cursor | null;
  #mark: number;
  #torn: Loaded["torn"];
  readonly #journalMissing: boolean;
  #writer: JournalWriter | null;
  /** A writer that was let go and could not read back all that it wrote. */
  #unread: JournalWriter | null = null;
  /** The seq of a clean stop that was found; 0 where the last stop was not clean. */
  #stoppedAt = 0;
  /** The first record that is written under the lock that is held: what stands before it was there. */
  #ownSeq = 1;
  #hasNews = false;
  readonly #blobs: ShownBlobs;
  readonly #offload: Offload | null;

  constructor(
    files: Files,
    paths: SessionPaths,
    loaded: Loaded,
    writer: JournalWriter | null,
    blobs?: BlobOptions,
  ) {
    this.files = files;
    this.paths = paths;
    this.#blobs = new ShownBlobs(files, paths.blobs);
    this.#blobs.look(loaded.replay.blobs ?? []);
    this.#offload = blobs === undefined ? null : new Offload(new BlobStore(files, paths), blobs.overBytes);
    this.#writer = writer;
    this.#cursor = loaded.cursor;
    this.#mark = loaded.mark;
    this.#torn = loaded.torn;
    this.#journalMissing = loaded.journalMissing === true;
    this.live = new LiveState(
      loaded.replay,
      () => (this.#unread ?? this.#writer)?.takeUnfolded() ?? [],
      (ref) => this.#blobs.fetch(ref),
    );
  }

  /** Null while the lock is not held. After a failure for good it stays, without the lock, to say so. */
  get writer(): JournalWriter | null {
    return this.#writer;
  }

  get hasEnded(): boolean {
    return this.live.current().state.outcome !== null;
  }

  /** Whether nothing was added behind a clean stop. */
  get isStopped(): boolean {
    return this.#writer?.seq === this.#stoppedAt;
  }

  get ownSeq(): number {
    return this.#ownSeq;
  }

  get position(): Omit<Health, "snapshotFailure" | "failure"> {
    return {
      writtenSeq: this.#writer?.seq ?? this.#cursor?.seq ?? 0,
      durableSeq: this.#writer?.durableSeq ?? this.#mark,
      ...(this.#torn === undefined ? {} : { torn: this.#torn }),
      ...(this.#journalMissing ? { journalMissing: true } : {}),
      ...(this.#blobs.faults.length === 0 ? {} : { blobs: [...this.#blobs.faults] }),
    };
  }

  /** The drafts as they are to be written: big values go to their blobs first, where that was asked for. Throws WRITE_FAILED. */
  offload(drafts: readonly Draft[]): readonly Draft[] {
    return this.#offload === null ? drafts : this.#offload.take(drafts);
  }

  /** Whether the lock was taken, so that others may have written before, since this was last asked. */
  takeNews(): boolean {
    const hasNews = this.#hasNews;
    this.#hasNews = false;
    return hasNews;
  }

  /** Takes the writer's lock, reads what is new, and recovers where the last stop was not clean. */
  *acquire(alsoEnded: boolean): Steps<JournalWriter> {
    if (this.#cursor === null) {
      throw journalMissing(
        this.paths.journal,
        "Nothing can be added to it; import the session to go on with it.",
      );
    }
    // Nothing can be built on a state that lacks records.
    this.live.current();
    const news: JournalRecord[] = [];
    const { writer, recovered, found } = yield* openWriter(this.files, this.paths, {
      from: this.#cursor,
      mark: this.#mark,
      readAnchor: () => readAnchor(this.files, this.paths) ?? undefined,
      onLine: (sound) => {
        const record = sound.decode();
        if (typeof record === "string") return record;
        news.push(upcast(record, FORMAT_VERSION));
        return undefined;
      },
      alsoEnded,
    });
    this.live.fold(news);
    this.#hasNews = true;
    this.#torn = undefined;
    this.#writer = writer;
    this.#stoppedAt = recovered ? 0 : writer.seq;
    this.#ownSeq = found.seq + 1;
    // It may have ended before its last record, where something was mended behind that.
    if (!alsoEnded && this.hasEnded) {
      this.release();
      throw sessionEnded(this.paths.id);
    }
    return writer;
  }

  /** Lets go of the lock; the state stays, and a later save takes it again for its time. */
  release(): void {
    const writer = this.#writer;
    if (writer === null || writer.failure !== null) return;
    try {
      this.live.current();
    } catch {
      // The lock is let go all the same; what the state lacks is told whenever it is looked at.
      this.#unread = writer;
    }
    this.#cursor = writer.cursor;
    this.#mark = writer.durableSeq;
    this.#writer = null;
    writer.close();
  }
}
