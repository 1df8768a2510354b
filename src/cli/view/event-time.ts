/** When what a record tells happened: an imported one carries the time of its source, its own is that of the import. */
import { epochMs } from "../../event/epoch-ms.js";
import { isImportedStart } from "../../event/imported.js";
import type { JournalRecord } from "../../event/types.js";
import { elapsedMs } from "./figures.js";

/** As much of a record as its time needs. */
export type Timed = Pick<JournalRecord, "data" | "time">;

/** The source's time, else the record's own, whatever that says. */
export function eventTime({ data, time }: Timed): string {
  return typeof data.at === "string" ? data.at : time;
}

/** The times of one session. Every record is to be noted in order: the first says whose clock counts. */
export class SessionTimes {
  #isImported = false;

  note({ type, seq, data }: JournalRecord): void {
    // A snapshot's records have no place in a journal; what time it knows is the source's where there was one.
    if (type === "session.started") this.#isImported = seq > 0 && isImportedStart(data);
  }

  /** Undefined in an import whose source does not say. */
  of(record: Timed): string | undefined {
    return this.#isImported && typeof record.data.at !== "string" ? undefined : eventTime(record);
  }

  /** Undefined where that cannot be told, as where the source gave a time for one of them alone. */
  between(from: Timed, to: Timed): number | undefined {
    if ((typeof from.data.at === "string") !== (typeof to.data.at === "string")) return undefined;
    const start = this.of(from);
    const end = this.of(to);
    return start === undefined || end === undefined ? undefined : elapsedMs(start, end);
  }
}

/** From the earliest of the times to the latest, as `stats` counts it: an import's need not be in order. */
export class ElapsedTime {
  #firstMs = Number.POSITIVE_INFINITY;
  #lastMs = Number.NEGATIVE_INFINITY;

  /** What is no time is passed over. */
  add(time: string | undefined): void {
    const ms = time === undefined ? undefined : epochMs(time);
    if (ms === undefined) return;
    this.#firstMs = Math.min(this.#firstMs, ms);
    this.#lastMs = Math.max(this.#lastMs, ms);
  }

  /** 0 where there was at most one. */
  get ms(): number {
    return Math.max(0, this.#lastMs - this.#firstMs);
  }
}
