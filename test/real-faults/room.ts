/**
 * Where one case does its harm: a folder of its own, file systems mounted below it, and processes. All of it is gone
 * when the case is over, however it ends. Nothing outside of the folder is touched, and what is filled is never the
 * machine's own disk.
 */
import type { ChildProcess } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { randomFrom } from "@choragen/session-journal/testing";
import { command, tryCommand } from "./command.js";

/** What a tmpfs of the room is called where mounts are listed. */
const SOURCE = "real-faults";

export class Room {
  readonly folder: string;
  readonly seed: number;
  /** From 0 up to 1; the same for the same seed. */
  readonly random: () => number;
  readonly #undo: (() => void)[] = [];
  readonly #children = new Set<ChildProcess>();

  constructor(seed: number) {
    this.seed = seed;
    this.random = randomFrom(seed);
    this.folder = mkdtempSync(join(tmpdir(), "real-faults-"));
  }

  /** A path in the room. */
  path(name: string): string {
    return join(this.folder, name);
  }

  directory(name: string): string {
    const path = this.path(name);
    mkdirSync(path, { recursive: true });
    return path;
  }

  /** A file system in memory, of that size. */
  tmpfs(name: string, sizeBytes: number): string {
    const at = this.directory(name);
    command("mount", "-t", "tmpfs", "-o", `size=${sizeBytes}`, SOURCE, at);
    this.#unmountLater(at);
    return at;
  }

  /** Changes its options. Whether the system did so. */
  remountTmpfs(at: string, options: string): boolean {
    // With its source named, only these options are given: those that the system shows may not be a user's to give.
    return tryCommand("mount", "-t", "tmpfs", "-o", `remount,${options}`, SOURCE, at).ok;
  }

  /** An ext4 file system in a file, mounted by a loop device. The file takes room only as it is written. */
  ext4(name: string, image: string, sizeBytes: number, ...options: string[]): string {
    const at = this.directory(name);
    writeFileSync(image, "");
    truncateSync(image, sizeBytes);
    command("mkfs.ext4", "-q", "-F", "-m", "0", "-b", "4096", "-E", "nodiscard", ...options, image);
    this.mountImage(image, at);
    this.#unmountLater(at);
    return at;
  }

  mountImage(image: string, at: string): void {
    command("mount", "-t", "ext4", "-o", "loop", image, at);
    const device = command("losetup", "-n", "-O", "NAME", "-j", image).trim();
    const most = `/sys/block/${basename(device)}/queue/max_sectors_kb`;
    const usual = readFileSync(most, "utf8");
    this.later(() => writeFileSync(most, usual));
    // Of a write that its backing takes a part of, the loop driver of Linux 6.18 says that it is whole, which no disk
    // does. A block at a time has no part.
    writeFileSync(most, "4");
  }

  /** Mounts it anew, so that what is read comes from the device. */
  remountImage(image: string, at: string): void {
    command("umount", at);
    this.mountImage(image, at);
  }

  #unmountLater(at: string): void {
    this.later(() => {
      if (tryCommand("umount", at).ok || !tryCommand("mountpoint", "-q", at).ok) return;
      tryCommand("umount", "-l", at);
    });
  }

  /** The process ends with the room at the latest. */
  own<T extends ChildProcess>(child: T): T {
    this.#children.add(child);
    child.once("exit", () => this.#children.delete(child));
    return child;
  }

  /** To be done when the room is left, the last first. */
  later(undo: () => void): void {
    this.#undo.push(undo);
  }

  /** Leaves nothing behind. Never throws. */
  leave(): void {
    for (const child of this.#children) {
      // One that is stopped, and one that somebody traces, is ended by this too.
      child.kill("SIGKILL");
    }
    for (const undo of this.#undo.reverse().splice(0)) {
      try {
        undo();
      } catch (error) {
        process.stderr.write(`${String(error)}\n`);
      }
    }
    // Never into a file system that could not be unmounted: what is in it is nobody else's, but rm stops there.
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }
}
