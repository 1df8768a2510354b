/** Reads the sound part of an open journal and gives what a caller finds in it as it is found, not only at the end. */
import { setImmediate as nextTurn, setTimeout as sleep } from "node:timers/promises";
import type { Files } from "../files/files.js";
import type { SoundLine } from "../journal/inspect.js";
import type { SoundPartEnd } from "../journal/sound-part.js";
import { inspectSound, type ReadingOptions } from "./sound-records.js";

/** Takes a line; a reason where it holds no record. */
export type TakeLine = (sound: SoundLine) => string | undefined;

export interface SoundBatchesOptions extends Pick<ReadingOptions, "signal" | "onProgress"> {
  /** The session that it must be of; undefined where its place says it, or nothing does. */
  readonly sessionId: string | undefined;
}

/** `take` is called once, and gives each find to `give`. */
export async function* soundBatches<T>(
  files: Files,
  fd: number,
  path: string,
  { sessionId, signal, onProgress }: SoundBatchesOptions,
  take: (give: (found: T) => void) => TakeLine,
): AsyncGenerator<T[], SoundPartEnd> {
  let batch: T[] = [];
  const onLine = take((found) => batch.push(found));
  const steps = inspectSound(files, fd, path, { snapshot: undefined, sessionId, onLine, onProgress });
  for (;;) {
    signal?.throwIfAborted();
    const { done, value } = steps.next();
    if (batch.length > 0) yield batch;
    batch = [];
    if (done) return value;
    if (value.kind === "sleep") await sleep(value.ms);
    else await nextTurn();
  }
}
