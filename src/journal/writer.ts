/**
 * Appends records to a journal whose lock it holds. An append is one write that has returned; a sync is
 * shared by all who wait for it. After a failed fsync, or when the file is not what the writer left, it is
 * poisoned for good: it writes nothing more, and says why. It does not fold, and does not know what events mean.
 */
import { type JournalError, type PoisonReason, poisoned, readFailed, writeFailed } from "../errors.js";
import type { Draft } from "../event/draft.js";
import type { JournalRecord } from "../event/types.js";
import type { FileStat, Files } from "../files/files.js";
import { Arena, type Extent } from "./arena.js";
import { Clock } from "./clock.js";
import type { Cursor } from "./cursor.js";
import { decodeLines } from "./decode-lines.js";
import { type DraftFromHead, FROM_HEAD_ROOM } from "./draft-from-head.js";
import { encodeUnsealed, type LineParts } from "./line.js";
import { readSound } from "./read-sound.js";
import { SharedRun } from "./shared-run.js";

export class JournalWriter {
  readonly path: string;
  readonly #files: Files;
  #fd: number | null;
  readonly #arena: Arena;
  #seq: number;
  #sizeBytes: number;
  /** So many of them were there when this writer last began to sync. */
  #syncedBytes = 0;
  #durableSeq = 0;
  /** The mark that the next record carries; 0 where none is new. */
  #newMark = 0;
  #failure: JournalError | null = null;
  #own: FileStat | null = null;
  readonly #syncs = new SharedRun(() => this.#sync());
  /** Up to where the records were taken to be folded; what came of those that can only be read from the file. */
  #folded: Cursor;
  #rescued: JournalRecord[] = [];
  #unreadable: JournalError | null = null;
  readonly #clock = new Clock();

  /** Takes over the descriptor, and the lock on it; nothing is taken to be durable. */
  constructor(files: Files, fd: number, path: string, at: Cursor) {
    this.#files = files;
    this.#fd = fd;
    this.path = path;
    this.#arena = new Arena(at.hash);
    this.#seq = at.seq;
    this.#sizeBytes = at.byteOffset;
    this.#folded = at;
  }

  get seq(): number {
    return this.#seq;
  }
  /** The highest seq whose bytes an fsync has put on stable storage. */
  get durableSeq(): number {
    return this.#durableSeq;
  }
  get cursor(): Cursor {
    return { seq: this.#seq, byteOffset: this.#sizeBytes, hash: this.#arena.hash };
  }
  get failure(): JournalError | null {
    return this.#failure;
  }
  /** Whether something was written that no fsync has covered. */
  get isDirty(): boolean {
    return this.#durableSeq < this.#seq;
  }
  /** The records since the last call, to be read to the end at once. READ_FAILED, each time, where the file lost them. */
  *takeUnfolded(): Generator<JournalRecord, void> {
    if (this.#unreadable !== null) throw this.#unreadable;
    const { spilledBytes, pieces } = this.#arena.takeUnfolded();
    const from = this.#folded;
    this.#folded = this.cursor;
    yield* this.#rescued.splice(0);
    if (spilledBytes > 0) yield* this.#readBack(from, spilledBytes);
    yield* decodeLines(pieces);
  }

  /** For a caller who makes no state of the records: their bytes need not be kept. */
  forgetUnfolded(): void {
    this.#arena.takeUnfolded();
    this.#folded = this.cursor;
  }

  /** Appends the records in one write, and `last` in the same. Returns where their bytes lie, until the next append. */
  append(drafts: readonly Draft[], last?: DraftFromHead): Extent {
    if (this.#failure !== null) throw this.#failure;
    const fd = this.#openFd();
    const now = this.#clock.now();
    const lines: string[] = [];
    let seq = this.#seq;
    let durable = this.#newMark;
    for (const { type, data, id, time = now } of drafts) {
      lines.push(encodeUnsealed({ seq: ++seq, time, type, data, id, durable }));
      durable = 0;
    }
    const extent = this.#arena.reserve(last === undefined ? lines : [...lines, FROM_HEAD_ROOM]);
    for (const line of lines) this.#arena.add(extent, line);
    if (last !== undefined) this.#addLast(extent, last, { seq: ++seq, time: now, durable });
    this.#write(fd, extent);
    this.#seq = seq;
    this.#sizeBytes += extent.end - extent.start;
    this.#newMark = 0;
    return extent;
  }

  /** Resolves once everything written before the call is on stable storage; calls in flight share one fsync. */
  sync(): Promise<void> {
    return this.#syncs.request();
  }

  /** The same, blocking. Nothing else may be in flight that the caller waits for. */
  syncNow(): void {
    if (this.#failure !== null) throw this.#failure;
    const fd = this.#openFd();
    const target = this.#seq;
    try {
      this.#files.sync(fd);
    } catch (cause) {
      throw this.#poison("fsync", cause);
    }
    this.#acknowledge(fd, target);
  }

  /** For a caller who knows that everything written so far is durable, names included. */
  declareDurable(): void {
    this.#durableSeq = this.#seq;
    this.#newMark = this.#seq;
  }

  /** Lets go of the descriptor and so of the lock, once no fsync is in flight. Never throws. */
  close(): void {
    const fd = this.#fd;
    this.#fd = null;
    if (fd === null) return;
    this.#syncs.whenIdle(() => {
      try {
        this.#files.close(fd);
      } catch {
        // The descriptor is gone either way, and with it the lock.
      }
    });
  }

  async #sync(): Promise<void> {
    if (this.#failure !== null) throw this.#failure;
    // A writer is let go after its last sync; who asked in between has what it asked for.
    if (this.#fd === null && !this.isDirty) return;
    const fd = this.#openFd();
    const target = this.#seq;
    const dirtyBytes = this.#sizeBytes - this.#syncedBytes;
    this.#syncedBytes = this.#sizeBytes;
    try {
      await this.#files.syncLater(fd, dirtyBytes);
    } catch (cause) {
      throw this.#poison("fsync", cause);
    }
    this.#acknowledge(fd, target);
  }

  /** An fsync that began when `target` was written has succeeded: is the file still the one it was? */
  #acknowledge(fd: number, target: number): void {
    if (this.#failure !== null) throw this.#failure;
    this.#confirm(fd);
    if (target <= this.#durableSeq) return;
    this.#durableSeq = target;
    this.#newMark = target;
  }

  #confirm(fd: number): void {
    let reason: PoisonReason | null = null;
    try {
      // The descriptor names the same file for good: where the path does too, one look shows the size as well.
      this.#own ??= this.#files.stat(fd);
      const named = this.#files.statPath(this.path);
      if (named === null) reason = "removed";
      else if (named.inode !== this.#own.inode || named.device !== this.#own.device) reason = "replaced";
      else if (named.sizeBytes !== this.#sizeBytes) reason = "foreign-write";
    } catch (cause) {
      throw this.#poison("removed", cause);
    }
    if (reason !== null) throw this.#poison(reason);
  }

  #addLast(extent: Extent, last: DraftFromHead, parts: Pick<LineParts, "seq" | "time" | "durable">): void {
    try {
      const { type, data, id } = last({ seq: parts.seq - 1, hash: this.#arena.hash }, parts.time);
      this.#arena.add(extent, encodeUnsealed({ ...parts, type, data, id }));
    } catch (error) {
      this.#arena.takeBack(extent);
      throw error;
    }
  }

  #write(fd: number, { block, start, end }: Extent): void {
    try {
      for (let at = start; at < end; ) {
        const written = this.#files.write(fd, block, at, end - at);
        if (written === 0) throw new Error("the system wrote nothing");
        at += written;
      }
    } catch (cause) {
      this.#arena.takeBack({ block, start, end });
      this.#cutBack(fd, end - start, cause);
      throw writeFailed(this.path, cause);
    }
  }

  /** Takes the bytes of a failed attempt off the file again, provided they are all that was added to it. */
  #cutBack(fd: number, attemptBytes: number, cause: unknown): void {
    try {
      const size = this.#files.stat(fd).sizeBytes;
      if (size === this.#sizeBytes) return;
      if (size > this.#sizeBytes && size <= this.#sizeBytes + attemptBytes) {
        this.#files.truncate(fd, this.#sizeBytes);
        return;
      }
    } catch {
      // Told as the failed rollback that it is.
    }
    throw this.#poison("rollback", cause);
  }

  #poison(reason: PoisonReason, cause?: unknown): JournalError {
    if (this.#failure !== null) return this.#failure;
    this.#failure = poisoned(this.path, reason, cause);
    // The state goes on being shown, and the file can be read for the last time.
    try {
      this.#rescued = [...this.takeUnfolded()];
    } catch {
      // Told when the state is looked at.
    }
    this.close();
    return this.#failure;
  }

  *#readBack(from: Cursor, bytes: number): Generator<JournalRecord, void> {
    try {
      yield* readSound(this.#files, this.#openFd(), this.path, from, from.byteOffset + bytes);
    } catch (cause) {
      this.#unreadable = readFailed(this.path, cause);
      throw this.#unreadable;
    }
  }

  #openFd(): number {
    if (this.#fd === null) throw new TypeError("the writer is closed");
    return this.#fd;
  }
}
