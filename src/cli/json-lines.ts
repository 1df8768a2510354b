/**
 * NDJSON for programs: one value a line, the same value again when it is parsed, and nothing in it that a terminal would
 * obey. What is not plain JSON is refused with its place: `ndjson` would write `[Circular ~]`, or leave it out, in silence.
 */
import { stringify } from "ndjson";
import { findUnplain } from "../event/unplain.js";
import { safeJson, safeLine } from "../text/safe-text.js";

export class JsonLines {
  readonly #lines = stringify();

  /** Without its line break. Throws a TypeError that names the place where the value is not plain JSON. */
  format(value: object): string {
    const unplain = findUnplain(value);
    if (unplain !== null) {
      throw new TypeError(
        `what is to be printed is no plain JSON: ${safeLine(unplain.place)} ${unplain.why}`,
      );
    }
    this.#lines.write(value);
    return safeJson(String(this.#lines.read()).trimEnd());
  }
}
