/** What a command that goes through many journals tells meanwhile: how far it is, what is damaged, what cannot be read. */
import { basename } from "node:path";
import type { JournalsOptions } from "../analysis/entry.js";
import { describeFailure } from "./errors.js";
import type { ExitCode } from "./exit-codes.js";
import type { Progress } from "./terminal/progress.js";
import { damageBanner } from "./view/damage.js";

export class JournalReading {
  readonly options: Required<Pick<JournalsOptions, "onProgress" | "onDamage" | "onUnreadable">>;
  /** Of the last journal that could not be read. */
  failed: ExitCode | undefined;
  isDamaged = false;
  #bytesBefore = 0;
  #current = { path: "", bytes: 0 };

  /** `progress` counts the bytes of all journals together. */
  constructor(say: (message: string) => void, progress: Progress | undefined) {
    this.options = {
      onProgress: (bytes, path) => {
        progress?.at(this.#bytesUpTo(bytes, path));
      },
      onDamage: (path, end) => {
        this.isDamaged = true;
        say(`${basename(path, ".ndjson")}: ${damageBanner(path, end)}`);
      },
      onUnreadable: (_, error) => {
        const failure = describeFailure(error);
        say(failure.message);
        this.failed = failure.exitCode;
      },
    };
  }

  /** A journal may be read from its start again. */
  #bytesUpTo(bytes: number, path: string): number {
    const isSame = path === this.#current.path;
    if (!isSame) this.#bytesBefore += this.#current.bytes;
    this.#current = { path, bytes: isSame ? Math.max(bytes, this.#current.bytes) : bytes };
    return this.#bytesBefore + this.#current.bytes;
  }
}
