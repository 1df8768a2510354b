/**
 * The life of a recorder: what it may do when, what is durable when a promise resolves, and how it ends. It knows
 * records and files through its hold on the journal; what the events mean is `session.ts`'s business.
 */
import { isWriteFailure, JournalError, sessionClosed, sessionEnded } from "../errors.js";
import { type Draft, draftOwn, type Redact } from "../event/draft.js";
import type { Outcome } from "../event/types.js";
import { runBlocking, runYielding } from "../files/steps.js";
import { AppendTimer } from "../journal/append-timer.js";
import type { JournalWriter } from "../journal/writer.js";
import type { LiveState } from "../state/live-state.js";
import { summarize } from "../state/summarize.js";
import type { SessionPaths } from "../store/names.js";
import { draftClosed } from "./closed-draft.js";
import { Failures } from "./failures.js";
import { JournalHold } from "./journal-hold.js";
import { Listeners } from "./listeners.js";
import type { RecorderStart } from "./recorder-start.js";
import { Saver } from "./saver.js";
import { Sealing } from "./sealing.js";
import type { Durability, Health, RecorderOptions } from "./types.js";

/** `stuck`: an end was asked for and could not be written; it may be asked for again. */
type Phase = "open" | "ending" | "stuck" | "ended" | "closed";

export class Recorder {
  readonly listeners = new Listeners();
  readonly redact: Redact | undefined;
  readonly #hold: JournalHold;
  readonly #durability: Durability;
  readonly #failures: Failures;
  readonly #saver: Saver;
  readonly #timer = new AppendTimer(() => this.#syncUnseen());
  readonly #sealing: Sealing | null;
  #phase: Phase;
  #leaving: Promise<void> | null = null;

  constructor(options: RecorderOptions, { files, paths, loaded, writer }: RecorderStart) {
    this.#durability = options.durability;
    this.redact = options.redact;
    this.#failures = new Failures(options.onFailure);
    this.#hold = new JournalHold(files, paths, loaded, writer, options.blobs);
    this.#sealing = options.signer && new Sealing(options.signer, this.#hold, () => this.#sealUnseen());
    this.#phase = this.#hold.hasEnded ? "ended" : "open";
    this.#saver = new Saver(files, paths, this.#failures, options.autosave, {
      borrow: () => this.#borrow(),
      sync: (writer) => this.#reported(writer.sync(), true),
      replay: () => this.live.current(),
    });
  }

  get paths(): SessionPaths {
    return this.#hold.paths;
  }
  get live(): LiveState {
    return this.#hold.live;
  }
  get health(): Health {
    return { ...this.#hold.position, ...this.#failures.told };
  }

  /** Takes the lock without blocking. */
  async open(): Promise<void> {
    if (this.#phase === "ended") throw sessionEnded(this.paths.id);
    await runYielding(this.#hold.files, this.#hold.acquire(false));
  }

  /**
   * Makes sure that something can be appended, blocking for it where the lock must be taken first. True where others
   * may have written since this was last asked.
   */
  ready(): boolean {
    this.#assertOpen();
    if (this.#hold.writer === null) this.#acquireToRecord();
    return this.#hold.takeNews();
  }

  /** Writes the records in one write and returns the last one's seq. To be called when ready. */
  append(drafts: readonly Draft[]): number {
    this.#assertOpen();
    if (this.#hold.writer === null) throw new TypeError("the recorder is not ready");
    return this.#write(this.#hold.writer, drafts);
  }

  /** Resolves once what was appended is as durable as was asked for. */
  async commit(): Promise<void> {
    if (this.#durability === "boundary" && this.#hold.writer !== null) await this.#sync(this.#hold.writer);
  }

  /** A tool call is durable: the snapshot may follow. */
  async autosave(): Promise<void> {
    if (this.#phase === "open") await this.#saver.autosave();
  }

  /** Fsyncs in any case, and resolves to what is durable then. */
  async flush(): Promise<number> {
    const { writer } = this.#hold;
    if (writer !== null) await this.#reported(writer.sync());
    return this.#hold.position.durableSeq;
  }

  async save(): Promise<void> {
    if (this.#hold.writer?.failure) throw this.#hold.writer.failure;
    await this.#saver.save();
  }

  async end(outcome: Outcome): Promise<void> {
    if (this.#phase !== "stuck") this.#assertOpen();
    this.#phase = "ending";
    await this.#leave(this.#end(outcome));
  }

  async close(): Promise<void> {
    // Whoever called what is under way learns how it went.
    if (this.#leaving !== null) return await this.#leaving.catch(() => {});
    const { writer } = this.#hold;
    if (writer === null || this.#phase === "closed" || this.#phase === "ended") return;
    this.#phase = "closed";
    await this.#leave(this.#close(writer));
  }

  async #end(outcome: Outcome): Promise<void> {
    let written = false;
    try {
      const writer = this.#hold.writer ?? this.#acquireToRecord();
      // Before the last word: everything is durable, and the file is what was left, not what somebody added to.
      await this.#reported(writer.sync());
      const summary = summarize(this.live.current());
      this.#write(writer, [draftOwn("session.ended", { outcome, summary })], true);
      written = true;
      await this.#sync(writer);
    } finally {
      this.#phase = written ? "ended" : "stuck";
    }
    await this.#saver.saveQuietly();
    await this.#saver.settled();
    this.#release();
  }

  async #close(writer: JournalWriter): Promise<void> {
    try {
      await this.#reported(writer.sync());
      if (!this.#hold.isStopped) {
        this.#write(writer, [draftClosed(this.live)], true);
        await this.#sync(writer);
      }
      await this.#saver.saveQuietly();
    } finally {
      await this.#saver.settled();
      this.#release();
    }
  }

  async #leave(work: Promise<void>): Promise<void> {
    this.#saver.cancelAutosave();
    this.#leaving = work;
    try {
      await work;
    } finally {
      this.#leaving = null;
    }
  }

  /** Returns the last one's seq; a seal may stand behind it. */
  #write(writer: JournalWriter, drafts: readonly Draft[], areLast = false): number {
    try {
      const light = this.#hold.offload(drafts);
      const seq = writer.seq + light.length;
      const extent = this.#sealing?.append(writer, light, areLast) ?? writer.append(light);
      if (this.#durability === "always") writer.syncNow();
      else if (this.#durability === "boundary") this.#timer.start();
      this.#failures.recordingSucceeded();
      // A listener may append too.
      this.listeners.notify(extent);
      return seq;
    } catch (error) {
      // A seal alone was asked for by nobody.
      if (drafts.length === 0) this.#failures.recordingFailedUnseen(error as JournalError);
      else if (isWriteFailure(error)) this.#failures.recordingFailed(error);
      throw error;
    }
  }

  async #sync(writer: JournalWriter): Promise<void> {
    if (writer.failure !== null || writer.isDirty) await this.#reported(writer.sync());
  }

  async #reported(sync: Promise<void>, unseen = false): Promise<void> {
    try {
      await sync;
    } catch (error) {
      if (unseen) this.#failures.recordingFailedUnseen(error as JournalError);
      else this.#failures.recordingFailed(error as JournalError);
      throw error;
    }
  }

  #syncUnseen(): void {
    const { writer } = this.#hold;
    if (writer === null || writer.failure !== null || !writer.isDirty) return;
    writer.sync().catch((error: JournalError) => this.#failures.recordingFailedUnseen(error));
  }

  #sealUnseen(): void {
    const { writer } = this.#hold;
    if (writer === null || writer.failure !== null || !this.#sealing?.isDue(writer)) return;
    try {
      this.#write(writer, [], true);
    } catch {
      // Told of where it happened.
    }
  }

  #acquire(alsoEnded: boolean): JournalWriter {
    const writer = runBlocking(this.#hold.files, this.#hold.acquire(alsoEnded));
    if (this.#phase === "open" && this.#hold.hasEnded) this.#phase = "ended";
    return writer;
  }

  #acquireToRecord(): JournalWriter {
    try {
      return this.#acquire(false);
    } catch (error) {
      if (error instanceof JournalError && error.code !== "SESSION_ENDED") {
        this.#failures.recordingFailed(error);
      }
      throw error;
    }
  }

  #borrow(): { writer: JournalWriter; giveBack: () => void } {
    const { writer } = this.#hold;
    if (writer !== null) return { writer, giveBack: () => {} };
    return { writer: this.#acquire(true), giveBack: () => this.#phase !== "open" && this.#release() };
  }

  #release(): void {
    this.#timer.cancel();
    this.#sealing?.cancel();
    this.#hold.release();
  }

  #assertOpen(): void {
    if (this.#phase === "closed") throw sessionClosed(this.paths.id);
    if (this.#phase !== "open") throw sessionEnded(this.paths.id);
    if (this.#hold.writer?.failure) throw this.#hold.writer.failure;
  }
}
