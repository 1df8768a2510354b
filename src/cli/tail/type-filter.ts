/** Which events are wanted, by the patterns of `--type`. It does not look at what events say. */
import { closestOf } from "../closest.js";
import { usageError } from "../errors.js";

/** All that the format knows, in the order of docs/reference/events.md. */
export const EVENT_TYPES: readonly string[] = [
  "session.started",
  "message.added",
  "tool_call.started",
  "tool_call.finished",
  "token_usage.updated",
  "turn.completed",
  "status.changed",
  "child_session.linked",
  "error.recorded",
  "note.added",
  "journal.repaired",
  "journal.sealed",
  "writer.closed",
  "session.ended",
];

const OWN = "x-";

/**
 * Whether a type is wanted. A pattern is a type, the beginning of one before a "*", or its first word before a ".*":
 * "tool.*" means "tool_call.started" too. Without patterns all are. Throws a usage error for a pattern that means nothing.
 */
export function typeFilter(given: readonly string[]): (type: string) => boolean {
  const patterns = given.flatMap((list) => list.split(",")).map((pattern) => pattern.trim());
  const tests = patterns.filter((pattern) => pattern !== "").map(testOf);
  return tests.length === 0 ? () => true : (type) => tests.some((test) => test(type));
}

function testOf(pattern: string): (type: string) => boolean {
  const test = matcher(pattern);
  if (EVENT_TYPES.some(test) || isForeign(pattern)) return test;
  const near = closestOf(pattern, EVENT_TYPES);
  const hint = near === undefined ? "" : `did you mean ${near}? `;
  throw usageError(
    `there is no event type "${pattern}"; ${hint}there are ${EVENT_TYPES.join(", ")}, and x-… of the runtime's own`,
  );
}

function matcher(pattern: string): (type: string) => boolean {
  if (!pattern.endsWith("*")) return (type) => type === pattern;
  const start = pattern.slice(0, -1);
  if (!start.endsWith(".")) return (type) => type.startsWith(start);
  const word = start.slice(0, -1);
  return (type) => type.startsWith(start) || type.startsWith(`${word}_`);
}

/** A runtime's own, or of a format that is not known here yet: not one of ours, and not one of ours mistyped. */
function isForeign(pattern: string): boolean {
  if (pattern.startsWith(OWN)) return true;
  const [word = "", rest] = pattern.split(".");
  if (rest === undefined || word === "") return false;
  const ours = EVENT_TYPES.flatMap((type) => [type.split(".")[0] ?? "", type.split(/[._]/)[0] ?? ""]);
  return closestOf(pattern, EVENT_TYPES) === undefined && closestOf(word, ours) === undefined;
}
