/**
 * `Files` in memory: a POSIX-like file system for tests that tells written bytes from durable ones and goes
 * wrong where it is told to. Here its parts are joined: tree, contents, descriptors, faults and power cuts
 * have files of their own. It keeps permissions but enforces none.
 */
import { copyDisk } from "./disk-copy.js";
import type { FileStat, Files, OpenMode } from "./files.js";
import { MemoryDescriptors } from "./memory-descriptors.js";
import { MemoryDisk } from "./memory-disk.js";
import { FaultPlan, type FileMethod, type FileOperation } from "./memory-faults.js";
import type { LockKind } from "./memory-locks.js";
import { filesBelow } from "./memory-tree.js";
import { diskAfterPowerCut, type PowerCut, type Unsynced, unsyncedOf } from "./power-cut.js";

export interface MemoryFilesOptions {
  /** Room for the contents of all files; without limit if absent. */
  readonly capacityBytes?: number;
  /** The unit in which a power cut loses what was not synced; 512 if absent. */
  readonly blockBytes?: number;
  /** Keeps every operation in `log`. */
  readonly log?: boolean;
  /** @internal */
  readonly disk?: MemoryDisk;
  /** @internal */
  readonly origin?: string;
}

export class MemoryFiles implements Files {
  /** What goes wrong, and the count of operations. */
  readonly faults = new FaultPlan();
  /** Runs while a `syncLater` is under way, and ends it by ending; its writes are not covered. */
  duringSync: (() => void | Promise<void>) | undefined;
  readonly blockBytes: number;
  /** How this disk came out of another one, for messages of tests; empty for a new one. */
  readonly origin: string;
  /** @internal */
  readonly disk: MemoryDisk;
  readonly #descriptors: MemoryDescriptors;

  constructor(options: MemoryFilesOptions = {}) {
    const { disk = new MemoryDisk(), blockBytes = 512, origin = "", log = false } = options;
    this.disk = disk;
    this.#descriptors = new MemoryDescriptors(disk);
    this.blockBytes = blockBytes;
    this.origin = origin;
    disk.capacityBytes = options.capacityBytes ?? Number.POSITIVE_INFINITY;
    if (log) this.faults.log = [];
  }

  /** How many operations there were: calls of `Files`, without `close` and `watch`. */
  get operations(): number {
    return this.faults.operations;
  }

  /** Every operation so far, if the option `log` was given. */
  get log(): readonly FileOperation[] {
    return this.faults.log ?? [];
  }

  /** How many descriptors are open: none, where nothing leaks. */
  get openDescriptors(): number {
    return this.#descriptors.count;
  }

  /** Room for the contents of all files. When it runs out, a write takes what fits; the next is ENOSPC. */
  get capacityBytes(): number {
    return this.disk.capacityBytes;
  }
  set capacityBytes(bytes: number) {
    this.disk.capacityBytes = bytes;
  }

  /** The page cache forgets what it holds for clean: bytes that a failed sync dropped are read as zeros. */
  dropCaches(): void {
    for (const [, file] of filesBelow(this.disk.root)) file.dropCache();
  }

  /** What a new process finds after this one was killed: all that was written, no descriptors, no locks. */
  afterKill(): MemoryFiles {
    return this.#successor(copyDisk(this.disk), "after a kill");
  }

  /** What a power cut may change. */
  unsynced(): Unsynced {
    return unsyncedOf(this.disk);
  }

  /** What is found after the machine lost power, all of it durable; see `PowerCut`. */
  afterPowerCut(cut: PowerCut = {}): MemoryFiles {
    const disk = diskAfterPowerCut(this.disk, cut, this.blockBytes);
    return this.#successor(disk, `after the power cut ${JSON.stringify(cut)}`);
  }

  /** Puts a file there as another program might have, durably and uncounted; makes the directories above. */
  writeFile(path: string, contents: Uint8Array | string): void {
    this.disk.replaceFile(path, Buffer.from(contents));
  }

  /** The bytes of a file, uncounted. */
  readFile(path: string): Uint8Array {
    return this.disk.view(path).slice();
  }

  /** Makes a symbolic link, durably and uncounted. */
  makeLink(path: string, target: string): void {
    this.disk.createLink(path, target);
  }

  open(path: string, mode: OpenMode): number {
    return this.faults.run("open", path, () => this.#descriptors.open(path, mode));
  }

  /** Does nothing once a fault has killed the process: no descriptor is left to close. */
  close(fd: number): void {
    if (!this.faults.hasCrashed) this.#descriptors.close(fd);
  }

  read(fd: number, target: Uint8Array, offset: number, length: number, position: number): number {
    return this.#run("read", fd, () => this.#descriptors.read(fd, target, offset, length, position));
  }

  write(fd: number, source: Uint8Array, offset: number, length: number): number {
    return this.#run("write", fd, (keepBytes = length) =>
      this.#descriptors.write(fd, source, offset, Math.min(length, keepBytes)),
    );
  }

  truncate(fd: number, sizeBytes: number): void {
    this.#run("truncate", fd, () => this.#descriptors.truncate(fd, sizeBytes));
  }

  stat(fd: number): FileStat {
    return this.#run("stat", fd, () => this.#descriptors.stat(fd));
  }

  statPath(path: string): FileStat | null {
    return this.faults.run("statPath", path, () => this.disk.stat(path));
  }

  sync(fd: number): void {
    const due = this.faults.begin("sync", this.#descriptors.path(fd));
    const { succeed, fail } = this.#descriptors.beginSync(fd);
    this.faults.finish(due, succeed, fail);
  }

  async syncLater(fd: number): Promise<void> {
    const due = this.faults.begin("syncLater", this.#descriptors.path(fd));
    const { succeed, fail } = this.#descriptors.beginSync(fd);
    if (due?.fault.kind !== "crash") {
      await this.duringSync?.();
      this.faults.assertAlive();
    }
    this.faults.finish(due, succeed, fail);
  }

  syncDirectory(path: string): void {
    this.faults.run("syncDirectory", path, () => this.disk.syncDirectory(path));
  }

  rename(from: string, to: string): void {
    this.faults.run("rename", from, () => this.disk.rename(from, to));
  }

  moveAside(from: string, to: string): void {
    this.faults.run("moveAside", from, () => this.disk.moveAside(from, to));
  }

  remove(path: string): void {
    this.faults.run("remove", path, () => this.disk.remove(path));
  }

  list(directory: string): string[] {
    return this.faults.run("list", directory, () => this.disk.list(directory));
  }

  makeDirectory(path: string, mode: number): string[] {
    return this.faults.run("makeDirectory", path, () => this.disk.createDirectories(path, mode));
  }

  removeDirectory(path: string): void {
    this.faults.run("removeDirectory", path, () => this.disk.removeDirectory(path));
  }

  tryLock(fd: number, kind: LockKind): boolean {
    return this.#run("tryLock", fd, () => this.#descriptors.tryLock(fd, kind));
  }

  /** Tells of changes in a microtask; stops when asked to. */
  watch(directory: string, onChange: (name: string | null) => void): () => void {
    this.faults.assertAlive();
    return this.disk.watch(directory, onChange);
  }

  #successor(disk: MemoryDisk, how: string): MemoryFiles {
    const { capacityBytes, blockBytes } = this;
    const origin = this.origin === "" ? how : `${this.origin}, ${how}`;
    return new MemoryFiles({ capacityBytes, blockBytes, log: this.faults.log !== undefined, disk, origin });
  }

  #run<T>(method: FileMethod, fd: number, act: (keepBytes?: number) => T): T {
    return this.faults.run(method, this.#descriptors.path(fd), act);
  }
}
