/// <reference lib="esnext.disposable" preserve="true" />
/**
 * A session: one run of an agent, recorded while it happens. The story is short. An event is checked and becomes
 * text; the text becomes a record in the journal; the state follows from the records; the snapshot shows the
 * state. Nothing here re-drives an agent.
 */

import { callIdOf, draftFinish, draftStart } from "./event/call-drafts.js";
import { type Draft, draftEvent } from "./event/draft.js";
import { OpenCalls } from "./event/open-calls.js";
import { checkOutcome } from "./event/outcome.js";
import type {
  JournalRecord,
  Message,
  Outcome,
  RecordedError,
  RuntimeEvent,
  Status,
  TokenDetails,
  ToolCallRecord,
  ToolCallStart,
  ToolResult,
} from "./event/types.js";
import { loadRecorder } from "./recording/load.js";
import { type RecordingOptions, recorderOptions } from "./recording/options.js";
import { Recorder } from "./recording/recorder.js";
import type { Health } from "./recording/types.js";
import { SessionView } from "./state/session-view.js";
import type { SessionState } from "./state/types.js";
import { checkSessionId } from "./store/id.js";
import { type StartConfig, startJournal } from "./store/start.js";

export interface SessionConfig<R extends string = string> extends RecordingOptions, StartConfig<R> {}

export interface LoadOptions extends RecordingOptions {}

export interface OpenToolCall {
  readonly callId: string;
  /** Resolves when the result is durable. Rejects with INVALID_EVENT where the call has finished before. */
  finish(result: ToolResult, options?: { durationMs?: number }): Promise<void>;
}

export class Session<R extends string = string, M extends object = Message>
  extends SessionView<R, M>
  implements AsyncDisposable
{
  readonly #recorder: Recorder;
  #openCalls = new OpenCalls();
  #turns = 0;

  /**
   * Begins a session: when this returns, its journal is there and durable, with the lock held.
   * Throws INVALID_SESSION_ID, INVALID_EVENT, SESSION_EXISTS, WRITE_FAILED or LOCK_UNSUPPORTED, and then leaves no file of the session.
   */
  constructor(config: SessionConfig<R>);
  /** @internal */
  constructor(recorder: Recorder);
  constructor(given: SessionConfig<R> | Recorder) {
    super();
    this.#recorder = given instanceof Recorder ? given : startRecorder(given);
    this.#catchUp();
  }

  /**
   * Reads a session; null where there is none. It is read-only until something is appended: then it takes the
   * writer's lock, reads what has come since, and goes on. `where` is the workspace, or options.
   * Throws INVALID_SESSION_ID, CORRUPT_JOURNAL, UNSUPPORTED_FORMAT or READ_FAILED.
   */
  static async load<R extends string = string, M extends object = Message>(
    sessionId: string,
    where?: string | LoadOptions,
  ): Promise<Session<R, M> | null> {
    const recorder = await loadRecorder(sessionId, where);
    return recorder === null ? null : new Session<R, M>(recorder);
  }

  /**
   * The same, and takes the writer's lock now, without blocking. Throws also SESSION_LOCKED, SESSION_ENDED,
   * LOCK_UNSUPPORTED, JOURNAL_MISSING, JOURNAL_REWOUND and WRITE_FAILED.
   */
  static async open<R extends string = string, M extends object = Message>(
    sessionId: string,
    where?: string | LoadOptions,
  ): Promise<Session<R, M> | null> {
    const recorder = await loadRecorder(sessionId, where);
    if (recorder === null) return null;
    await recorder.open();
    return new Session<R, M>(recorder);
  }

  get messageCount(): number {
    return this.#recorder.live.current().state.messages.length;
  }
  get toolCallCount(): number {
    return this.#recorder.live.current().state.toolCalls.length;
  }
  get journalPath(): string {
    return this.#recorder.paths.journal;
  }
  get snapshotPath(): string {
    return this.#recorder.paths.snapshot;
  }
  get health(): Health {
    return this.#recorder.health;
  }

  /**
   * Appends an event and returns its seq: the bytes are with the kernel, and survive this process.
   * Throws INVALID_EVENT, SESSION_ENDED, SESSION_CLOSED or WRITE_FAILED; then nothing of it is in the journal, except that
   * with durability "always" it may be there after a failed fsync. On a loaded session also what `open` throws.
   */
  append(event: RuntimeEvent<M>): number {
    const { type, data } = (event ?? {}) as RuntimeEvent<M>;
    const seq = this.#write(draftEvent(type, data));
    if (type === "tool_call.finished") void this.#recorder.autosave();
    return seq;
  }

  addMessage(message: M): number {
    return this.append({ type: "message.added", data: { message } } as RuntimeEvent<M>);
  }

  /** Counts are what this response added; one that names a `responseId` again replaces what it said before. */
  updateTokenUsage(input: number, output: number, details: TokenDetails = {}): number {
    return this.append({ type: "token_usage.updated", data: { ...details, input, output } });
  }

  /** An `Error` counts as not recoverable. */
  recordError(error: Error | RecordedError): number {
    const { message, stack } = error;
    const recoverable = ("recoverable" in error && error.recoverable) ?? false;
    return this.append({
      type: "error.recorded",
      data: stack === undefined ? { message, recoverable } : { message, stack, recoverable },
    });
  }

  addNote(kind: string, data: unknown): number {
    return this.append({ type: "note.added", data: { kind, data } });
  }

  /** Records that a call begins, before it runs: should the run die in it, the journal shows it open. */
  startToolCall(call: ToolCallStart): OpenToolCall {
    const started = draftStart(call);
    this.#write(started);
    const callId = callIdOf(started);
    return { callId, finish: (result, options) => this.#finish(callId, result, options?.durationMs) };
  }

  /** Records a call with its result, in one write. Resolves when it is durable; the snapshot follows while that is cheap. */
  async recordToolCall(call: ToolCallRecord): Promise<void> {
    const started = draftStart(call);
    const finished = draftFinish(callIdOf(started), call.result, call.durationMs);
    this.#ready();
    this.#openCalls.check(started.type, callIdOf(started));
    this.#recorder.append([started, finished]);
    await this.#recorder.commit();
    await this.#recorder.autosave();
  }

  async completeTurn(): Promise<void> {
    this.#ready();
    this.append({ type: "turn.completed", data: { index: this.#turns + 1 } });
    await this.#recorder.commit();
  }

  async setStatus(status: Status): Promise<void> {
    this.append({ type: "status.changed", data: { status } });
    await this.#recorder.commit();
  }

  async addChildSession(sessionId: string): Promise<void> {
    this.append({ type: "child_session.linked", data: { sessionId: checkSessionId(sessionId) } });
    await this.#recorder.commit();
  }

  /** The last word on the run: durable when this resolves, with the snapshot written and the lock let go. */
  async end(outcome: Outcome): Promise<void> {
    await this.#recorder.end(checkOutcome(outcome));
  }

  /** Writes the state as a pretty JSON file. Rejects with WRITE_FAILED where that fails; the journal is not affected. */
  async save(): Promise<void> {
    await this.#recorder.save();
  }

  /** Resolves to the seq up to which everything is on stable storage. */
  async flush(): Promise<number> {
    return await this.#recorder.flush();
  }

  /** A clean stop without an outcome: the session can be opened again. */
  async close(): Promise<void> {
    await this.#recorder.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** Calls `listener` with each record this session writes, before the append returns. What it throws becomes a process warning. */
  subscribe(listener: (record: JournalRecord) => void): () => void {
    return this.#recorder.listeners.add(listener);
  }

  protected override shown(): SessionState<R, M> {
    return this.#recorder.live.shown() as unknown as SessionState<R, M>;
  }

  async #finish(callId: string, result: ToolResult, durationMs: number | undefined): Promise<void> {
    this.#write(draftFinish(callId, result, durationMs));
    await this.#recorder.commit();
    await this.#recorder.autosave();
  }

  #write(draft: Draft): number {
    this.#ready();
    const callId = draft.type.startsWith("tool_call.") ? callIdOf(draft) : null;
    if (callId !== null) this.#openCalls.check(draft.type, callId);
    const turns = this.#turns;
    if (draft.type === "turn.completed") this.#turns = (draft.value as { index: number }).index;
    // Noted first: a listener may append what follows from this, before the append returns.
    if (callId !== null) this.#openCalls.note(draft.type, callId);
    try {
      return this.#recorder.append([draft]);
    } catch (error) {
      this.#turns = turns;
      if (callId !== null) this.#openCalls.takeBack(draft.type, callId);
      throw error;
    }
  }

  /** Others may have written since a session was loaded. */
  #ready(): void {
    if (this.#recorder.ready()) this.#catchUp();
  }

  #catchUp(): void {
    const { state, open } = this.#recorder.live.current();
    this.#openCalls = new OpenCalls(Object.keys(open));
    this.#turns = state.lastTurnIndex;
  }
}

/** Options that are wrong are told before there is a file. */
function startRecorder(config: SessionConfig): Recorder {
  const options = recorderOptions(config ?? {});
  return new Recorder(startJournal(config), options);
}
