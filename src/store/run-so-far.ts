/** What a listing keeps of a session that it reads through: its head, its figures, and when it was last heard of. */
import { Clock } from "../event/clock.js";
import { isImportedStart } from "../event/imported.js";
import { isSeal } from "../event/seal.js";
import type { JournalRecord } from "../event/types.js";
import { reduce } from "../state/reduce.js";
import { initialState } from "../state/state.js";
import { initialTally, tallyRecord, tallySummary } from "../state/tally.js";
import type { RunSummary, SessionState } from "../state/types.js";
import { withToldTimes } from "./summary.js";

/** The records that the head of a summary is made of; the others are only counted. */
const HEAD_TYPES: ReadonlySet<string> = new Set(["session.started", "status.changed", "session.ended"]);

export class RunSoFar {
  readonly #tally = initialTally();
  readonly #replay = initialState();
  readonly #clock = new Clock();
  #started: JournalRecord | undefined;
  #ended: JournalRecord | undefined;
  #lastTime = "";
  #lastType = "";

  /** Each record in order, from the first. */
  add(record: JournalRecord): void {
    if (isSeal(record)) return;
    tallyRecord(this.#tally, record);
    if (HEAD_TYPES.has(record.type)) reduce(this.#replay, record);
    if (record.type === "session.started") this.#started = record;
    if (record.type === "session.ended") this.#ended = record;
    this.#lastType = record.type;
    if (record.seq === 1) {
      this.#clock.begin(record);
      this.#lastTime = hasNoTimes(record) ? "" : this.#clock.latest;
      return;
    }
    const { time, isTimed } = this.#clock.read(record);
    // The clock keeps to what happened in the run; when it was closed, this library says of its own accord.
    if (isTimed) this.#lastTime = record.type === "writer.closed" ? time : this.#clock.latest;
  }

  /** Without times that no source told. */
  get state(): SessionState {
    return withToldTimes(this.#replay.state, this.#started, this.#ended);
  }

  get figures(): RunSummary {
    return tallySummary(this.#tally);
  }

  /** Of what happened last; "" where nothing tells it. */
  get lastTime(): string {
    const { outcome, endTime } = this.state;
    return outcome === null ? this.#lastTime : (endTime ?? "");
  }

  /** Whether a clean stop is the last word. */
  get isClosed(): boolean {
    return this.#lastType === "writer.closed";
  }
}

/** A session that was imported from a source without times: its own are those of the import. */
export function hasNoTimes({ data }: JournalRecord): boolean {
  return isImportedStart(data) && typeof data.at !== "string";
}
