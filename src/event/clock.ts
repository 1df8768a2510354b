/**
 * When things happened. A session that was brought in from elsewhere was written in one moment, so there the time of a
 * record says nothing; where its source gave none either, the last time that is known has to do.
 */
import { epochMs } from "./epoch-ms.js";
import { isImportedStart } from "./imported.js";
import type { JournalRecord } from "./types.js";

export interface Moment {
  readonly time: string;
  /** False where the time is only the last one that is known. */
  readonly isTimed: boolean;
}

export class Clock {
  #isImport = false;
  /** Empty before anything happened. */
  #latest = "";

  /** `record` is the `session.started`. */
  begin({ data, time }: JournalRecord): void {
    this.#isImport = isImportedStart(data);
    this.#latest = typeof data.at === "string" ? data.at : time;
  }

  get latest(): string {
    return this.#latest;
  }

  /** To be asked once of each record, in their order. */
  read(record: JournalRecord): Moment {
    const at: unknown = record.data?.at;
    const isTimed = typeof at === "string" || !this.#isImport;
    const time = typeof at === "string" ? at : isTimed ? record.time : this.#latest;
    // That the writer let go is nothing that happened in the run. Whatever comes after an import was recorded live.
    if (record.type === "writer.closed") this.#isImport = false;
    else if (epochMs(time) !== undefined || this.#latest === "") this.#latest = time;
    return { time, isTimed };
  }
}
