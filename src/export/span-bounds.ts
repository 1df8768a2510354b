/** From when to when a span lasts, whatever the clocks of the records said. */

import { epochMs } from "../event/epoch-ms.js";
import { latest, nanoseconds, type Span, unixNano } from "./otlp-span.js";

export type Bounds = Pick<Span, "startTimeUnixNano" | "endTimeUnixNano">;

/** From when to when; a span does not end before it began, whatever the clocks said. */
export function span(from: string, to: string, durationMs?: number): Bounds {
  const startTimeUnixNano = unixNano(from, unixNano(to));
  const startMs = epochMs(from);
  const ending =
    durationMs === undefined || startMs === undefined ? unixNano(to) : nanoseconds(startMs + durationMs);
  return { startTimeUnixNano, endTimeUnixNano: latest(startTimeUnixNano, ending) };
}

/** Bounds that hold the other ones too. */
export function widen(
  bounds: Bounds | null,
  { startTimeUnixNano: start, endTimeUnixNano: end }: Bounds,
): Bounds {
  if (bounds === null) return { startTimeUnixNano: start, endTimeUnixNano: end };
  const { startTimeUnixNano, endTimeUnixNano } = bounds;
  return {
    startTimeUnixNano: latest(startTimeUnixNano, start) === start ? startTimeUnixNano : start,
    endTimeUnixNano: latest(endTimeUnixNano, end),
  };
}
