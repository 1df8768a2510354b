/**
 * One process's view of a machine's files: it has descriptors and so locks of its own, some of its operations go wrong, and it can
 * die alone while others live on over the same disk.
 */
import {
  type Fault,
  type FileMethod,
  type FileStat,
  type Files,
  type MemoryFiles,
  type OpenMode,
  SimulatedCrash,
} from "@choragen/session-journal/testing";
import type { VirtualTime } from "./virtual-time.js";

/** Whoever finds the lock taken has waited as long as anybody waits. */
const PATIENCE_MS = 300;

export interface Operation {
  readonly n: number;
  readonly method: FileMethod;
  readonly path: string;
}

export class ProcessFiles implements Files {
  isAlive = true;
  operations = 0;
  /** How many operations went wrong. */
  fired = 0;
  /** What goes wrong at an operation. */
  plan: ((operation: Operation) => Fault | undefined) | undefined;
  /** Files of which a failed sync has dropped something. */
  readonly dropped = new Set<string>();
  readonly #kernel: MemoryFiles;
  readonly #time: VirtualTime;
  readonly #open = new Map<number, string>();
  readonly #locked = new Set<number>();

  constructor(kernel: MemoryFiles, time: VirtualTime) {
    this.#kernel = kernel;
    this.#time = time;
  }

  get openDescriptors(): number {
    return this.#open.size;
  }

  /** Whether this process holds the writer's lock on the file that has this name now. */
  holds(path: string): boolean {
    const inode = this.#kernel.statPath(path)?.inode;
    return inode !== undefined && [...this.#locked].some((fd) => this.#kernel.stat(fd).inode === inode);
  }

  /** The process is killed: its descriptors close, and with them go its locks. */
  die(): void {
    if (!this.isAlive) return;
    this.isAlive = false;
    for (const fd of this.#open.keys()) this.#kernel.close(fd);
    this.#open.clear();
    this.#locked.clear();
  }

  open(path: string, mode: OpenMode): number {
    return this.#do("open", path, () => {
      const fd = this.#kernel.open(path, mode);
      this.#open.set(fd, path);
      return fd;
    });
  }

  close(fd: number): void {
    if (!this.isAlive) return;
    this.#open.delete(fd);
    this.#locked.delete(fd);
    this.#kernel.close(fd);
  }

  read(fd: number, target: Uint8Array, offset: number, length: number, position: number): number {
    return this.#do("read", this.#pathOf(fd), () => this.#kernel.read(fd, target, offset, length, position));
  }

  write(fd: number, source: Uint8Array, offset: number, length: number): number {
    return this.#do("write", this.#pathOf(fd), (keepBytes = length) =>
      this.#kernel.write(fd, source, offset, Math.min(length, keepBytes)),
    );
  }

  truncate(fd: number, sizeBytes: number): void {
    this.#do("truncate", this.#pathOf(fd), () => this.#kernel.truncate(fd, sizeBytes));
  }

  stat(fd: number): FileStat {
    return this.#do("stat", this.#pathOf(fd), () => this.#kernel.stat(fd));
  }

  statPath(path: string): FileStat | null {
    return this.#do("statPath", path, () => this.#kernel.statPath(path));
  }

  sync(fd: number): void {
    this.#do("sync", this.#pathOf(fd), () => this.#kernel.sync(fd));
  }

  async syncLater(fd: number): Promise<void> {
    await this.#do("syncLater", this.#pathOf(fd), () => this.#kernel.syncLater(fd));
    if (!this.isAlive) throw this.#crash("syncLater", this.#pathOf(fd));
  }

  syncDirectory(path: string): void {
    this.#do("syncDirectory", path, () => this.#kernel.syncDirectory(path));
  }

  rename(from: string, to: string): void {
    this.#do("rename", from, () => this.#kernel.rename(from, to));
  }

  moveAside(from: string, to: string): void {
    this.#do("moveAside", from, () => this.#kernel.moveAside(from, to));
  }

  remove(path: string): void {
    this.#do("remove", path, () => this.#kernel.remove(path));
  }

  list(directory: string): string[] {
    return this.#do("list", directory, () => this.#kernel.list(directory));
  }

  makeDirectory(path: string, mode: number): string[] {
    return this.#do("makeDirectory", path, () => this.#kernel.makeDirectory(path, mode));
  }

  removeDirectory(path: string): void {
    this.#do("removeDirectory", path, () => this.#kernel.removeDirectory(path));
  }

  tryLock(fd: number, kind: "exclusive" | "shared"): boolean {
    const isLocked = this.#do("tryLock", this.#pathOf(fd), () => this.#kernel.tryLock(fd, kind));
    if (kind === "exclusive" && isLocked) this.#locked.add(fd);
    if (kind === "exclusive" && !isLocked) this.#time.nowMs += PATIENCE_MS;
    return isLocked;
  }

  watch(directory: string, onChange: (name: string | null) => void): () => void {
    return this.#kernel.watch(directory, onChange);
  }

  #pathOf(fd: number): string {
    return this.#open.get(fd) ?? `descriptor ${fd}`;
  }

  #do<T>(method: FileMethod, path: string, act: (keepBytes?: number) => T): T {
    if (!this.isAlive) throw this.#crash(method, path);
    this.operations += 1;
    const fault = this.plan?.({ n: this.operations, method, path });
    if (fault === undefined || !concerns(fault, method)) return act();
    this.fired += 1;
    if (fault.kind !== "crash") {
      if (fault.kind === "failed-sync") this.dropped.add(path);
      this.#kernel.faults.next(fault);
      return act();
    }
    try {
      if (fault.done || (method === "write" && fault.keepBytes !== undefined)) act(fault.keepBytes);
    } catch {
      // The operation would have failed by itself; nobody is left to hear of it.
    }
    this.die();
    throw this.#crash(method, path);
  }

  #crash(method: FileMethod, path: string): SimulatedCrash {
    return new SimulatedCrash({ n: this.operations, method, path });
  }
}

function concerns(fault: Fault, method: FileMethod): boolean {
  if (fault.kind === "short-write") return method === "write";
  if (fault.kind === "failed-sync") return method === "sync" || method === "syncLater";
  return true;
}
