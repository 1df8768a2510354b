/**
 * One session: what its journal holds, and if it is followed what is written from then on, until it ends or its writer is
 * gone. A journal that is rewound meanwhile is followed on; damage ends it.
 */
import { JournalError } from "../../errors.js";
import { nodeFiles } from "../../files/node-files.js";
import { type Cursor, START } from "../../journal/cursor.js";
import { RecentCursors } from "../../journal/recent-cursors.js";
import { missing } from "../errors.js";
import { EXIT, type ExitCode } from "../exit-codes.js";
import { followWhileWritten, isBeingWritten, untilWritten } from "../follow-writer.js";
import { damageBanner } from "../view/damage.js";
import { countOf, formatCount } from "../view/figures.js";
import { shownPath } from "../workspace.js";
import type { EventLines } from "./event-lines.js";
import { isDamaged, printHistory } from "./history.js";
import { rewoundText, writerGoneText } from "./words.js";

export interface TailOneOptions {
  readonly lastLines: number;
  readonly fromSeq: number;
  readonly isFollowed: boolean;
  /** Whether to wait for another writer where one is gone. */
  readonly stays: boolean;
}

export async function tailOne(path: string, lines: EventLines, options: TailOneOptions): Promise<ExitCode> {
  return await new TailOne(path, lines, options).run();
}

class TailOne {
  readonly #path: string;
  readonly #lines: EventLines;
  readonly #options: TailOneOptions;
  readonly #recent = new RecentCursors();
  /** Just behind the last record that passed. */
  #at: Cursor = START;

  constructor(path: string, lines: EventLines, options: TailOneOptions) {
    this.#path = path;
    this.#lines = lines;
    this.#options = options;
  }

  async run(): Promise<ExitCode> {
    const { lastLines, isFollowed, stays } = this.#options;
    const damaged = await this.#readOn(lastLines);
    if (damaged !== undefined) return damaged;
    await this.#checkReach();
    if (!isFollowed) return EXIT.ok;
    while (!this.#hasEnded) {
      try {
        await this.#followWriter();
        if (this.#hasEnded) break;
        const found = await this.#readOn(Number.POSITIVE_INFINITY);
        if (found !== undefined) return found;
        if (this.#hasEnded) break;
        const gone = writerGoneText(this.#lines.last);
        await this.#lines.note(stays ? `${gone}; waiting for another writer` : gone);
        if (!stays) return EXIT.ok;
        await untilWritten(this.#path);
      } catch (error) {
        await this.#rewind(error);
      }
    }
    return EXIT.ok;
  }

  get #hasEnded(): boolean {
    return this.#lines.last?.type === "session.ended";
  }

  /** Prints what is there behind the last record. An exit status where it is damaged, so that nothing can follow. */
  async #readOn(lastLines: number): Promise<ExitCode | undefined> {
    const part = await printHistory(this.#path, this.#lines, lastLines, this.#at);
    this.#pass(part.found.sound);
    if (!isDamaged(part)) return undefined;
    await this.#lines.note(damageBanner(part.path, part.found));
    // What a crash left torn the next writer takes out.
    const isMendable = part.found.verdict === "torn" && this.#options.stays;
    return isMendable ? undefined : EXIT.finding;
  }

  /** What is written while somebody writes; damage is met again by reading on. */
  async #followWriter(): Promise<void> {
    if (!isBeingWritten(this.#path)) return;
    try {
      for await (const { record, cursor } of followWhileWritten(this.#path, this.#at)) {
        const shown = this.#lines.take(record);
        this.#pass(cursor);
        if (shown !== undefined) await this.#lines.print(shown);
      }
    } catch (error) {
      if (!isJournalError(error, "CORRUPT_JOURNAL")) throw error;
    }
  }

  #pass(cursor: Cursor): void {
    this.#at = cursor;
    this.#recent.add(cursor);
  }

  /** Goes back to the last record that is still there. */
  async #rewind(error: unknown): Promise<void> {
    if (!isJournalError(error, "JOURNAL_REWOUND") || nodeFiles.statPath(this.#path) === null) throw error;
    this.#at = this.#recent.lastIn(nodeFiles, this.#path);
    await this.#lines.note(rewoundText(error, this.#at));
  }

  async #checkReach(): Promise<void> {
    const { fromSeq, isFollowed } = this.#options;
    const { seq } = this.#at;
    if (fromSeq <= seq) return;
    const holds = `${shownPath(this.#path)} has ${countOf(seq, "record")}`;
    if (!isFollowed || this.#hasEnded) throw missing(`${holds}; there is no record ${formatCount(fromSeq)}`);
    await this.#lines.note(`${holds} so far; waiting for record ${formatCount(fromSeq)}`, "dim");
  }
}

function isJournalError(error: unknown, code: JournalError["code"]): error is JournalError {
  return error instanceof JournalError && error.code === code;
}
