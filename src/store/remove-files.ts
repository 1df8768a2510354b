/**
 * Everything that goes with a session, and its removal: plain names in the sessions' folder, and what lies in its folder of
 * blobs under names that this library gives. No link is followed, and what it does not know keeps the session.
 */
import { join } from "node:path";
import { listBlobs } from "../blobs/blob-names.js";
import { JournalError } from "../errors.js";
import type { Files } from "../files/files.js";
import { BLOBS_SUFFIX } from "./names.js";
import type { Place } from "./place.js";

/**
 * The names of all files to remove, in the order in which they are to go: what lies in the folder of blobs before that
 * folder, and the last as given. Throws WRITE_FAILED where somebody has put other things into that folder.
 */
export function namesToRemove({ files, directory }: Place, names: readonly string[]): string[] {
  return names.flatMap((name) => {
    const folder = name.endsWith(BLOBS_SUFFIX) ? listBlobs(files, join(directory, name)) : null;
    if (folder === null) return [name];
    const [stranger] = folder.strangers;
    if (stranger !== undefined) {
      const path = join(directory, name, stranger);
      const message = `${path} is nothing that this library has put there, so the session stays. Move it away first.`;
      throw new JournalError("WRITE_FAILED", message, { path, reason: "write" });
    }
    return [...[...folder.blobs, ...folder.others].map((inside) => `${name}/${inside}`), name];
  });
}

export function bytesOf({ files, directory }: Place, names: readonly string[]): number {
  return names.reduce((sum, name) => {
    const stat = files.statPath(join(directory, name));
    return sum + (stat === null || stat.kind === "directory" ? 0 : stat.sizeBytes);
  }, 0);
}

/** `names` has last what makes it a session: were it gone first, nobody would find the others again. */
export function removeFiles({ files, directory }: Place, names: readonly string[]): void {
  const rest = names.slice(0, -1);
  for (const name of rest) removeFile(files, join(directory, name));
  if (rest.length > 0) files.syncDirectory(directory);
  for (const name of names.slice(-1)) removeFile(files, join(directory, name));
  files.syncDirectory(directory);
}

function removeFile(files: Files, path: string): void {
  try {
    const isFolder = path.endsWith(BLOBS_SUFFIX) && files.statPath(path)?.kind === "directory";
    if (isFolder) files.removeDirectory(path);
    else files.remove(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
}
