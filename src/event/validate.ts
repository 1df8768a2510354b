/**
 * Says whether a runtime may append an event, and if not, why, in a sentence. It looks at type and form only:
 * whether a call is open, a turn is the next or a line is too long is the session's and the writer's to say.
 */
import * as v from "valibot";
import { JournalError } from "../errors.js";
import { BLOBS_MEMBER } from "./blob-refs.js";
import { describe } from "./describe.js";
import { RUNTIME_TYPES, type RuntimeType } from "./event-types.js";
import * as is from "./guards.js";
import { FORMS } from "./misfit.js";
import { runtimeData } from "./schema.js";
import type { Json } from "./types.js";

const fits = new Map(RUNTIME_TYPES.map((type) => [type as string, FORMS.get(type)]));
// A record may lack a member that holds anything (`undefined` is left out); who states the event must name it.
fits.set("note.added", (data) => is.isNoteAdded(data) && "data" in data);

const INSTEAD: ReadonlyMap<string, string> = new Map([
  ["session.started", "create a Session instead"],
  ["session.ended", "call end(outcome) instead"],
  ["writer.closed", "call close() instead"],
  ["journal.repaired", "call repairJournal(path) instead"],
  ["journal.sealed", "give the session a key to sign with (option signing) instead"],
]);

/** Types that only the library writes. Those it does not use yet are kept for later formats. */
export function isReservedType(type: string): boolean {
  return type.startsWith("session.") || type.startsWith("writer.") || type.startsWith("journal.");
}

/**
 * Returns if a runtime may append this event; else throws `INVALID_EVENT` with `issues`, one for each member
 * at fault: `{path, message, expected, received}`. Give it `data` as `toPlain` returns it: what can throw when
 * it is read does not get that far. It changes nothing.
 */
export function validateEvent(type: string, data: unknown): void {
  if ((data as { [BLOBS_MEMBER]?: unknown } | null)?.[BLOBS_MEMBER] !== undefined) throw reserved(type, data);
  const fitsType = fits.get(type);
  if (fitsType === undefined) checkOwnType(type, data);
  else if (!fitsType(data)) throw explain(type as RuntimeType, data);
}

function checkOwnType(type: unknown, data: unknown): void {
  if (typeof type !== "string") {
    throw invalid(`An event's type must be a non-empty string, but is ${describe(type)}.`, [
      issue("type", "a non-empty string", type),
    ]);
  }
  if (isReservedType(type)) {
    const instead = INSTEAD.get(type) ?? 'use a type of your own that begins with "x-"';
    throw invalid(`Only the library writes ${describe(type)}: ${instead}.`, [
      issue("type", "a type that a runtime may append", type),
    ]);
  }
  if (!type.startsWith("x-") || type === "x-") {
    const allowed = `one of ${RUNTIME_TYPES.join(", ")} or a type of your own that begins with "x-"`;
    throw invalid(`The event type ${describe(type)} is unknown: it must be ${allowed}.`, [
      issue("type", allowed, type),
    ]);
  }
  if (!is.isObject(data)) throw invalidData(type, [issue("data", "an object", data)]);
}

function reserved(type: string, data: unknown): JournalError {
  const expected =
    "absent: the library keeps there where values that lie in blobs stand (resolveBlobs puts them back)";
  return invalidData(type, [
    issue(`data.${BLOBS_MEMBER}`, expected, (data as { [key: string]: unknown })[BLOBS_MEMBER]),
  ]);
}

function explain(type: RuntimeType, data: unknown): JournalError {
  if (!is.isObject(data)) return invalidData(type, [issue("data", "an object", data)]);
  const { issues } = v.safeParse(runtimeData[type], data);
  return invalidData(type, (issues ?? []).map(fromSchema));
}

interface Issue {
  readonly path: string;
  readonly message: string;
  readonly expected: string;
  readonly received: string;
}

function fromSchema(found: v.BaseIssue<unknown>): Issue {
  const path = ["data", ...(found.path ?? []).map((item) => String(item.key))].join(".");
  const missing = found.path?.at(-1)?.origin === "key";
  return missing ? issue(path, "given", undefined) : issue(path, found.message, found.input);
}

function issue(path: string, expected: string, value: unknown): Issue {
  const received = describe(value);
  return { path, message: `${path} must be ${expected}, but is ${received}`, expected, received };
}

function invalidData(type: string, issues: readonly Issue[]): JournalError {
  const more = issues.length > 1 ? ` (and ${issues.length - 1} more: see issues)` : "";
  return invalid(`The event ${describe(type)} is not valid: ${issues[0]?.message}${more}.`, issues);
}

function invalid(message: string, issues: readonly Issue[]): JournalError {
  return new JournalError("INVALID_EVENT", message, { issues: issues.map((each): Json => ({ ...each })) });
}
