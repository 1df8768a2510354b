/**
 * The tree of the in-memory file system: it changes names, counts room, tells watchers, and fails as a POSIX
 * system does. It has no descriptors, no locks and no planned faults (`memory-files.ts`), and does not
 * choose what a power cut leaves (`power-cut.ts`).
 */
import { dirname } from "node:path";
import { errnoError, errorCode } from "./errno.js";
import type { FileStat } from "./files.js";
import { MemoryFile } from "./memory-file.js";
import {
  MemoryDirectory,
  MemoryLink,
  type MemoryNode,
  type NameChange,
  NameRecord,
  statOf,
} from "./memory-names.js";
import { findPlace, type Place, withAncestors } from "./memory-paths.js";
import { assertRenameable } from "./memory-rename.js";
import { tellWatchers, watchDirectory } from "./memory-watch.js";

export class MemoryDisk {
  readonly names = new NameRecord();
  /** Room for the contents of all files. */
  capacityBytes = Number.POSITIVE_INFINITY;
  usedBytes = 0;

  constructor(
    readonly root = new MemoryDirectory(1, 0o755),
    /** How many inodes there were: the number of the latest. */
    public inodes = 1,
  ) {}

  /** The place of a path; with `follow`, a link at its end is followed. */
  place(path: string, syscall: string, follow = false): Place {
    return findPlace(this.root, path, syscall, follow);
  }

  node(path: string, syscall: string, follow = true): MemoryNode {
    const { node } = this.place(path, syscall, follow);
    if (node === undefined) throw errnoError("ENOENT", syscall, path);
    return node;
  }

  directory(path: string, syscall: string): MemoryDirectory {
    const node = this.node(path, syscall);
    if (node.kind !== "directory") throw errnoError("ENOTDIR", syscall, path);
    return node;
  }

  createFile(path: string, mode: number): MemoryFile {
    const place = this.place(path, "open");
    if (place.node !== undefined) throw errnoError("EEXIST", "open", path);
    const file = new MemoryFile(this.#nextInode(), mode);
    this.#change(`create ${path}`, path, [changeOf(place, file)]);
    return file;
  }

  /** Durably, as all that other programs did long ago. */
  createLink(path: string, target: string): void {
    const place = this.place(path, "symlink");
    if (place.node !== undefined) throw errnoError("EEXIST", "symlink", path);
    this.#change(`link ${path}`, path, [changeOf(place, new MemoryLink(this.#nextInode(), target))]);
    this.names.syncName(place.directory, place.name);
  }

  /** Puts these bytes in a file, durably, and makes it where there is none. */
  replaceFile(path: string, bytes: Uint8Array): void {
    for (const made of this.createDirectories(dirname(path), 0o700)) this.#syncName(made);
    const { node = this.createFile(path, 0o600) } = this.place(path, "open", true);
    if (node.kind !== "file") throw errnoError("EISDIR", "open", path);
    this.usedBytes += bytes.length - node.sizeBytes;
    node.replace(bytes);
    this.#syncName(path);
    tellWatchers(node.home);
  }

  /** The bytes as they are read; valid until the next change. */
  view(path: string): Uint8Array {
    const node = this.node(path, "open");
    if (node.kind !== "file") throw errnoError("EISDIR", "read", path);
    return node.view();
  }

  createDirectories(path: string, mode: number): string[] {
    const made: string[] = [];
    for (const at of withAncestors(path)) {
      const place = this.place(at, "mkdir", true);
      if (place.node === undefined) {
        this.#change(`mkdir ${at}`, at, [changeOf(place, new MemoryDirectory(this.#nextInode(), mode))]);
        made.push(at);
      } else if (place.node.kind !== "directory") {
        throw errnoError(at === path ? "EEXIST" : "ENOTDIR", "mkdir", path);
      }
    }
    return made;
  }

  rename(from: string, to: string): void {
    const source = this.place(from, "rename");
    const target = this.place(to, "rename");
    if (source.node === undefined) throw errnoError("ENOENT", "rename", from);
    if (source.node === target.node) return;
    assertRenameable(source.node, target, to);
    this.#change(`rename ${from} → ${to}`, from, [
      changeOf(source, undefined),
      changeOf(target, source.node),
    ]);
    this.free(target.node);
  }

  remove(path: string): void {
    const place = this.place(path, "unlink");
    if (place.node === undefined) throw errnoError("ENOENT", "unlink", path);
    if (place.node.kind === "directory") throw errnoError("EISDIR", "unlink", path);
    this.#change(`remove ${path}`, path, [changeOf(place, undefined)]);
    this.free(place.node);
  }

  removeDirectory(path: string): void {
    const place = this.place(path, "rmdir");
    if (place.node === undefined) throw errnoError("ENOENT", "rmdir", path);
    if (place.node.kind !== "directory") throw errnoError("ENOTDIR", "rmdir", path);
    if (place.node.names.size > 0) throw errnoError("ENOTEMPTY", "rmdir", path);
    this.#change(`rmdir ${path}`, path, [changeOf(place, undefined)]);
  }

  moveAside(from: string, to: string): void {
    if (this.place(to, "rename").node !== undefined) throw errnoError("EEXIST", "rename", to);
    this.rename(from, to);
  }

  syncDirectory(path: string): void {
    this.names.sync(this.directory(path, "open"));
  }

  list(path: string): string[] {
    return [...this.directory(path, "scandir").names.keys()];
  }

  stat(path: string): FileStat | null {
    try {
      const { node } = this.place(path, "lstat");
      return node === undefined ? null : statOf(node);
    } catch (error) {
      if (["ENOENT", "ENOTDIR"].includes(errorCode(error) ?? "")) return null;
      throw error;
    }
  }

  watch(path: string, onChange: (name: string) => void): () => void {
    return watchDirectory(this.directory(path, "watch"), onChange);
  }

  /** How many of so many bytes there is room for. */
  room(bytes: number, path: string): number {
    const free = this.capacityBytes - this.usedBytes;
    if (free <= 0 && bytes > 0) throw errnoError("ENOSPC", "write", path);
    return Math.min(bytes, free);
  }

  append(file: MemoryFile, bytes: Uint8Array): void {
    file.append(bytes);
    this.usedBytes += bytes.length;
    tellWatchers(file.home);
  }

  truncate(file: MemoryFile, sizeBytes: number): void {
    this.usedBytes += sizeBytes - file.sizeBytes;
    file.truncate(sizeBytes);
    tellWatchers(file.home);
  }

  /** Gives the room of a file back once no name and no descriptor leads to it. */
  free(node: MemoryNode | undefined): void {
    if (node?.kind !== "file" || node.home !== undefined || node.descriptors > 0) return;
    this.usedBytes -= node.sizeBytes;
  }

  #syncName(path: string): void {
    const { directory, name } = this.place(path, "fsync");
    this.names.syncName(directory, name);
  }

  #nextInode(): number {
    this.inodes += 1;
    return this.inodes;
  }

  #change(text: string, path: string, changes: readonly NameChange[]): void {
    this.names.apply({ text, path, changes });
    for (const change of changes) {
      const { directory, name, before, after } = change;
      if (before?.kind === "file") before.home = undefined;
      if (after?.kind === "file") after.home = { directory, name };
      tellWatchers(change);
    }
  }
}

function changeOf({ directory, name, node }: Place, after: MemoryNode | undefined): NameChange {
  return { directory, name, before: node, after };
}
