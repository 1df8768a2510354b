/** Waits until a file may have changed: by the system's notice where there is one, and by looking now and then anyway. */
import { basename, dirname } from "node:path";
import type { Files } from "../files/files.js";

/** A notice can be lost, and network file systems give none. */
const POLL_NOTIFIED_MS = 250;
const POLL_MS = 20;

/** Calls back soon after the file may have changed; returns what ends it. Throws where its directory is not there. */
export type Watch = (path: string, onChange: () => void) => () => void;

/** A watch of its own for each file. */
export function watchAlone(files: Files): Watch {
  return (path, onChange) => {
    const name = basename(path);
    return files.watch(dirname(path), (changed) => {
      if (changed === null || changed === name) onChange();
    });
  };
}

export class Changes {
  readonly #watchFile: Watch;
  readonly #path: string;
  readonly #signal: AbortSignal | undefined;
  #stopWatching: (() => void) | null = null;
  #changed = false;
  #wake: (() => void) | null = null;

  constructor(path: string, signal: AbortSignal | undefined, watch: Watch) {
    this.#watchFile = watch;
    this.#path = path;
    this.#signal = signal;
    signal?.addEventListener("abort", this.#notify);
    this.#watch();
  }

  /** Resolves when something may have changed since the last call, when a while has passed, or on abort. */
  async next(): Promise<void> {
    this.#watch();
    if (!this.#changed && !this.#signal?.aborted) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, this.#stopWatching === null ? POLL_MS : POLL_NOTIFIED_MS);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    this.#wake = null;
    this.#changed = false;
  }

  close(): void {
    this.#signal?.removeEventListener("abort", this.#notify);
    this.#stopWatching?.();
    this.#stopWatching = null;
  }

  readonly #notify = (): void => {
    this.#changed = true;
    this.#wake?.();
  };

  /** The directory need not be there yet. */
  #watch(): void {
    if (this.#stopWatching !== null) return;
    try {
      this.#stopWatching = this.#watchFile(this.#path, this.#notify);
    } catch {
      // Looked at again at the next turn; until then by polling.
    }
  }
}
