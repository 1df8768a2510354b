/** Checks a whole journal and what belongs to it, in memory bounded by the longest line. It reports and changes nothing. */
import { BlobChecks, type BlobSummary } from "../blobs/verify-blobs.js";
import { JournalError, readFailed } from "../errors.js";
import { FORMAT_VERSION } from "../event/format-version.js";
import { upcast } from "../event/upcast.js";
import type { Files } from "../files/files.js";
import { nodeFiles } from "../files/node-files.js";
import { runYielding } from "../files/steps.js";
import type { SealChecks } from "../signing/seal-checks.js";
import type { PublicKey, Seals } from "../signing/types.js";
import { readAnchor } from "../snapshot/anchor.js";
import { type Cursor, START } from "./cursor.js";
import { type Inspection, inspect, type SoundLine } from "./inspect.js";
import { type KeptHead, KeptHeadCheck, type KeptHeadResult } from "./kept-head.js";
import { isWriterActive } from "./lock.js";
import { openForReading } from "./open-for-reading.js";
import { placeOfSnapshot, requiredSessionId } from "./place-of.js";
import { type Problem, RecordChecks } from "./record-checks.js";
import type { Verdict } from "./verdict.js";

export interface Verification {
  path: string;
  /** What the first record says; null where that cannot be read. */
  sessionId: string | null;
  verdict: Verdict;
  /** Sound records, and the bytes of the whole file. */
  records: number;
  bytes: number;
  /** The hash of the last sound record; null where there is none. */
  head: string | null;
  /** The highest seq that is proved to have been fsynced. */
  mark: number;
  /** The first line that is not sound. */
  break?: { line: number; byteOffset: number; reason: string };
  /** Of its blobs; absent where there are none. */
  blobs?: BlobSummary;
  /** What the seals prove; where a public key was given. */
  seals?: Seals;
  /** Whether the head that was kept elsewhere is still in it; where one was given. */
  keptHead?: KeptHeadResult;
  /** Beside the verdict: calls that do not pair, permissions, a snapshot or a seal that is not to be believed. At most 100. */
  problems: Problem[];
  /** How many more problems there are; absent where all are listed. */
  unlistedProblems?: number;
}

export interface VerifyOptions {
  /** Checks the seals with it, and that they cover all there is; several where writers have signed with several. */
  publicKey?: PublicKey | readonly PublicKey[] | undefined;
  /** Checks that the journal still holds this record with this hash. */
  keptHead?: KeptHead | undefined;
  /** Ends it with the signal's reason. */
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

/**
 * Throws JOURNAL_MISSING, UNSUPPORTED_FORMAT or READ_FAILED, and a TypeError for what is no Ed25519 public key or no head;
 * damage is a result, not an error.
 */
export async function verifyJournal(path: string, options: VerifyOptions = {}): Promise<Verification> {
  const { signal, onProgress, publicKey, keptHead, files = nodeFiles } = options;
  const { sessionId = requiredSessionId(path) } = options;
  const head = keptHead === undefined ? null : new KeptHeadCheck(keptHead);
  const examination = new Examination(files, path, sessionId, head);
  if (publicKey !== undefined) {
    // Who checks no seals loads nothing of it.
    const { SealChecks } = await import("../signing/seal-checks.js");
    examination.seals = new SealChecks(publicKey, (problem) => examination.checks.noteProblem(problem));
  }
  let fd: number | null = null;
  try {
    // Before the journal is opened: a journal that takes its place in between reaches at least as far.
    const snapshot = examination.readSnapshot();
    fd = openForReading(files, path);
    const found = await runYielding(
      files,
      inspect(files, fd, {
        path,
        sessionId,
        snapshot,
        locked: false,
        onLine: (sound) => examination.add(sound),
        onProgress,
      }),
      signal,
    );
    // A repair may have replaced both after the snapshot was read.
    const isOutdated =
      found.verdict === "corrupt" &&
      snapshot !== undefined &&
      snapshot.hash !== new Examination(files, path, sessionId, null).readSnapshot()?.hash;
    return isOutdated ? await verifyJournal(path, options) : examination.conclude(fd, found);
  } catch (cause) {
    throw cause instanceof JournalError || signal?.aborted ? cause : readFailed(path, cause);
  } finally {
    if (fd !== null) files.close(fd);
  }
}

class Examination {
  readonly #files: Files;
  readonly #path: string;
  readonly #requiredId: string | undefined;
  readonly checks = new RecordChecks();
  seals: SealChecks | null = null;
  readonly #keptHead: KeptHeadCheck | null;
  /** Where the next line begins, and the record before it. */
  #at: Cursor = START;
  readonly #blobs: BlobChecks;

  constructor(files: Files, path: string, requiredId: string | undefined, keptHead: KeptHeadCheck | null) {
    this.#files = files;
    this.#path = path;
    this.#requiredId = requiredId;
    this.#keptHead = keptHead;
    this.#blobs = new BlobChecks(files, path);
  }

  readSnapshot(): Cursor | undefined {
    const place = placeOfSnapshot(this.#files, this.#path, this.#requiredId);
    const stat = place === undefined ? null : this.#files.statPath(place.snapshot);
    if (place === undefined || stat === null) return undefined;
    const anchor = readAnchor(this.#files, place);
    // Beside a copy under another name it may be anybody's file.
    if (anchor === null && !place.isCalledSo) return undefined;
    // A link's own mode says nothing of who can read what it leads to, and what it leads to is not believed.
    if (stat.kind === "file") this.#checkPermissions(place.snapshot, stat.mode);
    if (anchor !== null) return anchor;
    this.checks.note({
      code: "SNAPSHOT_UNUSABLE",
      message: `${place.snapshot} is no sound snapshot of this journal; the next save replaces it.`,
    });
    return undefined;
  }

  add(sound: SoundLine): string | undefined {
    const decoded = sound.decode();
    if (typeof decoded === "string") return decoded;
    const { byteOffset, hash } = this.#at;
    const record = upcast(decoded, FORMAT_VERSION);
    this.checks.add(record, byteOffset);
    for (const problem of this.#blobs.add(record)) this.checks.note(problem, record.seq, byteOffset);
    this.seals?.add(decoded, { byteOffset, hashBefore: hash });
    this.#keptHead?.add(sound.cursor, byteOffset);
    this.#at = sound.cursor;
    return undefined;
  }

  conclude(fd: number, found: Inspection): Verification {
    const { sizeBytes, mode } = this.#files.stat(fd);
    this.#checkLink();
    this.#checkPermissions(this.#path, mode);
    const isWhole = found.verdict === "sound" || found.verdict === "growing";
    const seals = this.seals?.conclude(isWhole, () => isWriterActive(this.#files, this.#path));
    const headProblem = this.#keptHead?.findProblem(found.sound.seq, isWhole) ?? null;
    if (headProblem !== null) this.checks.noteProblem(headProblem);
    const blobs = this.#concludeBlobs();
    const { sessionId, problems, unlisted } = this.checks;
    return {
      path: this.#path,
      sessionId,
      verdict: found.verdict,
      records: found.sound.seq,
      bytes: Math.max(found.sizeBytes, sizeBytes),
      head: found.sound.seq === 0 ? null : found.sound.hash,
      mark: found.mark,
      ...(found.break === null || found.verdict === "growing" ? {} : { break: { ...found.break } }),
      ...(blobs === undefined ? {} : { blobs }),
      ...(seals === undefined ? {} : { seals }),
      ...(this.#keptHead === null ? {} : { keptHead: this.#keptHead.result }),
      problems,
      ...(unlisted === 0 ? {} : { unlistedProblems: unlisted }),
    };
  }

  #concludeBlobs(): BlobSummary | undefined {
    const found = this.#blobs.conclude();
    if (found === null) return undefined;
    if (found.problem !== null) this.checks.note(found.problem);
    else
      this.#checkPermissions(this.#blobs.directory, this.#files.statPath(this.#blobs.directory)?.mode ?? 0);
    return found.summary;
  }

  #checkLink(): void {
    if (this.#files.statPath(this.#path)?.kind !== "link") return;
    this.checks.note({
      code: "LINK",
      message: `${this.#path} is a symbolic link: it can be verified, but sessions are neither loaded through one nor written; put the journal itself there.`,
    });
  }

  /** `mode` is that of the file itself, wherever a link to it stands. */
  #checkPermissions(path: string, mode: number): void {
    if (process.platform === "win32" || (mode & 0o077) === 0) return;
    this.checks.note({
      code: "PERMISSIONS",
      message: `${path} can be read by others (mode ${mode.toString(8)}); transcripts hold secrets: chmod 600.`,
    });
  }
}
