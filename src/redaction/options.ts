/** What a caller may ask to be redacted, and whether that can be done. */
import type { Redact } from "../event/draft.js";
import { Marker } from "./marker.js";
import { Names } from "./names.js";
import { parsePaths } from "./paths.js";
import { Redactor } from "./redactor.js";
import { TextRedaction } from "./text-redaction.js";

export interface RedactOptions {
  /**
   * Names of members whose values are redacted at any depth: a name without regard to case, `-` and `_`, or a regular
   * expression as it is written.
   */
  keys?: readonly (string | RegExp)[] | undefined;
  /** Places within an event's `data`: `message.content`, `params.env.*`, `params["a.b"][0]`. */
  paths?: readonly string[] | undefined;
  /** Whether secrets that say so themselves are redacted within any text: tokens, private keys, passwords in URLs. */
  secrets?: boolean | undefined;
  /**
   * Given each text, also names of members, as it is after the rest, returns it as it is to be recorded; `mark` makes the
   * marker for a secret (`kind` is lower-case letters, digits and `-`; "custom" unless given). A text that it empties becomes
   * a marker. Where it throws or returns no text, the whole text is redacted as "custom-failed", and the first time a process warning says so.
   */
  custom?: ((text: string, mark: (secret: string, kind?: string) => string) => string) | undefined;
  /**
   * The key of the tags, at least 16 bytes, for tags that are the same from one writer to the next. Never stored; a random
   * one for each writer unless given.
   */
  hashKey?: Uint8Array | string | undefined;
}

const MEMBERS = ["keys", "paths", "secrets", "custom", "hashKey"];
const SHORTEST_KEY_BYTES = 16;

/** Undefined where nothing is to be redacted. Throws a TypeError for options that are none. */
export function openRedaction(options: RedactOptions | undefined): Redact | undefined {
  if (options === undefined) return undefined;
  check(options);
  const { keys = [], paths = [], secrets = false, custom, hashKey } = options;
  if (keys.length === 0 && paths.length === 0 && !secrets && custom === undefined) return undefined;
  const marker = new Marker(hashKey);
  const texts = new TextRedaction(marker, { secrets, custom });
  const redactor = new Redactor(marker, new Names(keys), parsePaths(paths), texts);
  return (type, data) => redactor.redact(type, data);
}

function check(options: RedactOptions): void {
  if (typeof options !== "object" || options === null || Array.isArray(options)) {
    throw new TypeError(
      "redact must be an object with keys, paths, secrets or custom, such as { secrets: true }",
    );
  }
  const unknown = Object.keys(options).find((name) => !MEMBERS.includes(name));
  if (unknown !== undefined) {
    throw new TypeError(`redact has no option ${JSON.stringify(unknown)}; there are ${MEMBERS.join(", ")}`);
  }
  const { keys = [], paths = [], secrets = false, custom, hashKey } = options;
  if (!Array.isArray(keys)) throw new TypeError("redact.keys must be an array of names");
  if (!Array.isArray(paths) || paths.some((path) => typeof path !== "string")) {
    throw new TypeError("redact.paths must be an array of paths");
  }
  if (typeof secrets !== "boolean") throw new TypeError("redact.secrets must be true or false");
  if (custom !== undefined && typeof custom !== "function") {
    throw new TypeError("redact.custom must be a function that returns the text as it is to be recorded");
  }
  checkHashKey(hashKey);
}

/** Throws a TypeError. Also for others who make tags. */
export function checkHashKey(key: Uint8Array | string | undefined): void {
  if (key === undefined) return;
  const isKey = typeof key === "string" || key instanceof Uint8Array;
  const bytes = typeof key === "string" ? new TextEncoder().encode(key).length : key.length;
  if (!isKey || bytes < SHORTEST_KEY_BYTES) {
    throw new TypeError(`hashKey must be a text or a Uint8Array of at least ${SHORTEST_KEY_BYTES} bytes`);
  }
}
