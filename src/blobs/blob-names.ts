/** What lies in the folder of a session's blobs, by its names. Whatever else is there is not this library's. */
import { join } from "node:path";
import { isBlobName } from "../event/blob-refs.js";
import type { Files } from "../files/files.js";

/** A blob whose bytes were not what its name says, set aside when it was written again. */
const KEPT = /^[0-9a-f]{64}\.damaged-\d+$/;
const TEMPORARY = /^\.[0-9a-f]{12}\.tmp$/;

/** Unfinished: pruned with its session, and counts for nothing else. */
export function temporaryBlobName(random: string): string {
  return `.${random}.tmp`;
}

export interface BlobFolder {
  /** Names of blobs. */
  readonly blobs: readonly string[];
  /** Blobs that were set aside, and unfinished ones. */
  readonly others: readonly string[];
  readonly strangers: readonly string[];
}

/** Null where there is no such folder; a link to one is none. */
export function listBlobs(files: Files, directory: string): BlobFolder | null {
  if (files.statPath(directory)?.kind !== "directory") return null;
  const blobs: string[] = [];
  const others: string[] = [];
  const strangers: string[] = [];
  for (const name of files.list(directory)) {
    if (isBlobName(name)) blobs.push(name);
    else if (KEPT.test(name) || TEMPORARY.test(name)) others.push(name);
    else strangers.push(name);
  }
  return { blobs, others, strangers };
}

/** What they take together. One that cannot be looked at counts for nothing: this is for a listing. */
export function blobBytes(files: Files, directory: string): number {
  try {
    const names = listBlobs(files, directory)?.blobs ?? [];
    return names.reduce((sum, name) => sum + (files.statPath(join(directory, name))?.sizeBytes ?? 0), 0);
  } catch {
    return 0;
  }
}
