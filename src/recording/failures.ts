/** Keeps what went wrong while recording, and makes it impossible to overlook. */
import { JournalError, writeFailed } from "../errors.js";
import type { Health } from "./types.js";

export class Failures {
  readonly #onFailure: ((error: JournalError) => void) | undefined;
  #failure: JournalError | undefined;
  #snapshotFailure: JournalError | undefined;

  constructor(onFailure: ((error: JournalError) => void) | undefined) {
    this.#onFailure = onFailure;
  }

  /** The last failure to record, gone once an append has succeeded again, and that of the last snapshot. */
  get told(): Pick<Health, "failure" | "snapshotFailure"> {
    return {
      ...(this.#snapshotFailure === undefined ? {} : { snapshotFailure: this.#snapshotFailure }),
      ...(this.#failure === undefined ? {} : { failure: this.#failure }),
    };
  }

  /** Recording failed; the caller gets the error thrown. Told once for each error. */
  recordingFailed(error: JournalError): void {
    if (this.#failure === error) return;
    this.#failure = error;
    this.#tell(error);
  }

  /** Recording failed where no caller waits: the runtime is told, or the process warns. */
  recordingFailedUnseen(error: JournalError): void {
    if (this.#failure === error) return;
    this.#failure = error;
    this.#tell(error, true);
  }

  recordingSucceeded(): void {
    this.#failure = undefined;
  }

  snapshotFailed(path: string, cause: unknown): JournalError {
    this.#snapshotFailure = cause instanceof JournalError ? cause : writeFailed(path, cause);
    return this.#snapshotFailure;
  }

  /** No caller learns of it otherwise. A failure of the journal itself was told of already. */
  snapshotFailedUnseen(error: unknown): void {
    if (error instanceof JournalError && error !== this.#failure) this.#tell(error, true);
  }

  snapshotSucceeded(): void {
    this.#snapshotFailure = undefined;
  }

  #tell(error: JournalError, unseen = false): void {
    if (this.#onFailure === undefined) {
      if (unseen) process.emitWarning(error);
      return;
    }
    try {
      this.#onFailure(error);
    } catch (thrown) {
      process.emitWarning(thrown instanceof Error ? thrown : String(thrown));
    }
  }
}
