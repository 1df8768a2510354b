/** The line above what was found in a session: its id, never cut, for other commands take it, and the day where there is room. */
import { safeLine } from "../../text/safe-text.js";
import type { Paint } from "../terminal/paint.js";
import { textWidth } from "../terminal/width.js";
import { formatMoment } from "./figures.js";

const DAY_LENGTH = "2025-12-08".length;

export function sessionLine(sessionId: string, time: string, paint: Paint, width: number): string {
  const id = safeLine(sessionId);
  const day = time === "" ? "" : formatMoment(time).slice(0, DAY_LENGTH);
  const hasRoom = day !== "" && textWidth(id) + 2 + day.length <= width;
  return paint("strong", id) + (hasRoom ? `  ${paint("dim", day)}` : "");
}
