/** The types of event that this version of the format knows, each list the only one of its kind. Names alone. */
import type { EventData } from "./types.js";

/** Those that a runtime may append, beside its own that begin with `x-`. */
export const RUNTIME_TYPES = [
  "message.added",
  "tool_call.started",
  "tool_call.finished",
  "token_usage.updated",
  "turn.completed",
  "status.changed",
  "child_session.linked",
  "error.recorded",
  "note.added",
] as const satisfies readonly (keyof EventData)[];

export type RuntimeType = (typeof RUNTIME_TYPES)[number];

/** All that a journal can hold, in the order of docs/reference/events.md. */
export const EVENT_TYPES: readonly string[] = [
  "session.started",
  ...RUNTIME_TYPES,
  "journal.repaired",
  "journal.sealed",
  "writer.closed",
  "session.ended",
];
