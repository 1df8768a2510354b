/**
 * Imports every source in a folder. First each one's beginning is read, so that sub-agents find their parents and parents
 * their sub-agents whatever the order of the files; then one after the other is imported. What a file is called plays no part.
 */
import { closeSync, openSync, readFileSync, readSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { type FolderFiles, filesBelow, filesIn, isFolder, type LeftOut } from "./folder-files.js";
import { isOpenclawIndex, readOpenclawIndex } from "./formats/openclaw-index.js";
import { ImportError } from "./import-error.js";
import { importKnowing, openSource } from "./import-transcript.js";
import { readSourceOfMany } from "./read-source.js";
import { ImportRun } from "./record/import-run.js";
import { type KnownSessions, sessionIdFor } from "./record/known-sessions.js";
import { ReportTally } from "./record/report.js";
import type { FormatName, ImportOptions, ImportReport } from "./types.js";

/** A larger document is not read twice to find out whose it is. */
const MOST_PEEKED_BYTES = 16 * 1024 * 1024;
const MOST_INDEX_BYTES = 64 * 1024 * 1024;
const HEAD_BYTES = 256;

/** Reports wait for the disk together, so many of them or so long. */
const MOST_WAITING = 64;
const LONGEST_WAIT_MS = 500;

/** What came of one file of the folder. */
export type FolderImport =
  | { readonly path: string; readonly report: ImportReport }
  | { readonly path: string; readonly error: ImportError };

export interface FolderImportOptions extends Omit<ImportOptions, "name"> {
  /** Told once, before the first file, what in the folder is not looked into; not called where that is nothing. */
  onLeftOut?: ((leftOut: LeftOut) => void) | undefined;
}

/**
 * Imports what lies in the folder and below it, file by file in the order of their names, and says of each what came of it, once
 * that is durable. A file that is no transcript is told with its error and does not stop the others, nor does a folder below that cannot be read. Given the index of
 * openclaw's sessions instead of a folder, it imports that and the sessions beside it. Throws as `importTranscript` does where
 * nothing can be written.
 */
export async function* importFolder(
  path: string,
  { onLeftOut, ...options }: FolderImportOptions = {},
): AsyncGenerator<FolderImport, void> {
  const run = new ImportRun(options);
  const { indexes, files, unreadable, leftOut } = await survey(path, options, run.known);
  if (Object.values(leftOut).some((count) => count > 0)) onLeftOut?.(leftOut);
  yield* unreadable;
  for (const index of indexes) yield { path: index, report: takeIndex(index, run.known) };
  const waiting: FolderImport[] = [];
  let waitingSince = performance.now();
  try {
    for (const file of files) {
      waiting.push(await importOne(file, options, run));
      const isDue = waiting.length >= MOST_WAITING || performance.now() - waitingSince > LONGEST_WAIT_MS;
      if (!isDue) continue;
      await run.finishing.settled();
      yield* waiting.splice(0);
      waitingSince = performance.now();
    }
    await run.finishing.settled();
    yield* waiting;
  } finally {
    await run.finishing.quiet();
  }
}

async function importOne(file: string, options: ImportOptions, run: ImportRun): Promise<FolderImport> {
  try {
    return { path: file, report: await importKnowing(file, { ...options, name: file }, run) };
  } catch (error) {
    if (!(error instanceof ImportError)) throw error;
    return { path: file, error };
  }
}

/** Learns whose sessions lie there, and which of the files tell of others. */
async function survey(
  path: string,
  options: ImportOptions,
  known: KnownSessions,
): Promise<FolderFiles & { indexes: string[] }> {
  const isIndex = !isFolder(path);
  const indexes: string[] = isIndex ? [path] : [];
  const files: string[] = [];
  const found = isIndex ? filesIn(dirname(path)) : filesBelow(path);
  for (const file of found.files) {
    options.signal?.throwIfAborted();
    if (isIndexFile(file)) {
      if (!isIndex) indexes.push(file);
      continue;
    }
    const format = await peek(file, options, known);
    if (!isIndex || format === "pi") files.push(file);
  }
  return { ...found, indexes, files };
}

/** Whether the path is better imported with what lies beside it. */
export function isIndexFile(path: string): boolean {
  try {
    // A pipe would give its first bytes only once.
    if (!statSync(path).isFile()) return false;
    // Cheap to tell for nearly all other documents.
    if (!/^\uFEFF?\s*\{\s*"agent:/.test(headOf(path))) return false;
    return statSync(path).size <= MOST_INDEX_BYTES && isOpenclawIndex(JSON.parse(readFileSync(path, "utf8")));
  } catch {
    // What is wrong with it is told when it is imported.
    return false;
  }
}

function headOf(path: string): string {
  const fd = openSync(path, "r");
  try {
    const head = Buffer.alloc(HEAD_BYTES);
    return head.toString("utf8", 0, readSync(fd, head, 0, HEAD_BYTES, 0));
  } finally {
    closeSync(fd);
  }
}

/** Learns whose sessions the file holds; what is wrong with it is told when it is imported. */
async function peek(
  path: string,
  { format, signal }: ImportOptions,
  known: KnownSessions,
): Promise<FormatName | null> {
  try {
    const source = await openSource(path, { signal });
    try {
      const reading = await readSourceOfMany(source, format, MOST_PEEKED_BYTES);
      if (reading === null) return null;
      for await (const entries of reading.entries) {
        for (const entry of entries) {
          if (entry.kind !== "begin") continue;
          const { header } = entry;
          known.setId(header.sourceId, sessionIdFor(reading.format, header));
          if (header.parent !== undefined) known.setParent(header.sourceId, header.parent);
          // A file of lines is one session; what else is in it is its own affair.
          if (reading.isLines) return reading.format;
        }
      }
      return reading.format;
    } finally {
      await source.close();
    }
  } catch (error) {
    if (!(error instanceof ImportError)) throw error;
    return null;
  }
}

function takeIndex(path: string, known: KnownSessions): ImportReport {
  const tally = new ReportTally(path, "pi");
  for (const { key, sessionId, parent, entry } of readOpenclawIndex(JSON.parse(readFileSync(path, "utf8")))) {
    tally.report.records += 1;
    const id = known.idOf(sessionId);
    if (id === undefined) {
      tally.addUnreadable({ reason: `the session file of ${key} (${sessionId}) is not beside the index` });
      continue;
    }
    known.setId(key, id);
    known.setIndexed(sessionId, { key, ...entry });
    if (parent !== undefined) known.setParent(sessionId, parent);
  }
  return tally.report;
}
