/** Turns what a runtime states into what a writer writes: checked, plain, and text from here on. */
import { JournalError } from "../errors.js";
import { createEventId } from "./id.js";
import { toPlain } from "./plain.js";
import { copyPlain } from "./plain-copy.js";
import { escapeSeparators } from "./separators.js";
import { validateEvent } from "./validate.js";

/** An event ready to be written: `data` is JSON text, so nothing that happens to the caller's object reaches it. */
export interface Draft {
  readonly type: string;
  readonly data: string;
  /** What `data` says. It may be the caller's own object: look at it at once or not at all. */
  readonly value: unknown;
  readonly id: string;
  /** Only where a record is written again; the time of writing otherwise. */
  readonly time?: string | undefined;
}

/** Makes of an event's plain data what may be recorded of it; it changes nothing. The result fits the type as `data` did. */
export type Redact = (type: string, data: unknown) => unknown;

/** Throws INVALID_EVENT. */
export function draftEvent(type: string, data: unknown, redact?: Redact, id = createEventId()): Draft {
  const plain = toPlain(data);
  validateEvent(type, plain);
  return draftPlain(type, plain, redact, id);
}

/** For the events that only the library writes. `redact` where they hold what somebody else said. */
export function draftOwn(type: string, data: object, redact?: Redact): Draft {
  return draftPlain(type, toPlain(data), redact, createEventId());
}

/** The one place where data becomes text: behind it nobody sees what was redacted. */
function draftPlain(type: string, plain: unknown, redact: Redact | undefined, id: string): Draft {
  const value = redact === undefined ? plain : redacted(redact, type, plain);
  return { type, data: toJsonText(value), value, id };
}

function redacted(redact: Redact, type: string, plain: unknown): unknown {
  try {
    return redact(type, plain);
  } catch (error) {
    throw error instanceof RangeError ? tooLong() : error;
  }
}

function toJsonText(plain: unknown): string {
  try {
    return escapeSeparators(JSON.stringify(plain));
  } catch (error) {
    if (error instanceof RangeError) throw tooLong();
  }
  // A getter that was plain when it was looked at first is not any more.
  return escapeSeparators(JSON.stringify(copyPlain(plain)));
}

export function tooLong(): JournalError {
  return new JournalError(
    "INVALID_EVENT",
    "An event of more than 256 MiB cannot be recorded. Store the value elsewhere and record where it is.",
    { reason: "too long" },
  );
}
