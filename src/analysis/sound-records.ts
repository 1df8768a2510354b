/**
 * Reads the sound part of a journal for whoever counts or compares: each record with the length of its line. Damage is
 * a result, not an error, and it changes nothing.
 */
import { JournalError, readFailed } from "../errors.js";
import { FORMAT_VERSION } from "../event/format-version.js";
import type { JournalRecord } from "../event/types.js";
import { upcast } from "../event/upcast.js";
import type { Files } from "../files/files.js";
import { nodeFiles } from "../files/node-files.js";
import { runYielding, type Steps } from "../files/steps.js";
import { type Inspection, inspect, type SnapshotAnchor, type SoundLine } from "../journal/inspect.js";
import { openForReading } from "../journal/open-for-reading.js";
import { requiredSessionId } from "../journal/place-of.js";
import { snapshotAnchor } from "../journal/snapshot-anchor.js";
import { type SoundPartEnd, soundPartEnd } from "../journal/sound-part.js";

export interface ReadingOptions {
  /** Ends the reading with the signal's reason. */
  signal?: AbortSignal | undefined;
  /** Told now and then how many bytes of the journal have been read. */
  onProgress?: ((bytes: number) => void) | undefined;
  /** Another file system than the disk, for tests. */
  files?: Files | undefined;
}

/** `lineBytes` counts the line feed. Throws JOURNAL_MISSING, UNSUPPORTED_FORMAT or READ_FAILED. */
export async function eachSoundRecord(
  path: string,
  visit: (record: JournalRecord, lineBytes: number) => void,
  { signal, onProgress, files = nodeFiles }: ReadingOptions = {},
): Promise<SoundPartEnd> {
  let before = 0;
  const onLine = (sound: SoundLine) => {
    const record = sound.decode();
    if (typeof record === "string") return record;
    const { byteOffset } = sound.cursor;
    visit(upcast(record, FORMAT_VERSION), byteOffset - before);
    before = byteOffset;
    return undefined;
  };
  const found = await withJournal(files, path, signal, (fd, snapshot) =>
    runYielding(files, inspectSound(files, fd, path, { snapshot, onLine, onProgress }), signal),
  );
  return soundPartEnd(found);
}

interface Looks {
  readonly snapshot: SnapshotAnchor | undefined;
  /** The session that it must be of; undefined where its place says it, or nothing does. */
  readonly sessionId?: string | undefined;
  readonly onLine: (sound: SoundLine) => string | undefined;
  readonly onProgress?: ((bytes: number) => void) | undefined;
}

/** The same for whoever takes lines and decodes only some of them. */
export function inspectSound(files: Files, fd: number, path: string, looks: Looks): Steps<Inspection> {
  const sessionId = looks.sessionId ?? requiredSessionId(path);
  return inspect(files, fd, { path, locked: false, ...looks, sessionId });
}

/** Opens the journal for `work` and closes it again; what fails in between is READ_FAILED unless it has a name. */
export async function withJournal<T>(
  files: Files,
  path: string,
  signal: AbortSignal | undefined,
  work: (fd: number, snapshot: SnapshotAnchor | undefined) => Promise<T>,
): Promise<T> {
  // Before the journal is opened: a journal that takes its place in between reaches at least as far.
  const snapshot = snapshotAnchor(files, path, undefined);
  const fd = openForReading(files, path);
  try {
    return await work(fd, snapshot);
  } catch (cause) {
    throw cause instanceof JournalError || signal?.aborted ? cause : readFailed(path, cause);
  } finally {
    files.close(fd);
  }
}
