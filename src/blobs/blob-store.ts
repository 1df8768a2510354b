/**
 * Where a session's blobs are written: each once, under the name of its hash, whole and durable with its name before this
 * says so. It never replaces a blob: one whose bytes are wrong is set aside, whole. It does not know what is in them.
 */
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { writeFailed } from "../errors.js";
import { discard } from "../files/discard.js";
import type { Files } from "../files/files.js";
import { writeAll } from "../journal/copy.js";
import { counted } from "../journal/set-aside.js";
import type { SessionPaths } from "../store/names.js";
import { temporaryBlobName } from "./blob-names.js";
import { checkBlob, lookForBlob } from "./read-blob.js";

export interface Blob {
  readonly sha256: string;
  readonly content: Uint8Array;
}

const PRIVATE = 0o700;

export class BlobStore {
  readonly #files: Files;
  readonly #paths: SessionPaths;
  /** What is known to lie there durably. */
  readonly #known = new Set<string>();
  #hasFolder = false;

  constructor(files: Files, paths: SessionPaths) {
    this.#files = files;
    this.#paths = paths;
  }

  /**
   * Returns once all of them are on stable storage, names included. Throws WRITE_FAILED; then nothing half written is left
   * and the next attempt begins anew.
   */
  keep(blobs: readonly Blob[]): void {
    const lacking = blobs.filter((blob) => !this.#isKept(blob));
    if (lacking.length === 0) return;
    const placed: string[] = [];
    try {
      this.#ensureFolder();
      for (const blob of lacking) if (this.#place(blob)) placed.push(this.#path(blob));
      this.#files.syncDirectory(this.#paths.blobs);
    } catch (cause) {
      this.#hasFolder = false;
      // Their names may not be durable, and a sync that is tried again proves nothing.
      for (const path of placed) discard(this.#files, path);
      throw writeFailed(this.#paths.blobs, cause);
    }
    for (const { sha256 } of lacking) this.#known.add(sha256);
  }

  /** A look at the name finds a folder that somebody has emptied meanwhile. */
  #isKept(blob: Blob): boolean {
    if (!this.#known.has(blob.sha256)) return false;
    return lookForBlob(this.#files, this.#paths.blobs, refOf(blob)) === null;
  }

  #ensureFolder(): void {
    if (this.#hasFolder && this.#files.statPath(this.#paths.blobs)?.kind === "directory") return;
    const { directory, blobs } = this.#paths;
    if (this.#files.statPath(directory) === null) throw new Error(`${directory} is not there any more`);
    this.#files.makeDirectory(blobs, PRIVATE);
    // A link to a folder would do for whoever only makes one.
    if (this.#files.statPath(blobs)?.kind !== "directory")
      throw new Error(`${blobs} is no folder but a link or a file`);
    this.#files.syncDirectory(directory);
    this.#hasFolder = true;
  }

  /** False where it was there already. */
  #place(blob: Blob): boolean {
    const path = this.#path(blob);
    const named = this.#files.statPath(path);
    if (named !== null && named.kind !== "file") throw new Error(`${path} is no plain file`);
    if (named !== null) {
      const fault = checkBlob(this.#files, this.#paths.blobs, refOf(blob));
      if (fault === null) {
        this.#syncFile(path);
        return false;
      }
      // One that cannot be read may be whole.
      if (fault.problem !== "damaged") throw new Error(fault.message);
      this.#setAside(path);
    }
    this.#write(blob, path);
    return true;
  }

  #write({ content }: Blob, path: string): void {
    const temporary = join(this.#paths.blobs, temporaryBlobName(randomBytes(6).toString("hex")));
    const fd = this.#files.open(temporary, "create");
    let isPlaced = false;
    try {
      writeAll(this.#files, fd, content);
      this.#files.sync(fd);
      this.#files.rename(temporary, path);
      isPlaced = true;
    } finally {
      this.#files.close(fd);
      if (!isPlaced) discard(this.#files, temporary);
    }
  }

  /** Another program may have put it there, and not synced it. */
  #syncFile(path: string): void {
    const fd = this.#files.open(path, "append");
    try {
      this.#files.sync(fd);
    } finally {
      this.#files.close(fd);
    }
  }

  #setAside(path: string): void {
    for (const name of counted(`${path}.damaged`)) {
      try {
        this.#files.moveAside(path, name);
        return;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
      }
    }
  }

  #path({ sha256 }: Blob): string {
    return join(this.#paths.blobs, sha256);
  }
}

function refOf({ sha256, content }: Blob): { sha256: string; bytes: number } {
  return { sha256, bytes: content.length };
}
