/** Opens a journal for whoever reads it. */
import { journalMissing, readFailed } from "../errors.js";
import type { Files } from "../files/files.js";

/** Throws JOURNAL_MISSING, or READ_FAILED also for what is no regular file. */
export function openForReading(files: Files, path: string): number {
  let fd: number;
  try {
    fd = files.open(path, "read");
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== "ENOENT") throw readFailed(path, cause);
    throw journalMissing(path, "Check the path, or list the sessions that there are.");
  }
  try {
    if (files.stat(fd).kind !== "file") throw new Error("it is not a regular file");
    return fd;
  } catch (cause) {
    files.close(fd);
    throw readFailed(path, cause);
  }
}
