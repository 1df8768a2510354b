/** A time as a number. Text of a foreign source may be in any zone, in none, or no time at all. */

const WITHOUT_ZONE = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?$/;

/** Milliseconds since 1970; undefined for what is no time. One without a zone is taken for UTC, wherever this runs. */
export function epochMs(time: string): number | undefined {
  const ms = Date.parse(WITHOUT_ZONE.test(time) ? `${time}Z` : time);
  return Number.isNaN(ms) ? undefined : ms;
}
