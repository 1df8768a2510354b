/** Whether something that went wrong in a life explains an error: one that nothing explains is a violation. */
import { JournalError } from "@choragen/session-journal";
import type { Handle } from "./handle.js";
import type { Entry } from "./ledger.js";
import { demand, Violation } from "./violation.js";

/** The error in words. What was to be written counts as refused, unless the error says that it may be there. */
export function explain(handle: Handle, error: unknown, entries: readonly Entry[]): string {
  if (error instanceof Violation) throw error;
  if (!handle.isAlive) return "died";
  const { ledger, world, process } = handle;
  if (!(error instanceof JournalError))
    throw new Violation("error", `it is no JournalError: ${String(error)}`);
  const { code, reason, message } = error;
  const mayBeThere = code === "WRITE_FAILED" && reason !== "write";
  if (!mayBeThere) ledger.refuse(entries);
  const wentWrong = process.fired > handle.faultsSeen || world.isFull || handle.isSpent;
  if (mayBeThere) handle.isSpent = true;
  const holder = world.holder(ledger);
  const explained: { readonly [code: string]: boolean } = {
    WRITE_FAILED: wentWrong,
    READ_FAILED: wentWrong,
    LOCK_UNSUPPORTED: wentWrong,
    SESSION_LOCKED: holder !== undefined && holder !== handle,
    SESSION_ENDED: ledger.hasEnded || handle.isEnding || handle.mayBeRewound,
    SESSION_CLOSED: handle.isSpent,
    CORRUPT_JOURNAL: ledger.isHarmed,
    JOURNAL_REWOUND: handle.mayBeRewound || ledger.hasForgotten,
    JOURNAL_MISSING: handle.mayBeRewound || !ledger.hasBegun,
  };
  const check = code === "CORRUPT_JOURNAL" ? "false damage" : "error";
  demand(check, explained[code] === true, () => `${code} ${reason ?? ""} where nothing is wrong: ${message}`);
  return reason === undefined ? code : `${code} (${reason})`;
}
