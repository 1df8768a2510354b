/** What a person is told of a journal that is not whole: where it breaks, what that means, and what can be done. */
import type { Inspection } from "../../journal/inspect.js";
import { shownPath } from "../workspace.js";
import { countOf, formatCount } from "./figures.js";

type Found = Pick<Inspection, "verdict" | "break" | "sound" | "sizeBytes">;

/** One line; empty where nothing is wrong. */
export function damageBanner(path: string, found: Found): string {
  const place = found.break === null ? "" : `line ${found.break.line}, byte ${found.break.byteOffset}`;
  switch (found.verdict) {
    case "torn":
      return `torn by a crash at ${place}; ${soundText(found.sound.seq)}`;
    case "corrupt":
      return `damaged at ${place}: ${found.break?.reason}; ${soundText(found.sound.seq)}; see choragen-session repair ${shownPath(path)}`;
    case "empty":
      return `${shownPath(path)} holds no sound record`;
    default:
      return "";
  }
}

function soundText(records: number): string {
  if (records === 0) return "no record is sound";
  return records === 1
    ? "the record before it is sound"
    : `the ${formatCount(records)} records before it are sound`;
}

/** What a crash left behind the last sound record. */
export function tornText({ sound, sizeBytes }: Pick<Found, "sound" | "sizeBytes">): string {
  return `${countOf(sizeBytes - sound.byteOffset, "byte")} of a torn record at byte ${sound.byteOffset}`;
}
