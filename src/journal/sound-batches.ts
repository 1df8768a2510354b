/**
 * The sound records of a journal in batches, as its bytes come in: what reading a journal and reading its sound part have in
 * common. What the end is to whoever reads is theirs to say. It changes nothing.
 */
import { setImmediate as nextTurn, setTimeout as sleep } from "node:timers/promises";
import { JournalError, readFailed } from "../errors.js";
import { FORMAT_VERSION } from "../event/format-version.js";
import type { JournalRecord } from "../event/types.js";
import { upcast } from "../event/upcast.js";
import type { Files } from "../files/files.js";
import type { Cursor } from "./cursor.js";
import { type Inspection, inspect, type SnapshotAnchor } from "./inspect.js";
import { openForReading } from "./open-for-reading.js";

export interface BatchOptions {
  readonly files: Files;
  /** What the journal must be of, where that is known. */
  readonly sessionId?: string | undefined;
  readonly from?: Cursor | undefined;
  readonly snapshot?: SnapshotAnchor | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((bytes: number) => void) | undefined;
}

/**
 * `settle` is given what was found once all is read, and may throw. Whatever fails without a name of its own is READ_FAILED.
 */
export async function* soundBatches(
  path: string,
  { files, sessionId, from, snapshot, signal, onProgress }: BatchOptions,
  settle: (found: Inspection) => void,
): AsyncGenerator<JournalRecord[], void> {
  const fd = openForReading(files, path);
  try {
    let batch: JournalRecord[] = [];
    const steps = inspect(files, fd, {
      path,
      sessionId,
      from,
      snapshot,
      locked: false,
      onProgress,
      onLine: (sound) => {
        const record = sound.decode();
        if (typeof record === "string") return record;
        batch.push(upcast(record, FORMAT_VERSION));
        return undefined;
      },
    });
    for (;;) {
      signal?.throwIfAborted();
      const { done, value } = steps.next();
      yield batch;
      batch = [];
      if (done) return settle(value);
      if (value.kind === "sleep") await sleep(value.ms);
      else await nextTurn();
    }
  } catch (cause) {
    throw cause instanceof JournalError || signal?.aborted ? cause : readFailed(path, cause);
  } finally {
    files.close(fd);
  }
}
