/**
 * Searches one journal: first its bytes as they lie, and where something was found, its records, verified as every reader
 * verifies them. So what is given is sound, and journals that hold nothing cost little more than reading them.
 */
import type { BlobFault } from "../../blobs/read-blob.js";
import { JournalError, readFailed } from "../../errors.js";
import { BLOBS_MEMBER } from "../../event/blob-refs.js";
import { FORMAT_VERSION } from "../../event/format-version.js";
import { upcast } from "../../event/upcast.js";
import type { Files } from "../../files/files.js";
import { runYielding } from "../../files/steps.js";
import type { SoundLine } from "../../journal/inspect.js";
import { decodeLine } from "../../journal/line.js";
import { openForReading } from "../../journal/open-for-reading.js";
import { requiredSessionId } from "../../journal/place-of.js";
import type { SoundPartEnd } from "../../journal/sound-part.js";
import { soundBatches } from "../sound-batches.js";
import { encodedForms } from "./encoded-forms.js";
import { findInRecord, type Match, MatchMaker } from "./match.js";
import { compilePattern, type SearchPattern } from "./pattern.js";
import { RawSearch } from "./raw-search.js";
import { SearchedBlobs } from "./searched-blobs.js";

export interface JournalSearchOptions extends SearchPattern {
  readonly files: Files;
  /** Only the first match of each journal, uncounted. */
  readonly onlyFirst: boolean;
  readonly signal: AbortSignal | undefined;
  readonly onProgress: ((bytes: number) => void) | undefined;
  readonly onBlobFault?: ((path: string, fault: BlobFault) => void) | undefined;
}

const CALL_STARTED = '"type":"tool_call.started"';
/** In a record of which some values lie elsewhere; they may hold it too. */
const REFS_OPENING = `"${BLOBS_MEMBER}":[`;
/** A line begins with its seq and time, and then its type. */
const TYPE_WITHIN_BYTES = 128;

export class JournalSearch {
  readonly #options: JournalSearchOptions;
  readonly #expression: RegExp;
  /** Undefined where the text may stand in any form, and every record is decoded. */
  readonly #forms: ReturnType<typeof encodedForms> | undefined;
  readonly #raw: RawSearch | undefined;

  /** Throws what `compilePattern` throws. */
  constructor(options: JournalSearchOptions) {
    const { pattern, isRegExp = false, ignoreCase = false, files } = options;
    this.#options = options;
    this.#expression = compilePattern(options);
    if (isRegExp) return;
    this.#forms = encodedForms(pattern, ignoreCase);
    this.#raw = new RawSearch(files, this.#forms, (line) => this.#isMeant(line));
  }

  /** Gives the matches as they are found, and returns what lies behind them; null where nothing was found or verified. */
  async *run(
    path: string,
    requiredId = requiredSessionId(path),
  ): AsyncGenerator<Match[], SoundPartEnd | null> {
    const { files, signal, onProgress, onBlobFault } = this.#options;
    const blobs = new SearchedBlobs(files, path, this.#expression, (fault) => onBlobFault?.(path, fault));
    const fd = openForReading(files, path);
    try {
      const raw = this.#raw?.run(fd, onProgress);
      // Where values lie elsewhere, only the records tell which.
      const mustRead = raw === undefined || blobs.areThere;
      if (!mustRead && !(await runYielding(files, raw, signal))) return null;
      const options = { sessionId: requiredId, signal, onProgress };
      const take = (give: (match: Match) => void) => this.#takeLines(path, requiredId, blobs, give);
      return yield* soundBatches(files, fd, path, options, take);
    } catch (cause) {
      throw cause instanceof JournalError || signal?.aborted ? cause : readFailed(path, cause);
    } finally {
      files.close(fd);
    }
  }

  #takeLines(
    path: string,
    requiredId: string | undefined,
    blobs: SearchedBlobs,
    give: (match: Match) => void,
  ): (sound: SoundLine) => string | undefined {
    const matches = new MatchMaker();
    let sessionId = requiredId;
    return (sound) => {
      const { line, cursor } = sound;
      const isFirst = cursor.seq === 1;
      const mayMatch = this.#forms === undefined || this.#forms.next(line, 0) !== -1;
      const mayHaveBlobs = blobs.areThere && line.includes(REFS_OPENING);
      if (
        !mayMatch &&
        !mayHaveBlobs &&
        !isFirst &&
        !line.subarray(0, TYPE_WITHIN_BYTES).includes(CALL_STARTED)
      )
        return undefined;
      const decoded = sound.decode();
      if (typeof decoded === "string") return decoded;
      const record = upcast(decoded, FORMAT_VERSION);
      if (isFirst) sessionId ??= String(record.data.sessionId);
      matches.note(record);
      const searched = blobs.take(record, mayMatch);
      const found =
        searched === null ? undefined : findInRecord(searched, this.#expression, this.#options.onlyFirst);
      if (found !== undefined) give(matches.make(sessionId ?? "", path, record, found));
      return undefined;
    };
  }

  /** A line that is no record is looked at by whoever can say what that means. */
  #isMeant(line: Buffer): boolean {
    const record = decodeLine(line);
    if (typeof record === "string") return true;
    return findInRecord(upcast(record, FORMAT_VERSION), this.#expression, true) !== undefined;
  }
}
