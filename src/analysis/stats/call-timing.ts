/** How long a call took, by the best that its two records say. */

import { epochMs } from "../../event/epoch-ms.js";
import type { CallFinishedData } from "../../event/guards.js";

/** What is remembered of a call until it finishes. */
export interface CallStart {
  readonly name: string;
  readonly isAllowed: boolean;
  /** When it was recorded, and when it was by the source's clock. */
  readonly time: string;
  readonly at: string | undefined;
}

/**
 * The measured duration; else the time between the source's own times; else between the times at which the two were
 * recorded, but in an import those say nothing: there a call without the source's times has no duration.
 */
export function callDurationMs(
  { time, at }: CallStart,
  finished: CallFinishedData,
  finishedTime: string,
  isImported: boolean,
): number | undefined {
  if (finished.durationMs !== undefined) return finished.durationMs;
  const hasSourceTime = isImported || at !== undefined || finished.at !== undefined;
  return hasSourceTime ? betweenMs(at, finished.at) : betweenMs(time, finishedTime);
}

/** Undefined where one of them is missing or no time, or the clock ran backwards. */
function betweenMs(from: string | undefined, to: string | undefined): number | undefined {
  const start = from === undefined ? undefined : epochMs(from);
  const end = to === undefined ? undefined : epochMs(to);
  if (start === undefined || end === undefined) return undefined;
  return end >= start ? end - start : undefined;
}
