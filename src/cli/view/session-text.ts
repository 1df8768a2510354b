/** A session as a text to read: its head, then conversation, calls, tokens, and what is open or damaged. */
import { blobRefsOf } from "../../event/blob-refs.js";
import { isSeal } from "../../event/seal.js";
import type { JournalRecord } from "../../event/types.js";
import { reduce } from "../../state/reduce.js";
import { initialState } from "../../state/state.js";
import { initialTally, tallyRecord, tallySummary } from "../../state/tally.js";
import type { SessionState } from "../../state/types.js";
import type { Paint, Tone } from "../terminal/paint.js";
import { wrapped } from "../terminal/wrapped.js";
import { CallCounts } from "./call-counts.js";
import { Conversation } from "./conversation.js";
import { joinParts } from "./event-line.js";
import { ElapsedTime, SessionTimes } from "./event-time.js";
import {
  countOf,
  elapsedMs,
  formatBytes,
  formatClock,
  formatCount,
  formatDuration,
  formatMoment,
} from "./figures.js";
import { preview, previewParams } from "./preview.js";
import { usageLines } from "./usage-lines.js";

/** The records that the head is made of; the others are only counted. */
const HEAD_TYPES: ReadonlySet<string> = new Set(["session.started", "status.changed", "session.ended"]);

/** What the records do not tell. */
export interface SessionCircumstances {
  readonly isBeingWritten: boolean;
  /** Sound records of the journal; 0 where there is no journal. */
  readonly records: number;
  readonly sizeBytes: number;
  /** The last record that is shown, where that is not the last there is. */
  readonly at?: number | undefined;
  /** What there is to know of it beforehand, in a sentence. */
  readonly remark?: string | undefined;
  /** Whether there is damage, so that nobody knows how the session went on behind its last sound record. */
  readonly isCorrupt?: boolean | undefined;
  /** What is wrong with it; empty where nothing is. */
  readonly banner: string;
}

export class SessionText {
  readonly #paint: Paint;
  readonly #width: number;
  readonly #conversation: Conversation;
  readonly #calls = new CallCounts();
  readonly #tally = initialTally();
  readonly #head = initialState();
  readonly #times = new SessionTimes();
  /** Those that records name, and their bytes. */
  readonly #blobs = new Map<string, number>();
  #first: JournalRecord | undefined;
  /** No seal: what the run said last. */
  #last: JournalRecord | undefined;
  readonly #elapsed = new ElapsedTime();

  constructor(paint: Paint, width: number, isFull: boolean) {
    this.#paint = paint;
    this.#width = width;
    this.#conversation = new Conversation(paint, width, isFull);
  }

  add(record: JournalRecord): void {
    this.#conversation.add(record);
    this.#calls.add(record);
    tallyRecord(this.#tally, record);
    if (HEAD_TYPES.has(record.type)) reduce(this.#head, record);
    for (const { sha256, bytes } of blobRefsOf(record)) this.#blobs.set(sha256, bytes);
    this.#first ??= record;
    if (!isSeal(record)) this.#last = record;
    this.#times.note(record);
    this.#elapsed.add(this.#times.of(record));
  }

  /** To be asked when all records were added. The same each time. */
  *lines(about: SessionCircumstances): Generator<string> {
    if (this.#last !== undefined) {
      yield* this.#headLines(about);
      yield* this.#conversation.lines();
      const { toolCalls, tokenUsage } = tallySummary(this.#tally);
      yield* this.#section("Calls", formatCount(toolCalls), this.#calls.lines(this.#paint, this.#width - 2));
      yield* this.#section("Tokens", formatCount(tokenUsage.total), usageLines(tokenUsage));
      yield* this.#section(...this.#openSection(about));
    }
    if (about.banner === "") return;
    if (this.#last !== undefined) yield "";
    yield* wrapped(about.banner, "bad", this.#paint, this.#width);
  }

  *#headLines(about: SessionCircumstances): Generator<string> {
    const { state } = this.#head;
    const [label, tone] = stateOf(state, about, this.#last?.type ?? "");
    const name: [Tone, string] = ["strong", state.id];
    yield joinParts([name, [tone, label]], this.#paint, Number.POSITIVE_INFINITY);
    if (about.remark !== undefined) yield* wrapped(about.remark, "notice", this.#paint, this.#width);
    const said = [state.role, state.model];
    if (state.chainId !== null) said.push(`chain ${state.chainId}`);
    if (state.taskId !== null) said.push(`task ${state.taskId}`);
    if (state.parentSessionId !== null) said.push(`child of ${state.parentSessionId}`);
    yield* this.#lines(said.join(" · "));
    const { turns } = tallySummary(this.#tally);
    const hasStart = this.#first !== undefined && this.#times.of(this.#first) !== undefined;
    const figures = hasStart ? [formatMoment(state.startTime)] : [];
    if (this.#elapsed.ms > 0) figures.push(formatDuration(this.#elapsed.ms));
    if (turns > 0) figures.push(countOf(turns, "turn"));
    const size = formatBytes(about.sizeBytes);
    figures.push(about.records === 0 ? size : `${countOf(about.records, "record")} in ${size}`);
    if (this.#blobs.size > 0) {
      const bytes = [...this.#blobs.values()].reduce((sum, each) => sum + each, 0);
      figures.push(`${countOf(this.#blobs.size, "blob")} of ${formatBytes(bytes)}`);
    }
    yield* this.#lines(figures.join(" · "));
    if (state.metadata === undefined) return;
    yield joinParts([["dim", previewParams(state.metadata)]], this.#paint, this.#width);
  }

  /** Wrapped, for what stands last is of no less worth. */
  #lines(text: string): string[] {
    return wrapped(preview(text), "dim", this.#paint, this.#width);
  }

  *#section(title: string, sum: string, lines: readonly string[]): Generator<string> {
    if (lines.length === 0) return;
    yield "";
    yield `${this.#paint("strong", title)}  ${this.#paint("dim", sum)}`.trimEnd();
    for (const line of lines) yield `  ${line}`;
  }

  #openSection({ isBeingWritten, at }: SessionCircumstances): [string, string, string[]] {
    const open = this.#conversation.openCalls;
    const isRunning = isBeingWritten && at === undefined;
    const lines = open.map(({ seq, record, started }) => {
      const since = this.#times.of(record);
      const age = isRunning && since !== undefined ? elapsedMs(since, new Date().toISOString()) : undefined;
      const clock = since === undefined ? "" : `since ${formatClock(since)}`;
      const text = age === undefined ? clock : `${clock}, ${formatDuration(age)}`;
      return joinParts(
        [
          ["strong", started.name],
          ["notice", text],
          ["dim", seq === 0 ? "" : `#${seq}`],
          ["plain", previewParams(started.params)],
        ],
        this.#paint,
        this.#width - 2,
      );
    });
    return [isRunning ? "Running" : "Open", formatCount(open.length), lines];
  }
}

function stateOf(
  { outcome }: SessionState,
  { isBeingWritten, at, records, isCorrupt }: SessionCircumstances,
  lastType: string,
): [string, Tone] {
  if (at !== undefined)
    return [`as it was at record ${formatCount(at)} of ${formatCount(records)}`, "accent"];
  if (outcome === "success") return [outcome, "good"];
  if (outcome !== null) return [outcome, "bad"];
  if (isCorrupt) return [`damaged behind record ${formatCount(records)}`, "bad"];
  if (isBeingWritten) return ["running", "accent"];
  if (records === 0) return ["without an outcome", "notice"];
  if (lastType === "writer.closed") return ["closed, without an outcome", "notice"];
  return ["interrupted: its writer is gone and did not end it", "notice"];
}
