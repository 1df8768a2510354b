/** Imports one source: reads it as the format it is in, and records its sessions in the workspace. */

import { readSource } from "./read-source.js";
import { ImportRun } from "./record/import-run.js";
import { Recording } from "./record/recording.js";
import { ByteSource, type ByteSourceOptions } from "./source/byte-source.js";
import { isZstd, zstdDecompressed } from "./source/zstd.js";
import type { Entry, ImportOptions, ImportReport, ImportSource } from "./types.js";

/** So many entries are taken before others get their turn. */
const TURN_LENGTH = 512;

/**
 * Records every session of the source (a path, bytes, or a stream of bytes) in the workspace that `options` name, and
 * reports what was read, made and kept. The same source gives the same ids: what is there already is not written again.
 * When it resolves, everything it made is durable. Throws ImportError where nothing can be read (`code` says why), and
 * WRITE_FAILED or LOCK_UNSUPPORTED where nothing can be written; damage inside a source is in the report.
 */
export async function importTranscript(
  source: ImportSource,
  options: ImportOptions = {},
): Promise<ImportReport> {
  const run = new ImportRun(options);
  try {
    const report = await importKnowing(source, options, run);
    await run.finishing.settled();
    return report;
  } finally {
    await run.finishing.quiet();
  }
}

/**
 * @internal The same, with the sessions that other sources of this import have made. What it made is durable once `run.finishing`
 * has settled.
 */
export async function importKnowing(
  given: ImportSource,
  options: ImportOptions,
  run: ImportRun,
): Promise<ImportReport> {
  const source = await openSource(given, options);
  let recording: Recording | null = null;
  try {
    const { format, entries } = await readSource(source, options.format);
    recording = new Recording(source.name, format, run);
    for await (const some of entries) await record(recording, some, options.signal);
    await recording.finish();
    return recording.report;
  } catch (error) {
    recording?.abandon();
    throw error;
  } finally {
    await source.close();
  }
}

export async function openSource(given: ImportSource, options: ByteSourceOptions): Promise<ByteSource> {
  const source = new ByteSource(given, options);
  if (!isZstd(await source.head(4))) return source;
  const { name } = source;
  return new ByteSource(zstdDecompressed(source.chunks()), { name, signal: options.signal });
}

async function record(
  recording: Recording,
  entries: Iterable<Entry>,
  signal: AbortSignal | undefined,
): Promise<void> {
  let left = TURN_LENGTH;
  for (const entry of entries) {
    if (entry.kind === "event") recording.addEvent(entry.session, entry.event);
    else if (entry.kind === "record") recording.addRecord(entry);
    else await recording.add(entry);
    if (--left > 0) continue;
    left = TURN_LENGTH;
    signal?.throwIfAborted();
    await new Promise<void>((resolve) => void setImmediate(resolve));
  }
}
