/** Finds records of a known type whose data does not have the form of that type: sound, but left out of the state. */
import * as is from "./guards.js";
import { isSealData, SEALED } from "./seal.js";
import type { JournalRecord } from "./types.js";

/** The form of each type that has one. */
export const FORMS: ReadonlyMap<string, (data: unknown) => boolean> = new Map<
  string,
  (data: unknown) => boolean
>([
  ["session.started", is.isStarted],
  ["message.added", is.isMessageAdded],
  ["tool_call.started", is.isCallStarted],
  ["tool_call.finished", is.isCallFinished],
  ["token_usage.updated", is.isUsage],
  ["turn.completed", is.isTurnCompleted],
  ["status.changed", is.isStatusChanged],
  ["child_session.linked", is.isChildLinked],
  ["error.recorded", is.isErrorRecorded],
  ["note.added", is.isNoteAdded],
  ["session.ended", is.isEnded],
  [SEALED, isSealData],
]);

/** Null where the data fits, or where this version does not know the type. */
export function findMisfit({
  seq,
  type,
  data,
}: JournalRecord): { code: "INVALID_DATA"; message: string } | null {
  if (FORMS.get(type)?.(data) ?? true) return null;
  return {
    code: "INVALID_DATA",
    message: `Record ${seq}: its data has not the form of ${type}, so the state does not show it.`,
  };
}
