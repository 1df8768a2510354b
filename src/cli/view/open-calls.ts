/** Joins the two records of a tool call: what finishes is known by what it was called and when it began. */
import {
  type CallFinishedData,
  type CallStartedData,
  isCallFinished,
  isCallStarted,
} from "../../event/guards.js";
import type { JournalRecord } from "../../event/types.js";
import { SessionTimes, type Timed } from "./event-time.js";

export interface OpenCall {
  readonly seq: number;
  /** The record that began it, for its time. */
  readonly record: Timed;
  readonly started: CallStartedData;
}

export interface FinishedCall {
  readonly finished: CallFinishedData;
  /** Undefined where nothing of that id was open. */
  readonly call: OpenCall | undefined;
  readonly durationMs: number | undefined;
}

/** What a record of a call is part of; both calls are undefined for any other record. */
export interface JoinedCall {
  /** When it was; undefined where an import's source does not say. */
  readonly time: string | undefined;
  readonly started: OpenCall | undefined;
  readonly finished: FinishedCall | undefined;
}

export class OpenCalls {
  readonly #open = new Map<string, OpenCall>();
  readonly times = new SessionTimes();

  /** Those without a result, in the order they began. */
  get open(): OpenCall[] {
    return [...this.#open.values()];
  }

  /** To be called for every record in order; the record can then be shown at any time. */
  join(record: JournalRecord): JoinedCall {
    const started = this.start(record);
    return { time: this.times.of(record), started, finished: this.finish(record) };
  }

  /** The call, if the record begins one. To be called for every record, as `finish` is where `join` is not. */
  start(record: JournalRecord): OpenCall | undefined {
    this.times.note(record);
    const data: unknown = record.data;
    if (record.type !== "tool_call.started" || !isCallStarted(data)) return undefined;
    const call = { seq: record.seq, record, started: data };
    // An id that is used again while it is open means the new call; the old one never finishes.
    this.#open.delete(data.callId);
    this.#open.set(data.callId, call);
    return call;
  }

  /** The call with its result, if the record finishes one. */
  finish(record: JournalRecord): FinishedCall | undefined {
    const data: unknown = record.data;
    if (record.type !== "tool_call.finished" || !isCallFinished(data)) return undefined;
    const call = this.#open.get(data.callId);
    this.#open.delete(data.callId);
    const measured = call === undefined ? undefined : this.times.between(call.record, record);
    return { finished: data, call, durationMs: data.durationMs ?? measured };
  }
}
