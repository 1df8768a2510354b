/**
 * Which members of an event the format itself needs: redaction leaves them as they are, whatever names them, or a journal
 * could not be read any more. All else is what somebody said.
 */

/** `kept`: never looked at. `form`: an object that stays an object, and in it what is named. */
export type Shape = "kept" | Form;
interface Form {
  readonly [member: string]: Shape;
}

const form = (members: Form = {}): Form => Object.assign(Object.create(null) as Form, members);
const kept = (...names: string[]): Form => form(Object.fromEntries(names.map((name) => [name, "kept"])));

/** Imports give any event the source's time. */
const AT = { at: "kept" } as const;

const SHAPES: ReadonlyMap<string, Form> = new Map([
  [
    "session.started",
    form({
      ...AT,
      ...kept("formatVersion", "sessionId", "parentSessionId", "writer", "inferred"),
      metadata: form(),
    }),
  ],
  ["message.added", form({ ...AT, message: kept("toolCallId") })],
  [
    "tool_call.started",
    form({ ...AT, ...kept("callId", "timestamp"), params: form(), governanceResult: kept("allowed") }),
  ],
  ["tool_call.finished", form({ ...AT, ...kept("callId", "durationMs"), result: kept("success") })],
  [
    "token_usage.updated",
    form({
      ...AT,
      ...kept("input", "output", "cacheRead", "cacheWrite", "reasoning", "costUsd", "responseId"),
    }),
  ],
  ["turn.completed", form({ ...AT, ...kept("index") })],
  ["status.changed", form({ ...AT, ...kept("status") })],
  ["child_session.linked", form({ ...AT, ...kept("sessionId") })],
  ["error.recorded", form({ ...AT, ...kept("recoverable") })],
  ["note.added", form(AT)],
]);

/** Undefined for the runtime's own events: all of their data is theirs. */
export function shapeOf(type: string): Form | undefined {
  return SHAPES.get(type);
}

/** What stands there in the form of any event: `form` is an object that cannot be replaced as a whole. */
export function structureAt(path: readonly string[]): "kept" | "form" | undefined {
  let found: "form" | undefined;
  for (const [, shape] of SHAPES) {
    let at: Shape | undefined = shape;
    for (const name of path) {
      if (typeof at !== "object") break;
      at = at[name];
    }
    if (at === "kept") return "kept";
    if (at !== undefined) found = "form";
  }
  return found;
}
