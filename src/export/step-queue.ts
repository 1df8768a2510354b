/**
 * The steps that may still grow: calls wait for their results, the last of the agent's for its usage. Everything else
 * is let go at once, and the oldest too when too much waits.
 */

import { Clock, type Moment } from "../event/clock.js";
import * as is from "../event/guards.js";
import type { JournalRecord, Message, Outcome } from "../event/types.js";
import { initialTally, tallyRecord, tallySummary } from "../state/tally.js";
import { resultIdsOf, sourceOf } from "./message.js";
import { replaceUsage, saysTheSame } from "./record-facts.js";
import { sizeOf } from "./size.js";
import type { Ending, ExportedCall, Head, Step, StepSource } from "./step.js";

/** How much may wait, in characters. */
const MOST_WAITING = 512 * 1024;
/** How many of the latest calls are known by id, so that a message with their result is seen to repeat it. */
const MOST_KNOWN_CALLS = 1000;

const NO_STEPS: readonly Step[] = [];

interface OpenCall {
  call: ExportedCall;
  /** Null once its step was let go. */
  entry: Entry | null;
}
interface Entry {
  readonly step: Step;
  size: number;
  openCalls: number;
}

export class StepQueue {
  readonly #entries: Entry[] = [];
  readonly #open = new Map<string, OpenCall>();
  readonly #knownCalls = new Set<string>();
  readonly #tally = initialTally();
  #waiting = 0;
  /** The agent's step that calls belong to now. */
  #current: Entry | null = null;
  /** The agent's latest step, which may still get its usage. */
  #lastAgent: Entry | null = null;
  #asides: JournalRecord[] = [];
  #asidesSize = 0;
  readonly #clock = new Clock();
  #happenedAt = "";
  #outcome: Outcome | null = null;
  #isEnding = false;

  begin(record: JournalRecord, head: NonNullable<Head>): void {
    tallyRecord(this.#tally, record);
    this.#clock.begin(record);
    this.#happenedAt = head.startedAt;
  }

  add(record: JournalRecord): void {
    const data: unknown = record.data;
    const when = this.#clock.read(record);
    if (record.type === "message.added" && is.isMessageAdded(data)) {
      this.#addMessage(record, data.message as Message, when);
    } else if (record.type === "tool_call.started" && is.isCallStarted(data)) {
      this.#startCall(record, data, when);
    } else if (
      record.type === "tool_call.finished" &&
      is.isCallFinished(data) &&
      this.#open.has(data.callId)
    ) {
      this.#finishCall(record, data, when);
    } else if (record.type === "token_usage.updated" && is.isUsage(data)) {
      this.#addUsage(record, data, when);
    } else if (record.type === "child_session.linked" && is.isChildLinked(data)) {
      this.#push(this.#entry("system", record, when, { childSessionId: data.sessionId }), 0);
    } else if (record.type === "session.ended" && is.isEnded(data)) {
      this.#outcome = data.outcome;
    } else {
      this.#addAside(record, when);
    }
    tallyRecord(this.#tally, record);
  }

  /** The steps that are whole, or that there is no more room for. */
  release(): readonly Step[] {
    let count = 0;
    for (let waiting = this.#waiting; count < this.#entries.length; count++) {
      const entry = this.#entries[count] as Entry;
      const mayGrow = entry === this.#current || entry === this.#lastAgent || entry.openCalls > 0;
      if (mayGrow && waiting <= MOST_WAITING) break;
      waiting -= entry.size;
    }
    return count === 0 ? NO_STEPS : this.#entries.slice(0, count).map((entry) => this.#shift(entry));
  }

  releaseAll(): readonly Step[] {
    this.#isEnding = true;
    return [...this.#entries].map((entry) => this.#shift(entry));
  }

  /** To be asked when all steps were released. */
  ending(): Ending {
    const open = [...this.#open.values()].map(({ call }) => call);
    const summary = tallySummary(this.#tally);
    return { summary, outcome: this.#outcome, time: this.#clock.latest, asides: this.#asides, open };
  }

  #addMessage(record: JournalRecord, message: Message, when: Moment): void {
    const source = sourceOf(message);
    const size = sizeOf(message);
    if (source === "agent") {
      const entry = this.#current;
      // A step that waits for its message takes it only while nothing was said behind it.
      const isEmpty = entry !== null && entry.step.message === null && entry.step.calls.length === 0;
      if (isEmpty && entry === this.#entries.at(-1)) {
        entry.step.message = message;
        entry.step.time = when.time;
        entry.step.isTimed = when.isTimed;
        this.#grow(entry, size);
      } else this.#beginAgentStep(record, when, message, size);
    } else if (source === "tool") {
      const ids = resultIdsOf(message);
      const isEcho = ids.length > 0 && ids.every((id) => this.#knownCalls.has(id));
      this.#push(this.#entry(source, record, when, { message, isEcho }), size);
    } else {
      this.#current = null;
      this.#push(this.#entry(source, record, when, { message }), size);
    }
    this.#happenedAt = when.time;
  }

  #startCall(record: JournalRecord, data: is.CallStartedData, when: Moment): void {
    const { callId, name, params, governanceResult: governance, timestamp } = data;
    const isTaken = this.#current?.step.calls.some((call) => call.callId === callId) ?? false;
    const entry =
      this.#current === null || isTaken ? this.#beginAgentStep(record, when, null, 0) : this.#current;
    const hasGivenId = callId !== record.id;
    const about = { callId, hasGivenId, name, params, governance, timestamp };
    const began = { startedAt: when.time, isTimed: when.isTimed };
    const call: ExportedCall = { seq: record.seq, ...about, ...began, finished: null };
    entry.step.calls.push(call);
    const before = this.#open.get(callId);
    // An id that is used again while it is open means the new call; the old one never finishes.
    if (before?.entry != null) before.entry.openCalls -= 1;
    if (before !== undefined) this.#push(this.#entry("system", record, when, { late: [before.call] }), 0);
    this.#open.set(callId, { call, entry });
    entry.openCalls += 1;
    this.#grow(entry, sizeOf(params) + name.length + callId.length);
    this.#know(callId);
  }

  #finishCall(record: JournalRecord, data: is.CallFinishedData, when: Moment): void {
    const { call, entry } = this.#open.get(data.callId) as OpenCall;
    this.#open.delete(data.callId);
    const { time: at, isTimed } = when;
    call.finished = { result: data.result, durationMs: data.durationMs, at, isTimed };
    const size = sizeOf(data.result);
    if (entry === null) this.#push(this.#entry("system", record, when, { late: [call] }), size);
    else {
      entry.openCalls -= 1;
      this.#grow(entry, size);
    }
    this.#happenedAt = when.time;
  }

  #addUsage(record: JournalRecord, data: is.UsageData, when: Moment): void {
    const { responseId } = data;
    const counted = responseId === undefined ? undefined : this.#tally.responses.get(responseId);
    if (counted !== undefined) {
      const waiting = this.#entries.find(({ step }) => step.usage?.responseId === responseId);
      // A response that is reported again is counted once; only a change that comes too late is kept beside it.
      if (waiting?.step.usage != null) waiting.step.usage = replaceUsage(waiting.step.usage, data);
      else if (!saysTheSame(data, counted)) this.#addAside(record, when);
      return;
    }
    const latest = this.#current ?? this.#lastAgent;
    const entry = latest?.step.usage === null ? latest : this.#beginAgentStep(record, when, null, 0);
    entry.step.usage = data;
  }

  #addAside(record: JournalRecord, when: Moment): void {
    if (record.type === "turn.completed") this.#current = null;
    const size = sizeOf(record.data);
    const last = this.#entries.at(-1);
    if (last !== undefined) {
      last.step.asides.push(record);
      this.#grow(last, size);
      return;
    }
    this.#asides.push(record);
    this.#asidesSize += size;
    // They wait for a step to stand with, but not for ever.
    if (this.#asidesSize > MOST_WAITING) this.#push(this.#entry("system", record, when, {}), 0);
  }

  #beginAgentStep(record: JournalRecord, when: Moment, message: Message | null, size: number): Entry {
    const entry = this.#entry("agent", record, when, { message });
    this.#current = entry;
    this.#lastAgent = entry;
    this.#push(entry, size);
    return entry;
  }

  #entry(source: StepSource, { seq }: JournalRecord, when: Moment, about: Partial<Step>): Entry {
    const empty = { message: null, usage: null, isEcho: false, childSessionId: null, late: [] };
    const startedAt = this.#happenedAt === "" ? when.time : this.#happenedAt;
    const step: Step = { source, seq, startedAt, ...when, calls: [], asides: [], ...empty, ...about };
    return { step, size: 0, openCalls: 0 };
  }

  #push(entry: Entry, size: number): void {
    entry.step.asides.push(...this.#asides);
    this.#entries.push(entry);
    this.#grow(entry, size + this.#asidesSize);
    this.#asides = [];
    this.#asidesSize = 0;
  }

  #grow(entry: Entry, size: number): void {
    entry.size += size;
    this.#waiting += size;
  }

  #shift(entry: Entry): Step {
    this.#entries.shift();
    this.#waiting -= entry.size;
    if (entry === this.#current) this.#current = null;
    if (entry === this.#lastAgent) this.#lastAgent = null;
    for (const call of entry.openCalls > 0 ? entry.step.calls : []) {
      const open = this.#open.get(call.callId);
      // Its result is told later, its parameters have been.
      if (open?.call === call && !this.#isEnding) {
        this.#open.set(call.callId, { call: { ...call, params: {} }, entry: null });
      }
    }
    return entry.step;
  }

  #know(callId: string): void {
    this.#knownCalls.add(callId);
    if (this.#knownCalls.size <= MOST_KNOWN_CALLS) return;
    const [oldest] = this.#knownCalls;
    if (oldest !== undefined) this.#knownCalls.delete(oldest);
  }
}
