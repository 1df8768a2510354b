/** When what a record tells happened: an imported one carries the time of its source, its own is that of the import. */
import type { JournalRecord } from "../../event/types.js";
import { elapsedMs } from "./figures.js";

/** As much of a record as its time needs. */
export type Timed = Pick<JournalRecord, "data" | "time">;

export function eventTime({ data, time }: Timed): string {
  return typeof data.at === "string" ? data.at : time;
}

/** Undefined where that cannot be told, as where the source gave a time for one of them alone. */
export function elapsedBetween(from: Timed, to: Timed): number | undefined {
  if ((typeof from.data.at === "string") !== (typeof to.data.at === "string")) return undefined;
  return elapsedMs(eventTime(from), eventTime(to));
}
