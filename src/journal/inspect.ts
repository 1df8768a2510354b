/**
 * Reads a journal from a place to its end and comes to a verdict: the one path by which loading, verifying,
 * writing and repairing look at a file. Whoever wants the records takes them as they pass. It changes nothing.
 */
import type { JournalRecord } from "../event/types.js";
import type { Files } from "../files/files.js";
import type { Steps } from "../files/steps.js";
import { readBreakFacts } from "./break-facts.js";
import { type Cursor, START } from "./cursor.js";
import { isWriterActive } from "./lock.js";
import { type Break, JournalScan } from "./scan.js";
import { judge, type Verdict } from "./verdict.js";

/** How far a sound snapshot reached into this journal, and the hash it saw there. */
export interface SnapshotAnchor {
  readonly seq: number;
  readonly hash: string;
}

/** A sound line, and the place just behind it. */
export interface SoundLine {
  /** Without its line feed; made when it is asked for. */
  readonly line: Buffer;
  readonly cursor: Cursor;
  /** Its record, or what is wrong with it: cheaper than `decodeLine(line)`. */
  decode(): JournalRecord | string;
}

export interface InspectOptions {
  readonly path: string;
  readonly sessionId?: string | undefined;
  readonly from?: Cursor | undefined;
  /** A mark known beforehand. */
  readonly mark?: number | undefined;
  readonly snapshot?: SnapshotAnchor | undefined;
  /** Whether the caller holds the writer's lock. */
  readonly locked: boolean;
  /** Given each sound line, valid during the call, and its seq; a string turns the line down as not sound, with the reason. */
  readonly onLine?: ((sound: SoundLine) => string | undefined) | undefined;
  readonly onProgress?: ((bytes: number) => void) | undefined;
}

export interface Inspection {
  readonly verdict: Verdict;
  /** Just behind the last sound record. */
  readonly sound: Cursor;
  readonly mark: number;
  readonly sizeBytes: number;
  readonly break: Break | null;
  /** Whether the record that `from` names was still there; where not, nothing was read. */
  readonly linked: boolean;
  /** Where the last sound line begins; undefined where none was passed. */
  readonly lastLine: { readonly start: number; readonly end: number } | undefined;
}

const REREAD_MS = 10;

export function* inspect(files: Files, fd: number, options: InspectOptions): Steps<Inspection> {
  const walk = new Walk(files, fd, options);
  yield* walk.run();
  let found = walk.break;
  let writerActive = false;
  if (!options.locked && (found !== null || walk.sound.seq === 0)) {
    writerActive = isWriterActive(files, options.path);
    // What was read while it was being written may look different now; one that is empty may be just being made.
    if (writerActive || walk.sound.seq === 0) yield { kind: "sleep", ms: REREAD_MS };
    yield* walk.resume();
    found = walk.break;
    // A writer may have come in between.
    writerActive ||= isWriterActive(files, options.path);
  }
  const toByte = walk.sawEnd ? walk.bytesRead : undefined;
  const facts =
    found === null || !walk.linked ? null : yield* readBreakFacts(files, fd, found.byteOffset, toByte);
  const mark = Math.max(walk.mark, facts?.markBehind ?? 0, options.snapshot?.seq ?? 0);
  const verdict = walk.contradiction
    ? "corrupt"
    : judge({ soundRecords: walk.sound.seq, mark, writerActive, break: facts });
  if (found === null && verdict === "corrupt") {
    const { seq, byteOffset } = walk.sound;
    found = {
      line: seq + 1,
      byteOffset,
      reason: `it ends here, though record ${mark} was known to be on disk`,
    };
  }
  const sizeBytes = facts?.sizeBytes ?? walk.sound.byteOffset;
  return {
    verdict,
    sound: walk.sound,
    mark,
    sizeBytes,
    break: found,
    linked: walk.linked,
    lastLine: walk.lastLine,
  };
}

/** The scan with its caller's looks at each line; can be taken up again where it stopped. */
class Walk {
  readonly #files: Files;
  readonly #fd: number;
  readonly #options: InspectOptions;
  sound: Cursor;
  mark: number;
  break: Break | null = null;
  /** Up to where the file was read, and whether that was its end. */
  bytesRead = 0;
  sawEnd = false;
  linked = true;
  #lastLineStart = -1;
  /** Whether the journal is not the one that the snapshot saw. */
  contradiction = false;

  constructor(files: Files, fd: number, options: InspectOptions) {
    this.#files = files;
    this.#fd = fd;
    this.#options = options;
    this.sound = options.from ?? START;
    this.mark = options.mark ?? 0;
  }

  get lastLine(): Inspection["lastLine"] {
    return this.#lastLineStart < 0 ? undefined : { start: this.#lastLineStart, end: this.sound.byteOffset };
  }

  *run(): Steps<void> {
    const { path, sessionId, onLine, onProgress, snapshot } = this.#options;
    const scan = new JournalScan(this.#files, this.#fd, { path, sessionId, from: this.sound });
    for (;;) {
      while (scan.next()) {
        const start = this.sound.byteOffset;
        const unfit = contradicts(snapshot, scan.cursor) ? REWRITTEN : onLine?.(scan);
        if (unfit !== undefined) {
          this.contradiction ||= unfit === REWRITTEN;
          scan.reject(this.sound, unfit);
          break;
        }
        this.#lastLineStart = start;
        this.sound = scan.cursor;
      }
      if (scan.break !== null || !scan.read()) break;
      onProgress?.(scan.bytesRead);
      yield { kind: "pause" };
    }
    this.sawEnd = scan.break === null;
    this.bytesRead = scan.bytesRead;
    scan.finish();
    this.mark = Math.max(this.mark, scan.mark);
    this.break = scan.break;
    this.linked = scan.linked;
  }

  *resume(): Steps<void> {
    if (this.linked && !this.contradiction) yield* this.run();
  }
}

const REWRITTEN = "its hash is not the one that the snapshot saw there";

function contradicts(snapshot: SnapshotAnchor | undefined, cursor: Cursor): boolean {
  return snapshot !== undefined && cursor.seq === snapshot.seq && cursor.hash !== snapshot.hash;
}
