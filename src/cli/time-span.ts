/**
 * Spans of time as people type them: `2h`, `30d`, `1h 30m`, and moments: a span before now, a date, or a date with a
 * time. Strict: what is not wholly understood is a usage error, because a span may decide what is removed.
 */
import parseDuration from "parse-duration";
import { usageError } from "./errors.js";
import { quoteRefused } from "./read-number.js";

const SPAN = /^\s*(?:\d+(?:\.\d+)?\s*\p{L}+\s*)+$/u;
const SPAN_UNIT = /\p{L}+/gu;
const EXAMPLES = "90s, 15m, 2h, 30d or 2w";

const MOMENT =
  /^(\d{4})-(\d\d)-(\d\d)(?:[T ]([01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d{1,9})?)?(Z|[+-][01]\d:?[0-5]\d)?)?$/;

/** In milliseconds. Throws a usage error; `option` is named in it, as in `--older-than`. */
export function parseTimeSpan(text: string, option: string): number {
  const durationMs = spanMs(text);
  if (durationMs !== undefined) return durationMs;
  throw usageError(`${option} takes a span of time such as ${EXAMPLES}, not ${quoteRefused(text)}`);
}

/** A span before `now`, or a date or time of ISO 8601, local where it names no zone. Throws a usage error. */
export function parseMoment(text: string, option: string, now = new Date()): Date {
  const durationMs = spanMs(text);
  const moment = durationMs === undefined ? isoMoment(text) : new Date(now.getTime() - durationMs);
  if (moment !== undefined && !Number.isNaN(moment.getTime())) return moment;
  throw usageError(
    `${option} takes a span of time such as ${EXAMPLES}, a date such as 2025-12-08, or 2025-12-08T14:30, not ${quoteRefused(text)}`,
  );
}

/** The package passes over what it does not know, so every unit is looked up before it is asked. */
function spanMs(text: string): number | undefined {
  if (!SPAN.test(text) || ![...text.matchAll(SPAN_UNIT)].every(([unit]) => isUnit(unit))) return undefined;
  const durationMs = parseDuration(text);
  return durationMs !== null && Number.isFinite(durationMs) ? durationMs : undefined;
}

/** Case does not matter to the package; but whoever types 2M may mean months, and would get minutes. */
function isUnit(name: string): boolean {
  return name !== "M" && typeof parseDuration(`1${name}`) === "number";
}

/** `Date` alone would take a date for UTC, and the 30th of February for the 2nd of March. */
function isoMoment(text: string): Date | undefined {
  const found = MOMENT.exec(text);
  if (found === null) return undefined;
  const [, year = "", month = "", day = "", hour] = found;
  const lastDay = new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate();
  if (Number(month) < 1 || Number(month) > 12 || Number(day) < 1 || Number(day) > lastDay) return undefined;
  return new Date(hour === undefined ? `${text}T00:00` : text.replace(" ", "T"));
}
