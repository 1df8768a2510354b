/**
 * The whole error vocabulary. Every failure that a caller can act on is a `JournalError` with a stable
 * `code`; its message is a sentence that names the session or file and says what to do. Mistakes in
 * calling code that no data can cause (a missing argument) are plain `TypeError`s and are not listed here.
 */
import type { Json } from "./event/types.js";

export type JournalErrorCode =
  | "INVALID_SESSION_ID"
  | "INVALID_EVENT"
  | "SESSION_EXISTS"
  | "SESSION_LOCKED"
  | "LOCK_UNSUPPORTED"
  | "SESSION_ENDED"
  | "SESSION_CLOSED"
  | "CORRUPT_JOURNAL"
  | "JOURNAL_MISSING"
  | "JOURNAL_REWOUND"
  | "UNSUPPORTED_FORMAT"
  | "READ_FAILED"
  | "WRITE_FAILED";

/** What an error carries beside its message; which fields are set depends on the code (docs/reference/errors.md). */
export interface JournalErrorDetails {
  sessionId?: string | undefined;
  path?: string | undefined;
  /** The line at fault, counted from 1. */
  line?: number | undefined;
  /** Where that line begins, in bytes from the start of the file. */
  byteOffset?: number | undefined;
  seq?: number | undefined;
  /** The highest seq proved to have been fsynced. */
  mark?: number | undefined;
  reason?: string | undefined;
  /** The operating system's number for the failure, as libuv reports it (negative on POSIX). */
  errno?: number | undefined;
  issues?: readonly Json[] | undefined;
  /** `formatVersion` of the journal, and the highest one this version reads. */
  found?: number | undefined;
  supported?: number | undefined;
  cause?: unknown;
}

export class JournalError extends Error {
  override readonly name = "JournalError";
  readonly code: JournalErrorCode;
  declare readonly sessionId?: string;
  declare readonly path?: string;
  declare readonly line?: number;
  declare readonly byteOffset?: number;
  declare readonly seq?: number;
  declare readonly mark?: number;
  declare readonly reason?: string;
  declare readonly errno?: number;
  declare readonly issues?: readonly Json[];
  declare readonly found?: number;
  declare readonly supported?: number;

  constructor(code: JournalErrorCode, message: string, details: JournalErrorDetails = {}) {
    const { cause, ...fields } = details;
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    for (const [name, value] of Object.entries(fields)) {
      if (value !== undefined) Object.defineProperty(this, name, { value, enumerable: true });
    }
  }
}

export function isWriteFailure(error: unknown): error is JournalError {
  return error instanceof JournalError && error.code === "WRITE_FAILED";
}

/** The system's number and code of a failure, where it has them. */
function systemError(cause: unknown): { errno?: number | undefined; text: string } {
  const { errno, message } = (cause ?? {}) as { errno?: unknown; message?: unknown };
  return {
    errno: typeof errno === "number" ? errno : undefined,
    text: typeof message === "string" ? message : String(cause),
  };
}

export function readFailed(path: string, cause: unknown): JournalError {
  const { errno, text } = systemError(cause);
  return new JournalError("READ_FAILED", `${path} cannot be read: ${text}.`, { path, errno, cause });
}

export function writeFailed(path: string, cause: unknown): JournalError {
  const { errno, text } = systemError(cause);
  return new JournalError(
    "WRITE_FAILED",
    `Writing ${path} failed: ${text}. Nothing of this attempt was kept; try again when the cause is gone.`,
    { path, errno, cause, reason: "write" },
  );
}

/** Why a writer will never write again. */
export type PoisonReason = "fsync" | "removed" | "replaced" | "foreign-write" | "rollback";

const POISON: Record<PoisonReason, string> = {
  fsync: "an fsync failed, so the system may have dropped what was written",
  removed: "its file was removed while it was being written",
  replaced: "another file has taken its name while it was being written",
  "foreign-write": "somebody else has written to it",
  rollback: "the half of a failed write could not be cut off again",
};

export function poisoned(path: string, reason: PoisonReason, cause?: unknown): JournalError {
  const { errno } = systemError(cause);
  return new JournalError(
    "WRITE_FAILED",
    `Recording to ${path} has stopped: ${POISON[reason]}. Load the session again and go on with that one.`,
    { path, reason, errno, cause },
  );
}

export function unsupportedFormat(path: string, found: number, supported: number): JournalError {
  return new JournalError(
    "UNSUPPORTED_FORMAT",
    `${path} is of format version ${found}; this version reads up to ${supported}. Read it with a newer @choragen/session-journal.`,
    { path, found, supported },
  );
}

export function sessionLocked(path: string): JournalError {
  return new JournalError(
    "SESSION_LOCKED",
    `${path} is being written by another process or session. Wait until that one has ended, or read it without writing.`,
    { path },
  );
}

export function journalMissing(path: string, hint: string): JournalError {
  return new JournalError("JOURNAL_MISSING", `${path} is not there. ${hint}`, { path });
}

export function journalRewound(path: string, seq: number): JournalError {
  return new JournalError(
    "JOURNAL_REWOUND",
    `Record ${seq} of ${path} is not there any more: the journal was cut back, replaced or removed. Read it again from its start.`,
    { path, seq },
  );
}

export function corruptJournal(
  path: string,
  place: { line: number; byteOffset: number; reason: string; mark: number },
): JournalError {
  return new JournalError(
    "CORRUPT_JOURNAL",
    `${path} is damaged at line ${place.line} (byte ${place.byteOffset}): ${place.reason}. The records before it are sound; repair keeps the original and salvages what it can.`,
    { path, ...place },
  );
}

export function sessionEnded(id: string): JournalError {
  return new JournalError(
    "SESSION_ENDED",
    `Session ${id} has ended; nothing can be added to it. Start a new session for what comes next.`,
    { sessionId: id },
  );
}

export function sessionClosed(id: string): JournalError {
  return new JournalError(
    "SESSION_CLOSED",
    `Session ${id} was closed here; nothing can be added through this object. Open the session again to go on.`,
    { sessionId: id },
  );
}
