/**
 * The journal of one imported session. The run is over, so nothing waits for an event: events are gathered and written
 * many at a time into an unfinished file, which takes the session's name only when it is whole and durable. An import that
 * dies leaves no session.
 */
import { JournalError, writeFailed } from "../../errors.js";
import { type Draft, draftOwn } from "../../event/draft.js";
import { createEventId } from "../../event/id.js";
import type { Outcome, Status } from "../../event/types.js";
import { discard } from "../../files/discard.js";
import { runBlocking } from "../../files/steps.js";
import { START } from "../../journal/cursor.js";
import { lockNew } from "../../journal/lock.js";
import { JournalWriter } from "../../journal/writer.js";
import type { RunSummary } from "../../state/types.js";
import { type SessionPaths, sessionPaths, temporaryPath } from "../../store/names.js";
import type { Place } from "../../store/place.js";

/** So many characters are written at once: their worst case fits a block that the writer uses again. */
const BATCH_LENGTH = 64 * 1024;

/** The digits that an id ends in are random, and come from a pool. */
const RANDOM_LENGTH = 12;

/** What may stand in a line as it is. */
const RECORD_ID = /^[0-9A-Za-z-]{1,64}$/;

export interface Ending {
  readonly outcome: Outcome | undefined;
  /** Where it has no outcome. */
  readonly status: Status;
  readonly at: string | undefined;
  readonly isInferred?: boolean | undefined;
  readonly summary: RunSummary;
}

export class ImportJournal {
  readonly #place: Place;
  readonly #paths: SessionPaths;
  readonly #writer: JournalWriter;
  /** Where it is written until it is whole; null where it has its name already. */
  readonly #temporary: string | null;
  #batch: Draft[] = [];
  #batchLength = 0;
  /** The outcome, where the source has one, or a clean stop. */
  #last: Draft | null = null;

  constructor(place: Place, paths: SessionPaths, writer: JournalWriter, temporary: string | null) {
    this.#place = place;
    this.#paths = paths;
    this.#writer = writer;
    this.#temporary = temporary;
  }

  /** A new one. Throws WRITE_FAILED or LOCK_UNSUPPORTED, and leaves no file then. */
  static create(place: Place, id: string, started: object): ImportJournal {
    const { files, directory } = place;
    const paths = sessionPaths(directory, id);
    const temporary = temporaryPath(paths, createEventId().slice(-RANDOM_LENGTH));
    let writer: JournalWriter | null = null;
    try {
      const fd = files.open(temporary, "create");
      writer = new JournalWriter(files, fd, temporary, START);
      // It tells the next import that this one is still at work.
      runBlocking(files, lockNew(files, fd, temporary));
      const journal = new ImportJournal(place, paths, writer, temporary);
      journal.#gather(draftOwn("session.started", started));
      return journal;
    } catch (cause) {
      writer?.close();
      if (writer !== null) discard(files, temporary);
      throw cause instanceof JournalError ? cause : writeFailed(paths.journal, cause);
    }
  }

  get sizeBytes(): number {
    return this.#writer.cursor.byteOffset;
  }

  /** `data` is JSON text. Throws WRITE_FAILED. */
  append(type: string, data: string, id?: string): void {
    const kept = id !== undefined && RECORD_ID.test(id) ? id : createEventId();
    this.#gather({ type, data, value: null, id: kept });
  }

  /** Writes what is gathered, and to a new one the last record. Throws WRITE_FAILED. */
  seal(ending: Ending): void {
    this.#write();
    this.#last = lastDraft(ending);
    if (this.#temporary === null) return;
    // Nobody reads it before it has its name, and that it gets once an fsync has covered it whole: by then the mark is true.
    this.#writer.declareDurable();
    this.#writeLast();
  }

  /**
   * Makes what was sealed durable and gives a new one its name; the name is durable when the directory has been synced. Throws
   * WRITE_FAILED, and SESSION_EXISTS where the name was taken meanwhile.
   */
  async finish(): Promise<void> {
    try {
      await this.#writer.sync();
      if (this.#temporary !== null) this.#giveName(this.#temporary);
      else {
        // What has its name already can be read at any time: its mark follows the fsync that it tells of.
        this.#writeLast();
        await this.#writer.sync();
      }
    } catch (error) {
      this.abandon();
      throw error;
    }
    this.#writer.close();
  }

  /** Nothing of a new one is left; what was added to an older one stays and is gone on with by the next import. */
  abandon(): void {
    this.#writer.close();
    if (this.#temporary !== null) discard(this.#place.files, this.#temporary);
  }

  #giveName(temporary: string): void {
    const { files } = this.#place;
    const { id, journal, snapshot } = this.#paths;
    if (files.statPath(journal) !== null || files.statPath(snapshot) !== null) {
      throw new JournalError("SESSION_EXISTS", `Session ${id} was made by somebody else meanwhile.`, {
        sessionId: id,
        path: journal,
      });
    }
    try {
      files.rename(temporary, journal);
    } catch (cause) {
      throw writeFailed(journal, cause);
    }
  }

  #gather(draft: Draft): void {
    this.#batch.push(draft);
    this.#batchLength += draft.data.length;
    if (this.#batchLength >= BATCH_LENGTH) this.#write();
  }

  #writeLast(): void {
    if (this.#last !== null) this.#append([this.#last]);
    this.#last = null;
  }

  #write(): void {
    if (this.#batch.length === 0) return;
    this.#append(this.#batch);
    this.#batch = [];
    this.#batchLength = 0;
  }

  #append(drafts: readonly Draft[]): void {
    this.#writer.append(drafts);
    // No state is made of it.
    this.#writer.forgetUnfolded();
  }
}

function lastDraft({ outcome, status, at, isInferred, summary }: Ending): Draft {
  const timed = at === undefined ? {} : { at };
  if (outcome === undefined) return draftOwn("writer.closed", { ...timed, status, summary });
  const told = isInferred === true ? { inferred: true } : {};
  return draftOwn("session.ended", { outcome, ...timed, ...told, summary });
}
