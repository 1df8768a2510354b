/** Which session a file is of, to be said where its name does not. */
import { basename } from "node:path";
import { JOURNAL_SUFFIX } from "../../store/names.js";
import { safeLine } from "../../text/safe-text.js";

/** Its id, harmless; empty where the file is called so, or nobody knows. */
export function otherSession(path: string, sessionId: unknown): string {
  if (typeof sessionId !== "string" || basename(path, JOURNAL_SUFFIX) === sessionId) return "";
  return safeLine(sessionId);
}
