/** Writes a session's snapshot, one at a time, when asked or after tool calls, from a copy of the state taken at once. */
import type { Files } from "../files/files.js";
import { runYielding } from "../files/steps.js";
import { SharedRun } from "../journal/shared-run.js";
import type { JournalWriter } from "../journal/writer.js";
import { Autosave } from "../snapshot/autosave.js";
import { writeSnapshot } from "../snapshot/write.js";
import { copyState } from "../state/state.js";
import type { ReplayState } from "../state/types.js";
import type { SessionPaths } from "../store/names.js";
import type { Failures } from "./failures.js";

/** What a snapshot is made of, and under whose lock. */
export interface SnapshotSource {
  /** The journal's writer, for the time of one save. */
  borrow(): { readonly writer: JournalWriter; readonly giveBack: () => void };
  /** Makes the journal durable; a failure is told of here, for none of a quiet save's callers hears of it. */
  sync(writer: JournalWriter): Promise<void>;
  replay(): ReplayState;
}

export class Saver {
  readonly #files: Files;
  readonly #paths: SessionPaths;
  readonly #failures: Failures;
  readonly #source: SnapshotSource;
  readonly #runs = new SharedRun(() => this.#run());
  readonly #autosave: Autosave | null;

  constructor(
    files: Files,
    paths: SessionPaths,
    failures: Failures,
    autosave: boolean,
    source: SnapshotSource,
  ) {
    this.#files = files;
    this.#paths = paths;
    this.#failures = failures;
    this.#source = source;
    this.#autosave = autosave ? new Autosave(() => this.saveQuietly()) : null;
  }

  /** Resolves once a snapshot of at least the present state is durable. */
  async save(): Promise<void> {
    try {
      await this.#runs.request();
    } catch (cause) {
      throw this.#failures.snapshotFailed(this.#paths.snapshot, cause);
    }
  }

  async autosave(): Promise<void> {
    await this.#autosave?.request();
  }

  /** Never rejects: a snapshot that cannot be written is told of, and the journal is the truth. */
  async saveQuietly(): Promise<void> {
    try {
      await this.save();
    } catch (error) {
      this.#failures.snapshotFailedUnseen(error);
    }
  }

  /** Resolves once no snapshot is being written or waits to be. */
  async settled(): Promise<void> {
    await this.#runs.settled();
  }

  cancelAutosave(): void {
    this.#autosave?.cancel();
  }

  async #run(): Promise<void> {
    const { writer, giveBack } = this.#source.borrow();
    try {
      const { seq, byteOffset, hash } = writer.cursor;
      const { state, open, responses, blobs } = copyState(this.#source.replay());
      // The snapshot's seq is taken as proof that the journal was durable that far.
      if (writer.durableSeq < seq) await this.#source.sync(writer);
      const journal = { seq, bytes: byteOffset, hash, open, responses, blobs };
      await runYielding(this.#files, writeSnapshot(this.#files, this.#paths, state, journal));
      this.#failures.snapshotSucceeded();
    } finally {
      giveBack();
    }
  }
}
