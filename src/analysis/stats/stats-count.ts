/**
 * Counts a session record by record, and sessions together. It keeps no record: open calls, the responses of the session
 * being read, and the duration of each call. It reads no file (`session-stats.ts` does).
 */
import { blobRefsOf } from "../../event/blob-refs.js";
import { epochMs } from "../../event/epoch-ms.js";
import * as is from "../../event/guards.js";
import { isImportedStart } from "../../event/imported.js";
import type { JournalRecord } from "../../event/types.js";
import type { TokenUsage } from "../../state/types.js";
import { CallCount, type CallFigures } from "./call-count.js";
import { type CallStart, callDurationMs } from "./call-timing.js";
import { ModelCount, type ModelFigures } from "./model-count.js";

export interface ToolFigures extends CallFigures {
  name: string;
}

export interface TypeFigures {
  type: string;
  records: number;
  /** Of their lines, line feeds included. */
  bytes: number;
  /** Of the blobs that records of this type were the first of their session to name. */
  blobBytes: number;
}

export interface StatsFigures {
  sessions: number;
  records: number;
  /** Of the sound records. */
  bytes: number;
  /** Blobs that they name, each once for its session, and their bytes. */
  blobs: number;
  blobBytes: number;
  /** From the earliest time in a session to the latest, of all sessions together. */
  elapsedMs: number;
  turns: number;
  messages: number;
  errors: number;
  calls: CallFigures;
  tokenUsage: TokenUsage;
  /** The one with the most calls first. */
  tools: ToolFigures[];
  models: ModelFigures[];
  /** The one with the most bytes first, blobs included. */
  types: TypeFigures[];
}

type TypeCount = Omit<TypeFigures, "type">;

export class StatsCount {
  #sessions = 0;
  #records = 0;
  #bytes = 0;
  #blobs = 0;
  #blobBytes = 0;
  #elapsedMs = 0;
  #turns = 0;
  #messages = 0;
  #errors = 0;
  readonly #tools = new Map<string, CallCount>();
  readonly #models = new ModelCount();
  readonly #types = new Map<string, TypeCount>();
  /** Of the session that is being counted. */
  #open = new Map<string, CallStart>();
  #model = "unknown";
  #lastTurn = 0;
  #hasRecords = false;
  #firstMs = Number.POSITIVE_INFINITY;
  #lastMs = Number.NEGATIVE_INFINITY;
  #isImported = false;
  #seenBlobs = new Set<string>();

  /** Records of one session, by seq, each once; `lineBytes` is what its line takes in the journal. */
  add(record: JournalRecord, lineBytes: number): void {
    this.#hasRecords = true;
    this.#records += 1;
    this.#bytes += lineBytes;
    const ofType = this.#types.get(record.type) ?? { records: 0, bytes: 0, blobBytes: 0 };
    ofType.records += 1;
    ofType.bytes += lineBytes;
    ofType.blobBytes += this.#countBlobs(record);
    this.#types.set(record.type, ofType);
    this.#noteTime(record);
    this.#count(record, lineBytes);
  }

  /** The session has been read to its end: what is open stays open, and the next one may begin. */
  endSession(): void {
    if (this.#hasRecords) this.#sessions += 1;
    if (this.#lastMs > this.#firstMs) this.#elapsedMs += this.#lastMs - this.#firstMs;
    this.#turns += this.#lastTurn;
    this.#lastTurn = 0;
    this.#open = new Map();
    this.#models.settle();
    this.#model = "unknown";
    this.#hasRecords = false;
    this.#firstMs = Number.POSITIVE_INFINITY;
    this.#lastMs = Number.NEGATIVE_INFINITY;
    this.#isImported = false;
    this.#seenBlobs = new Set();
  }

  /** Adds what was counted of other sessions, which have ended. */
  merge(other: StatsCount): void {
    this.#sessions += other.#sessions;
    this.#records += other.#records;
    this.#bytes += other.#bytes;
    this.#blobs += other.#blobs;
    this.#blobBytes += other.#blobBytes;
    this.#elapsedMs += other.#elapsedMs;
    this.#turns += other.#turns;
    this.#messages += other.#messages;
    this.#errors += other.#errors;
    for (const [name, count] of other.#tools) this.#tool(name).merge(count);
    this.#models.merge(other.#models);
    for (const [type, { records, bytes, blobBytes }] of other.#types) {
      const known = this.#types.get(type) ?? { records: 0, bytes: 0, blobBytes: 0 };
      known.records += records;
      known.bytes += bytes;
      known.blobBytes += blobBytes;
      this.#types.set(type, known);
    }
  }

  figures(): StatsFigures {
    const all = new CallCount();
    for (const count of this.#tools.values()) all.merge(count);
    return {
      sessions: this.#sessions,
      records: this.#records,
      bytes: this.#bytes,
      blobs: this.#blobs,
      blobBytes: this.#blobBytes,
      elapsedMs: this.#elapsedMs,
      turns: this.#turns,
      messages: this.#messages,
      errors: this.#errors,
      calls: all.figures(),
      tokenUsage: this.#models.total(),
      tools: [...this.#tools]
        .map(([name, count]) => ({ name, ...count.figures() }))
        .sort((a, b) => b.calls - a.calls),
      models: this.#models.figures(),
      types: [...this.#types]
        .map(([type, counted]) => ({ type, ...counted }))
        .sort((a, b) => b.bytes + b.blobBytes - a.bytes - a.blobBytes),
    };
  }

  /** In an imported session only the source's times say when something was; it may have none, or not in order. */
  #noteTime({ type, time, data }: JournalRecord): void {
    if (type === "session.started") this.#isImported = isImportedStart(data);
    const told: unknown = this.#isImported ? data.at : time;
    const ms = typeof told === "string" ? epochMs(told) : undefined;
    if (ms === undefined) return;
    this.#firstMs = Math.min(this.#firstMs, ms);
    this.#lastMs = Math.max(this.#lastMs, ms);
  }

  /** The bytes of blobs that this record is the first to name. */
  #countBlobs(record: JournalRecord): number {
    let added = 0;
    for (const { sha256, bytes } of blobRefsOf(record)) {
      if (this.#seenBlobs.has(sha256)) continue;
      this.#seenBlobs.add(sha256);
      this.#blobs += 1;
      added += bytes;
    }
    this.#blobBytes += added;
    return added;
  }

  #count(record: JournalRecord, lineBytes: number): void {
    const data: unknown = record.data;
    switch (record.type) {
      case "session.started":
        if (is.isStarted(data)) this.#model = data.model;
        break;
      case "message.added":
        if (is.isMessageAdded(data)) this.#messages += 1;
        break;
      case "tool_call.started":
        if (is.isCallStarted(data)) this.#start(data, record.time, lineBytes);
        break;
      case "tool_call.finished":
        if (is.isCallFinished(data)) this.#finish(data, record.time, lineBytes);
        break;
      case "token_usage.updated":
        if (is.isUsage(data)) this.#models.add(data.model ?? this.#model, data);
        break;
      case "turn.completed":
        if (is.isTurnCompleted(data)) this.#lastTurn = data.index;
        break;
      case "error.recorded":
        if (is.isErrorRecorded(data)) this.#errors += 1;
        break;
    }
  }

  #start(started: is.CallStartedData, time: string, lineBytes: number): void {
    const count = this.#tool(started.name);
    count.calls += 1;
    count.bytes += lineBytes;
    if (started.governanceResult.allowed) count.open += 1;
    else count.denied += 1;
    // An id that is used again while it is open means the new call; the old one never finishes.
    const { name, governanceResult, at } = started;
    this.#open.set(started.callId, { name, isAllowed: governanceResult.allowed, time, at });
  }

  #finish(finished: is.CallFinishedData, time: string, lineBytes: number): void {
    const call = this.#open.get(finished.callId);
    if (call === undefined) return;
    this.#open.delete(finished.callId);
    const count = this.#tool(call.name);
    count.bytes += lineBytes;
    if (!call.isAllowed) return;
    count.open -= 1;
    if (!finished.result.success) count.failed += 1;
    const durationMs = callDurationMs(call, finished, time, this.#isImported);
    if (durationMs !== undefined) count.durations.add(durationMs);
  }

  #tool(name: string): CallCount {
    const known = this.#tools.get(name);
    if (known !== undefined) return known;
    const count = new CallCount();
    this.#tools.set(name, count);
    return count;
  }
}
