/**
 * Where a workspace's sessions lie, and how that folder comes to be: private to its owner, with a `.gitignore`
 * of its own, because transcripts hold secrets. Reading never makes one.
 */
import { randomBytes } from "node:crypto";
import { dirname, join, resolve, sep } from "node:path";
import { discard } from "../files/discard.js";
import { errorCode } from "../files/errno.js";
import type { Files } from "../files/files.js";
import { nodeFiles } from "../files/node-files.js";
import { writeAll } from "../journal/copy.js";

export interface Where {
  /** The workspace; its sessions lie in `.choragen/sessions` below it. */
  workspaceRoot?: string | undefined;
  /** The folder itself; goes before `workspaceRoot`. */
  sessionsDir?: string | undefined;
  /** Another file system than the disk: for tests (`@choragen/session-journal/testing`). */
  files?: Files | undefined;
}

export interface Place {
  readonly files: Files;
  readonly directory: string;
  /** Whether the folder's name is the library's own, so that a `.gitignore` in it surprises nobody. */
  readonly isDefault: boolean;
}

const DEFAULT_FOLDER = join(".choragen", "sessions");
const PRIVATE = 0o700;

/** `sessionsDir`, else under `workspaceRoot`, else `CHORAGEN_SESSIONS_DIR`, else under the current directory. */
export function resolvePlace(where: Where = {}): Place {
  const { workspaceRoot, sessionsDir, files = nodeFiles } = where;
  const given =
    sessionsDir ?? (workspaceRoot === undefined ? process.env.CHORAGEN_SESSIONS_DIR || undefined : undefined);
  if (given !== undefined) return { files, directory: resolve(given), isDefault: false };
  return { files, directory: resolve(workspaceRoot ?? ".", DEFAULT_FOLDER), isDefault: true };
}

/** Whether sessions lie in it by their ids, as its path tells: it is called so, or the environment names it. */
export function isSessionsFolder(directory: string): boolean {
  const folder = resolve(directory);
  const given = process.env.CHORAGEN_SESSIONS_DIR;
  return folder.endsWith(join(sep, DEFAULT_FOLDER)) || (!!given && folder === resolve(given));
}

/** Makes the folder, durably, where it is not there. */
export function ensureDirectory({ files, directory, isDefault }: Place): void {
  // Written last: where it stands, the names above are durable, even if whoever made them died over it.
  const ignore = join(directory, ".gitignore");
  if (files.statPath(ignore) !== null) return;
  const made: string[] = [];
  if (files.statPath(directory)?.kind !== "directory") {
    // The folders above are nobody's secret and keep the usual permissions.
    made.push(...files.makeDirectory(dirname(directory), 0o777), ...files.makeDirectory(directory, PRIVATE));
  }
  syncNamesTo(files, directory, made);
  if (isDefault || made.includes(directory)) writeIgnore(files, ignore);
}

/** Makes the folder's name durable, and those of the folders above it, of which this process has made some. */
function syncNamesTo(files: Files, directory: string, made: readonly string[]): void {
  for (let at = directory; at !== dirname(at); at = dirname(at)) {
    try {
      files.syncDirectory(dirname(at));
    } catch (error) {
      // Others' folders may be closed to this process, or on a file system that syncs none.
      if (made.includes(at) || errorCode(error) === "EIO") throw error;
    }
  }
}

/** Whole or not at all: an empty one would stay, and ignore nothing. */
function writeIgnore(files: Files, path: string): void {
  const temporary = `${path}.${randomBytes(6).toString("hex")}.tmp`;
  const fd = files.open(temporary, "create");
  let placed = false;
  try {
    writeAll(files, fd, Buffer.from("*\n"));
    files.sync(fd);
    files.rename(temporary, path);
    placed = true;
  } finally {
    files.close(fd);
    if (!placed) discard(files, temporary);
  }
  files.syncDirectory(dirname(path));
}
