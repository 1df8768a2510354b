/**
 * The seam between the journal and the file system: the only way any room touches a disk. It is as small
 * as the journal's promises allow, so that a second implementation can stand in for a disk that fails,
 * tears or loses power. `node-files.ts` is the real one, `memory-files.ts` the one for tests.
 *
 * Every method throws what Node's `fs` throws: an `Error` with `code` ("ENOENT") and `errno`.
 */

/**
 * - `read`: an existing file, links followed; never blocks on a pipe.
 * - `append`: an existing regular file, for reading and for writing at its end; a link is refused (ELOOP).
 * - `create`: a new file (0600), for reading and for writing at its end; EEXIST if the name is taken, even by a link.
 */
export type OpenMode = "read" | "append" | "create";

export interface FileStat {
  readonly kind: "file" | "directory" | "link" | "other";
  readonly sizeBytes: number;
  /** Device and inode: together, which file this is, whatever its name. */
  readonly device: number;
  readonly inode: number;
  /** Permission bits (`0o600`). */
  readonly mode: number;
}

export interface Files {
  open(path: string, mode: OpenMode): number;
  close(fd: number): void;
  /** Reads up to `length` bytes at `position`; returns how many, 0 at the end. */
  read(fd: number, target: Uint8Array, offset: number, length: number, position: number): number;
  /** Appends `source[offset, offset + length)` at the end of the file; may write fewer bytes, returns how many. */
  write(fd: number, source: Uint8Array, offset: number, length: number): number;
  truncate(fd: number, sizeBytes: number): void;
  stat(fd: number): FileStat;
  /** Of the name itself (a link is not followed); null where there is nothing. */
  statPath(path: string): FileStat | null;
  /** Returns once the file's bytes and size are on stable storage (fdatasync). */
  sync(fd: number): void;
  /**
   * The same for a caller who awaits it, without blocking the event loop for long. `dirtyBytes`: how much was written
   * since the last sync; a great deal unless given.
   */
  syncLater(fd: number, dirtyBytes?: number): Promise<void>;
  /** Makes the names in a directory durable: creations, renames and removals so far. */
  syncDirectory(path: string): void;
  /** Atomically gives the file the name `to`, in place of what had it. */
  rename(from: string, to: string): void;
  /** Gives the file the name `to`, never in place of another file: EEXIST. */
  moveAside(from: string, to: string): void;
  remove(path: string): void;
  /** Names in a directory, in no particular order. */
  list(directory: string): string[];
  /** Creates a directory (permission `mode`) and what is missing above it; returns those it made, outermost first. */
  makeDirectory(path: string, mode: number): string[];
  /** Removes an empty directory: ENOTEMPTY where it is not, ENOTDIR for anything else, a link to a directory too. */
  removeDirectory(path: string): void;
  /**
   * Takes a lock on the whole file that the kernel lets go of when the descriptor closes or the process
   * ends. False where another descriptor, of this process or any other, holds one that conflicts.
   * `exclusive` needs a descriptor open for writing.
   */
  tryLock(fd: number, kind: "exclusive" | "shared"): boolean;
  /**
   * Calls `onChange` soon after something in the directory may have changed, with the changed name where it is known. A
   * hint, not a promise: callers poll as well. Returns what ends it. Throws where the directory is not there.
   */
  watch(directory: string, onChange: (name: string | null) => void): () => void;
}
