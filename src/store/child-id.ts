/** Which session can be the child of another: one that there can be, and not the session itself. */
import { JournalError } from "../errors.js";
import { describe } from "../event/describe.js";
import { isSessionId } from "./id.js";

/** Why `id` is no child of the session `own`, as the end of a sentence about it; null where it can be one. */
export function childFault(id: string, own: string | null): string | null {
  if (id === own) return "is this session itself";
  return isSessionId(id) ? null : "cannot be the id of a session";
}

/** What an event says that links a child. */
export interface ChildLink {
  readonly sessionId: string;
}

/** Throws INVALID_EVENT unless the session that is linked can be the child of the session `own`. */
export function checkChild({ sessionId: id }: ChildLink, own: string): void {
  const fault = childFault(id, own);
  if (fault === null) return;
  const path = "data.sessionId";
  const expected = "the id of another session";
  const received = describe(id);
  throw new JournalError(
    "INVALID_EVENT",
    `The child session ${received} ${fault}: ${path} must be ${expected}.`,
    {
      issues: [
        { path, message: `${path} must be ${expected}, but ${received} ${fault}`, expected, received },
      ],
    },
  );
}
