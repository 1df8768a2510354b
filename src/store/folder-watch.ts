/**
 * One watch on the folder of the sessions for all who follow a journal in it: the system is asked once, and each change
 * wakes only whom it concerns. It opens no journal.
 */
import { basename } from "node:path";
import type { Files } from "../files/files.js";
import type { Watch } from "../journal/changes.js";

export class FolderWatch {
  readonly #files: Files;
  readonly #directory: string;
  readonly #onOther: (name: string | null) => void;
  readonly #listeners = new Map<string, () => void>();
  #stop: (() => void) | null = null;
  #inode = 0;

  /** `onOther` is given the name of a file that changed and that nobody follows; null where no name is known. */
  constructor(files: Files, directory: string, onOther: (name: string | null) => void) {
    this.#files = files;
    this.#directory = directory;
    this.#onOther = onOther;
  }

  /** Watches the folder that is there now; false where there is none. To be called now and then: it may be made anew. */
  renew(): boolean {
    const inode = this.#files.statPath(this.#directory)?.inode;
    if (inode !== undefined && inode === this.#inode && this.#stop !== null) return true;
    this.close();
    if (inode === undefined) return false;
    try {
      this.#stop = this.#files.watch(this.#directory, (name) => this.#tell(name));
      this.#inode = inode;
      return true;
    } catch {
      return false;
    }
  }

  readonly watch: Watch = (path, onChange) => {
    if (!this.renew()) throw new Error("there is nothing to watch yet");
    const name = basename(path);
    this.#listeners.set(name, onChange);
    return () => this.#listeners.delete(name);
  };

  close(): void {
    this.#stop?.();
    this.#stop = null;
  }

  #tell(name: string | null): void {
    if (name === null) for (const onChange of this.#listeners.values()) onChange();
    const onChange = name === null ? undefined : this.#listeners.get(name);
    if (onChange === undefined) this.#onOther(name);
    else onChange();
  }
}
