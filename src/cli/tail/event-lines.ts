/**
 * The events of one session as lines: which are wanted, and how each is shown, to a person or to a program. Every record
 * passes here in order, also one that is not wanted: results are joined to their calls.
 */
import { toPlain } from "../../event/plain.js";
import { isSeal } from "../../event/seal.js";
import type { JournalRecord } from "../../event/types.js";
import type { Context } from "../command.js";
import type { JsonLines } from "../json-lines.js";
import type { Tone } from "../terminal/paint.js";
import { wrapped } from "../terminal/wrapped.js";
import { eventLine } from "../view/event-line.js";
import { formatMoment } from "../view/figures.js";
import { type JoinedCall, OpenCalls } from "../view/open-calls.js";

/** How it is to be shown and what is to be shown of it, whichever session it is. */
export interface Wanted {
  readonly isType: (type: string) => boolean;
  readonly fromSeq: number;
  readonly json: JsonLines | null;
}

/** A record that is to be shown, when its turn comes. */
export interface Shown {
  readonly record: JournalRecord;
  readonly joined: JoinedCall;
}

/** Where several sessions are shown: whose lines they are. */
export interface Owner {
  readonly sessionId: string;
  /** In front of each line. */
  readonly mark: string;
  readonly markWidth: number;
}

export class EventLines {
  readonly #context: Context;
  readonly #wanted: Wanted;
  readonly #owner: Owner | undefined;
  readonly #calls = new OpenCalls();
  #day = "";
  /** The last record that passed, wanted or not, and no seal: what the run said last. */
  last: JournalRecord | undefined;

  constructor(context: Context, wanted: Wanted, owner?: Owner) {
    this.#context = context;
    this.#wanted = wanted;
    this.#owner = owner;
    // What is of today needs no date.
    if (Number.isFinite(context.width)) this.#day = dayOf(new Date().toISOString());
  }

  get isForPrograms(): boolean {
    return this.#wanted.json !== null;
  }

  /** What is to be shown of it; undefined where it is not wanted. */
  take(record: JournalRecord): Shown | undefined {
    if (!isSeal(record)) this.last = record;
    const joined = this.#calls.join(record);
    const { isType, fromSeq } = this.#wanted;
    return record.seq >= fromSeq && isType(record.type) ? { record, joined } : undefined;
  }

  async print({ record, joined }: Shown): Promise<void> {
    const { out, paint, width } = this.#context;
    const { json } = this.#wanted;
    if (json !== null) {
      const named = this.#owner === undefined ? record : { sessionId: this.#owner.sessionId, ...record };
      // A journal that somebody else wrote may hold what JSON cannot say again, such as 1e400.
      return await out.line(json.format(toPlain(named) as object));
    }
    await this.#printDay(record, joined.time);
    const { mark = "", markWidth = 0 } = this.#owner ?? {};
    await out.line(mark + eventLine(record, joined, paint, width - markWidth));
  }

  /** Says something beside the events: never among the records that a program reads. */
  async note(message: string, tone: Tone = "notice"): Promise<void> {
    const { out, paint, say, width } = this.#context;
    if (this.#wanted.json !== null)
      say(this.#owner === undefined ? message : `${this.#owner.sessionId}: ${message}`);
    else {
      const { mark = "", markWidth = 0 } = this.#owner ?? {};
      for (const line of wrapped(`-- ${message}`, tone, paint, width - markWidth))
        await out.line(mark + line);
    }
  }

  /** On a terminal, the date where it changes: the lines themselves have only the time, if that is known. */
  async #printDay({ type }: JournalRecord, time: string | undefined): Promise<void> {
    if (time === undefined) return;
    const { out, paint, width } = this.#context;
    // A session's first line has the date.
    const day = dayOf(time);
    const isKnown = day === this.#day || type === "session.started" || this.#owner !== undefined;
    this.#day = day;
    if (Number.isFinite(width) && !isKnown) await out.line(paint("dim", `-- ${day}`));
  }
}

function dayOf(time: string): string {
  return formatMoment(time).slice(0, "2025-12-08".length);
}
