/** Numbers, sizes and times as people read them. */

export function formatCount(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** `1 call`, `2 calls`. */
export function countOf(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}

export function formatBytes(bytes: number): string {
  let size = bytes;
  let unit = "bytes";
  for (const next of ["KiB", "MiB", "GiB"]) {
    if (size < 1024) break;
    size /= 1024;
    unit = next;
  }
  if (unit === "bytes") return countOf(bytes, "byte");
  return `${size < 10 ? size.toFixed(1) : Math.round(size)} ${unit}`;
}

export function formatDuration(durationMs: number): string {
  if (durationMs < 1000) return `${Math.round(durationMs)} ms`;
  const seconds = durationMs / 1000;
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
  const minutes = Math.floor(Math.round(seconds) / 60);
  if (minutes < 60) return `${minutes} min ${Math.round(seconds) % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** `2025-12-08 14:31:05`, in the local time zone. The time is foreign text and may be anything. */
export function formatMoment(time: string): string {
  const date = new Date(time);
  if (Number.isNaN(date.getTime())) return "????-??-?? ??:??:??";
  const day = [date.getFullYear(), twoDigits(date.getMonth() + 1), twoDigits(date.getDate())].join("-");
  return `${day} ${[date.getHours(), date.getMinutes(), date.getSeconds()].map(twoDigits).join(":")}`;
}

/** Where the time is not known. */
export const NO_CLOCK = "--:--:--";

export function formatClock(time: string): string {
  return formatMoment(time).slice(-"14:31:05".length);
}

/** Undefined where one of them is no time, or the clock ran backwards. */
export function elapsedMs(from: string, to: string): number | undefined {
  const elapsed = Date.parse(to) - Date.parse(from);
  return elapsed >= 0 ? elapsed : undefined;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, "0");
}
