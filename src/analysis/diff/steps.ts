/**
 * The steps of a run: messages, calls with their results, errors, and how it ended. Turns are counted and make no step of
 * their own; notes, status and the runtime's own events are not compared. A step keeps where it stands, not what it holds.
 */
import * as is from "../../event/guards.js";
import type { JournalRecord } from "../../event/types.js";
import { comparableMessage, comparableResult, digest } from "./comparable.js";

export interface DiffStep {
  kind: "message" | "call" | "error" | "end";
  /** The role, the tool, the outcome; of an error "". */
  name: string;
  seq: number;
  /** Of a call that finished. */
  finishedSeq?: number;
  /** The turn it belongs to, from 1: those that were completed before it, and one. */
  turn: number;
}

/** Gives equal texts the same number; shared by the sessions that are compared. */
export class Keys {
  readonly #numbers = new Map<string, number>();

  of(text: string): number {
    const known = this.#numbers.get(text);
    if (known !== undefined) return known;
    const number = this.#numbers.size;
    this.#numbers.set(text, number);
    return number;
  }
}

interface OpenCall {
  readonly index: number;
  readonly started: string;
}

export class StepCollector {
  readonly steps: DiffStep[] = [];
  readonly #keys: Keys;
  readonly #keyOf: number[] = [];
  readonly #open = new Map<string, OpenCall>();
  #turn = 1;

  constructor(keys: Keys) {
    this.#keys = keys;
  }

  /** Equal for steps that are equal; to be asked when all records were added. */
  keys(): Int32Array {
    return Int32Array.from(this.#keyOf);
  }

  add(record: JournalRecord): void {
    const data: unknown = record.data;
    switch (record.type) {
      case "message.added":
        if (is.isMessageAdded(data)) {
          this.#push(record, "message", data.message.role ?? "", digest(comparableMessage(data.message)));
        }
        break;
      case "tool_call.started":
        if (is.isCallStarted(data)) this.#start(record, data);
        break;
      case "tool_call.finished":
        if (is.isCallFinished(data)) this.#finish(record, data);
        break;
      case "error.recorded":
        if (is.isErrorRecorded(data)) this.#push(record, "error", "", digest(data.message));
        break;
      case "turn.completed":
        if (is.isTurnCompleted(data)) this.#turn = data.index + 1;
        break;
      case "session.ended":
        if (is.isEnded(data)) this.#push(record, "end", data.outcome, "");
        break;
    }
  }

  #start(record: JournalRecord, data: is.CallStartedData): void {
    const { name, params, governanceResult, callId } = data;
    const { allowed, reason = "" } = governanceResult;
    const started = digest([name, params, allowed, allowed ? "" : reason]);
    const index = this.#push(record, "call", name, started);
    this.#open.set(callId, { index, started });
  }

  #finish({ seq }: JournalRecord, { callId, result }: is.CallFinishedData): void {
    const call = this.#open.get(callId);
    const step = call === undefined ? undefined : this.steps[call.index];
    if (call === undefined || step === undefined) return;
    this.#open.delete(callId);
    step.finishedSeq = seq;
    const finished = digest(comparableResult(result as unknown as { [key: string]: unknown }));
    this.#keyOf[call.index] = this.#keys.of(`call ${step.name} ${call.started} ${finished}`);
  }

  #push({ seq }: JournalRecord, kind: DiffStep["kind"], name: string, held: string): number {
    this.#keyOf.push(this.#keys.of(`${kind} ${name} ${held}`));
    return this.steps.push({ kind, name, seq, turn: this.#turn }) - 1;
  }
}
