/**
 * `Files` over the real disk. It adds to `node:fs` only what the seam promises beyond it: links and pipes
 * are refused where a journal is expected, directories can be synced, locks are the kernel's. It decides
 * nothing about journals and catches no error that its contract does not name.
 */
import {
  closeSync,
  constants,
  fdatasync,
  fdatasyncSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  lstatSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmdirSync,
  type Stats,
  unlinkSync,
  watch,
  writeSync,
} from "node:fs";
import { createRequire } from "node:module";
import { dirname } from "node:path";
import { errnoError, errorCode } from "./errno.js";
import type { FileStat, Files, OpenMode } from "./files.js";
import { tryKernelLock } from "./kernel-lock.js";
import { retryWhileBusy } from "./retry-while-busy.js";
import { createSyncLater } from "./sync-later.js";

const windows = process.platform === "win32";
const { O_RDONLY, O_RDWR, O_CREAT, O_EXCL } = constants;
// Windows has none of these; there `openAppend` does the work of O_NOFOLLOW.
const O_NONBLOCK = constants.O_NONBLOCK ?? 0;
const O_NOFOLLOW = constants.O_NOFOLLOW ?? 0;
const O_DIRECTORY = constants.O_DIRECTORY ?? 0;
// A descriptor opened with O_APPEND cannot be truncated on Windows; there each write names its place.
const O_APPEND = windows ? 0 : constants.O_APPEND;

const onceNotBusy = (attempt: () => void): void => (windows ? retryWhileBusy(attempt, 1_000) : attempt());

// Loaded when a directory or a quarantine is first made: it takes 25 ms, and readers need none of it.
const loadFsExtra = (): typeof import("fs-extra") => createRequire(import.meta.url)("fs-extra");

function openAppend(path: string): number {
  if (windows && lstatSync(path).isSymbolicLink()) throw errnoError("ELOOP", "open", path);
  const fd = openSync(path, O_RDWR | O_APPEND | O_NOFOLLOW | O_NONBLOCK);
  if (fstatSync(fd).isFile()) return fd;
  closeSync(fd);
  throw errnoError("EINVAL", "open", path);
}

function open(path: string, mode: OpenMode): number {
  if (mode === "read") return openSync(path, O_RDONLY | O_NONBLOCK);
  if (mode === "append") return openAppend(path);
  return openSync(path, O_RDWR | O_APPEND | O_CREAT | O_EXCL, 0o600);
}

function toFileStat(stats: Stats): FileStat {
  const kind = stats.isFile()
    ? "file"
    : stats.isDirectory()
      ? "directory"
      : stats.isSymbolicLink()
        ? "link"
        : "other";
  return { kind, sizeBytes: stats.size, device: stats.dev, inode: stats.ino, mode: stats.mode & 0o7777 };
}

function statPath(path: string): FileStat | null {
  try {
    const stats = lstatSync(path, { throwIfNoEntry: false });
    return stats === undefined ? null : toFileStat(stats);
  } catch (error) {
    // A file stands where a directory was expected: nothing can have that name.
    if (errorCode(error) === "ENOTDIR") return null;
    throw error;
  }
}

function syncDirectory(path: string): void {
  // Windows cannot sync a directory; NTFS journals its names itself.
  if (windows) return;
  const fd = openSync(path, O_RDONLY | O_DIRECTORY);
  try {
    fsyncSync(fd);
  } catch (error) {
    // Some network and FUSE file systems cannot; for them no call would make names more durable.
    if (errorCode(error) !== "EINVAL") throw error;
  } finally {
    closeSync(fd);
  }
}

function moveAside(from: string, to: string): void {
  // Looked at with lstat, because fs-extra takes a link that leads nowhere for a free name.
  if (statPath(to) !== null) throw errnoError("EEXIST", "rename", to);
  try {
    onceNotBusy(() => loadFsExtra().moveSync(from, to, { overwrite: false }));
  } catch (error) {
    if (error instanceof Error && error.message === "dest already exists.") {
      throw errnoError("EEXIST", "rename", to);
    }
    throw error;
  }
}

function makeDirectory(path: string, mode: number): string[] {
  if (statPath(path)?.kind === "directory") return [];
  const { ensureDirSync, pathExistsSync } = loadFsExtra();
  const made: string[] = [];
  for (let at = path; !pathExistsSync(at) && at !== dirname(at); at = dirname(at)) made.unshift(at);
  ensureDirSync(path, { mode });
  return made;
}

function watchDirectory(directory: string, onChange: (name: string | null) => void): () => void {
  try {
    const watcher = watch(directory, { persistent: false }, (_event, name) => onChange(name));
    watcher.on("error", () => onChange(null));
    return () => watcher.close();
  } catch (error) {
    const code = errorCode(error);
    if (code === "ENOENT" || code === "ENOTDIR") throw error;
    // Out of watchers, or a file system without them: callers poll as well.
    queueMicrotask(() => onChange(null));
    return () => {};
  }
}

const syncLater = createSyncLater({
  now: fdatasyncSync,
  inThread: (fd) =>
    new Promise((resolve, reject) => {
      fdatasync(fd, (error) => (error === null ? resolve() : reject(error)));
    }),
  clock: () => performance.now(),
});

/** The file system of this machine. */
export const nodeFiles: Files = {
  open,
  close: closeSync,
  read: readSync,
  write: (fd, source, offset, length) =>
    writeSync(fd, source, offset, length, windows ? fstatSync(fd).size : null),
  truncate: ftruncateSync,
  stat: (fd) => toFileStat(fstatSync(fd)),
  statPath,
  sync: fdatasyncSync,
  syncLater: (fd, dirtyBytes = Number.POSITIVE_INFINITY) => syncLater(fd, dirtyBytes),
  syncDirectory,
  rename: (from, to) => onceNotBusy(() => renameSync(from, to)),
  moveAside,
  remove: unlinkSync,
  list: (directory) => readdirSync(directory),
  makeDirectory,
  removeDirectory: (path) => onceNotBusy(() => rmdirSync(path)),
  tryLock: (fd, kind) => tryKernelLock(fd, kind),
  watch: watchDirectory,
};
