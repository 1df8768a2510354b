/**
 * Looks through journals that are written for what says itself that it is a secret, and tells where. It goes by the same
 * table as redaction, and changes nothing. Each record is verified, as every reader verifies it.
 */
import type { BlobFault } from "../../blobs/read-blob.js";
import { BlobResolver } from "../../blobs/resolve.js";
import { JournalError, readFailed } from "../../errors.js";
import { FORMAT_VERSION } from "../../event/format-version.js";
import { upcast } from "../../event/upcast.js";
import { timeOf } from "../../export/record-facts.js";
import type { Files } from "../../files/files.js";
import { eachOf } from "../../journal/each-of.js";
import { openForReading } from "../../journal/open-for-reading.js";
import { requiredSessionId } from "../../journal/place-of.js";
import type { SoundPartEnd } from "../../journal/sound-part.js";
import { Marker } from "../../redaction/marker.js";
import { checkHashKey } from "../../redaction/options.js";
import { withoutSecrets } from "../../redaction/text-redaction.js";
import { resolvePlace } from "../../store/place.js";
import { type ChosenJournal, eachJournal, type JournalsOptions } from "../each-journal.js";
import { soundBatches, type TakeLine } from "../sound-batches.js";
import { type SecretInRecord, secretsIn } from "./secrets-in-record.js";

export interface SecretPlace extends SecretInRecord {
  sessionId: string;
  /** Of the journal. */
  path: string;
  seq: number;
  /** When it happened: the source's time in an imported session, else when it was recorded. */
  time: string;
  type: string;
}

export interface SecretScanOptions extends JournalsOptions {
  /** Makes the tags the same as those of a writer with this key; at least 16 bytes. Random for each scan unless given. */
  hashKey?: Uint8Array | string | undefined;
  /** Told, once for each record that names it, of a value that lies in a blob which cannot be read: it was not looked at. */
  onBlobFault?: ((path: string, fault: BlobFault) => void) | undefined;
}

/**
 * Yields each place, the newest session first, in each the records in their order. What lies behind damage is not looked
 * at: `onDamage` tells of it. Throws a TypeError at once for a `hashKey` that is none, and READ_FAILED where the folder
 * cannot be read. Memory is bounded by the longest line.
 */
export function scanSecrets(options: SecretScanOptions = {}): AsyncIterableIterator<SecretPlace> {
  checkHashKey(options.hashKey);
  const { files } = resolvePlace(options);
  const marker = new Marker(options.hashKey);
  return eachOf(eachJournal(options, (journal) => scan(files, journal, marker, options)));
}

async function* scan(
  files: Files,
  { path, id = requiredSessionId(path) }: ChosenJournal,
  marker: Marker,
  { signal, onProgress, onBlobFault }: SecretScanOptions,
): AsyncGenerator<SecretPlace[], SoundPartEnd> {
  const blobs = new BlobResolver(files, path, (fault) => onBlobFault?.(path, fault));
  const fd = openForReading(files, path);
  try {
    return yield* soundBatches(
      files,
      fd,
      path,
      { sessionId: id, signal, onProgress: onProgress && ((bytes) => onProgress(bytes, path)) },
      (give) => takeLines(path, id, marker, blobs, give),
    );
  } catch (cause) {
    throw cause instanceof JournalError || signal?.aborted ? cause : readFailed(path, cause);
  } finally {
    files.close(fd);
  }
}

function takeLines(
  path: string,
  requiredId: string | undefined,
  marker: Marker,
  blobs: BlobResolver,
  give: (found: SecretPlace) => void,
): TakeLine {
  let sessionId = requiredId;
  return (sound) => {
    const decoded = sound.decode();
    if (typeof decoded === "string") return decoded;
    const record = blobs.resolve(upcast(decoded, FORMAT_VERSION));
    sessionId ??= withoutSecrets(String(record.data.sessionId), marker);
    for (const secret of secretsIn(record, marker)) {
      // Neither may a report hold what it reports.
      const time = withoutSecrets(timeOf(record), marker);
      const type = withoutSecrets(record.type, marker);
      give({ sessionId, path, seq: record.seq, time, type, ...secret });
    }
    return undefined;
  };
}
