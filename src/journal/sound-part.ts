/**
 * Reads a journal as far as it is sound and then says what was found behind that: unlike `readJournal` it throws for
 * no damage, because a person is to see both. It changes nothing.
 */
import { journalRewound } from "../errors.js";
import type { JournalRecord } from "../event/types.js";
import type { Files } from "../files/files.js";
import { nodeFiles } from "../files/node-files.js";
import type { Cursor } from "./cursor.js";
import { eachOf } from "./each-of.js";
import { requiredSessionId } from "./place-of.js";
import { snapshotAnchor } from "./snapshot-anchor.js";
import { soundBatches } from "./sound-batches.js";
import type { Verdict } from "./verdict.js";

export interface SoundPartOptions {
  /** Begin behind this record; the start of the journal unless given. */
  from?: Cursor | undefined;
  /** Whether the snapshot is asked how far the journal once reached: a cut that no line shows is found that way. */
  withSnapshot?: boolean | undefined;
  /** Ends the reading with the signal's reason. */
  signal?: AbortSignal | undefined;
  /** Told now and then how many bytes have been read. */
  onProgress?: ((bytes: number) => void) | undefined;
  /**
   * The session that it must be of, else it is corrupt. Unless given, the name of a file in a sessions folder says it
   * (`.choragen/sessions`, or the one that `CHORAGEN_SESSIONS_DIR` names); anywhere else it may be of any.
   */
  sessionId?: string | undefined;
  /** Another file system than the disk, for tests. */
  files?: Files | undefined;
}

/** What a journal came to when it was read to its end. */
export interface SoundPartEnd {
  readonly verdict: Verdict;
  /** Just behind the last sound record; its seq is 0 where there is none. */
  readonly sound: Cursor;
  /** The highest seq that is proved to have been fsynced. */
  readonly mark: number;
  /** Of the whole file. */
  readonly sizeBytes: number;
  /** The first line that is not sound; null where every line is. */
  readonly break: { readonly line: number; readonly byteOffset: number; readonly reason: string } | null;
}

/**
 * The records of the sound part, to be iterated once; then `found` says what is behind them. Damage is a result, not an
 * error. Iterating throws JOURNAL_MISSING, JOURNAL_REWOUND where the record that `from` names is gone,
 * UNSUPPORTED_FORMAT or READ_FAILED.
 */
export function readSoundPart(path: string, options: SoundPartOptions = {}): SoundPart {
  return new SoundPart(path, options);
}

export class SoundPart implements AsyncIterable<JournalRecord> {
  readonly path: string;
  readonly #options: SoundPartOptions;
  #found: SoundPartEnd | undefined;

  constructor(path: string, options: SoundPartOptions = {}) {
    this.path = path;
    this.#options = options;
  }

  /** Throws a TypeError where the records were not iterated to their end. */
  get found(): SoundPartEnd {
    if (this.#found === undefined) throw new TypeError("the journal was not read to its end");
    return this.#found;
  }

  [Symbol.asyncIterator](): AsyncIterableIterator<JournalRecord> {
    return eachOf(this.#batches());
  }

  async *#batches(): AsyncGenerator<JournalRecord[], void> {
    const { from, withSnapshot = false, signal, onProgress, files = nodeFiles } = this.#options;
    const { sessionId = requiredSessionId(this.path) } = this.#options;
    // Before the journal is opened: a journal that takes its place in between reaches at least as far.
    const snapshot = withSnapshot ? snapshotAnchor(files, this.path, sessionId) : undefined;
    const options = { files, sessionId, from, snapshot, signal, onProgress };
    yield* soundBatches(this.path, options, (found) => {
      if (!found.linked) throw journalRewound(this.path, from?.seq ?? 0);
      this.#found = soundPartEnd(found);
    });
  }
}

/** Of what an inspection finds, that which concerns others. */
export function soundPartEnd({ verdict, sound, mark, sizeBytes, break: at }: SoundPartEnd): SoundPartEnd {
  return { verdict, sound, mark, sizeBytes, break: at };
}
