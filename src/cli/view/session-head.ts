/** Which session is spoken of: its id, and below it who ran on what and when. */
import type { Paint } from "../terminal/paint.js";
import { joinParts } from "./event-line.js";
import { formatMoment } from "./figures.js";

export interface Head {
  readonly sessionId: string;
  readonly role: string;
  readonly model: string;
  readonly startTime: string;
}

export function headLines(
  { sessionId, role, model, startTime }: Head,
  paint: Paint,
  width: number,
): string[] {
  const about = [role, model, ...(startTime === "" ? [] : [formatMoment(startTime)])];
  return [
    joinParts([["strong", sessionId]], paint, Number.POSITIVE_INFINITY),
    joinParts([["dim", about.join(" · ")]], paint, width),
  ];
}
