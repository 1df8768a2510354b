/**
 * What is done about each situation that may be found on disk. docs/reference/format.md shows these rows one to one;
 * test/faults/recovery-table.test.ts brings each of them about and holds the library to it.
 */

export type VerdictCell =
  | "sound"
  | "growing"
  | "torn"
  | "corrupt"
  | "empty"
  | "JOURNAL_MISSING"
  | "UNSUPPORTED_FORMAT"
  | "READ_FAILED";

export type LoadCell =
  | "all records"
  | "the records before the break"
  | "the snapshot"
  | "null"
  | "CORRUPT_JOURNAL"
  | "UNSUPPORTED_FORMAT"
  | "READ_FAILED";

export type AppendCell =
  | "goes on in place"
  | "goes on in a copy"
  | "goes on in a copy; quarantine"
  | "null"
  | "SESSION_ENDED"
  | "SESSION_LOCKED"
  | "JOURNAL_MISSING"
  | "CORRUPT_JOURNAL"
  | "UNSUPPORTED_FORMAT"
  | "READ_FAILED";

export type RepairCell =
  | "changes nothing"
  | "ends it"
  | "quarantine; ends it"
  | "original kept; ends it"
  | "original kept; salvages; ends it"
  | "original kept; start inferred; ends it"
  | "original kept; start inferred; salvages; ends it"
  | "SESSION_LOCKED"
  | "JOURNAL_MISSING"
  | "UNSUPPORTED_FORMAT"
  | "READ_FAILED"
  | "WRITE_FAILED";

export interface RecoveryRow {
  readonly name: string;
  /** What is found on disk; nobody writes, unless it says so. */
  readonly situation: string;
  /** What `verifyJournal` says, or throws. */
  readonly verdict: VerdictCell;
  /** What `Session.load` gives, or throws. */
  readonly load: LoadCell;
  /** What `Session.open`, or the first append to a loaded session, does. */
  readonly append: AppendCell;
  /** What `repairJournal` does. */
  readonly repair: RepairCell;
}

const row = <N extends string>(
  name: N,
  situation: string,
  verdict: VerdictCell,
  load: LoadCell,
  append: AppendCell,
  repair: RepairCell,
) => ({ name, situation, verdict, load, append, repair });

const corrupt = ["corrupt", "CORRUPT_JOURNAL", "CORRUPT_JOURNAL"] as const;
const empty = ["empty", "null", "null", "changes nothing"] as const;
const torn = [
  "torn",
  "the records before the break",
  "goes on in a copy; quarantine",
  "quarantine; ends it",
] as const;
const unsupported = ["UNSUPPORTED_FORMAT", "UNSUPPORTED_FORMAT", "UNSUPPORTED_FORMAT"] as const;

export const recoveryTable = [
  row(
    "ended",
    "sound; `session.ended` is the last record",
    "sound",
    "all records",
    "SESSION_ENDED",
    "changes nothing",
  ),
  row(
    "closed",
    "sound; `writer.closed` is the last record, and the snapshot reaches it",
    "sound",
    "all records",
    "goes on in place",
    "changes nothing",
  ),
  row(
    "closed-without-snapshot",
    "sound; `writer.closed` is the last record, and no snapshot reaches it",
    "sound",
    "all records",
    "goes on in a copy",
    "changes nothing",
  ),
  row(
    "unclean",
    "sound; any other record is the last",
    "sound",
    "all records",
    "goes on in a copy",
    "ends it",
  ),
  row("torn-line", "the last line is cut off at any byte", ...torn),
  row("torn-nul-tail", "the last line, or its end, is NUL bytes", ...torn),
  row(
    "nul-hole-behind-mark",
    "NUL bytes in a line behind the mark, perhaps with whole lines behind it",
    ...torn,
  ),
  row(
    "nul-hole-before-mark",
    "NUL bytes in a line that the mark covers",
    ...corrupt,
    "original kept; salvages; ends it",
  ),
  row(
    "bad-line",
    "a changed byte in a line that ends in a line feed and holds no NUL byte",
    ...corrupt,
    "original kept; salvages; ends it",
  ),
  row(
    "bad-first-line",
    "the same in the first line",
    ...corrupt,
    "original kept; start inferred; salvages; ends it",
  ),
  row(
    "cut-before-mark",
    "the file ends in a line that the mark covers",
    ...corrupt,
    "original kept; ends it",
  ),
  row("zero-bytes", "a file of 0 bytes", ...empty),
  row("only-nuls", "a file of NUL bytes", ...empty),
  row("garbage", "text that is no journal", ...corrupt, "original kept; start inferred; ends it"),
  row("garbage-without-line-feed", "other bytes without a line feed", ...empty),
  row(
    "growing",
    "a writer is at work, and its last line is not whole yet",
    "growing",
    "all records",
    "SESSION_LOCKED",
    "SESSION_LOCKED",
  ),
  row(
    "snapshot-beyond-end",
    "the snapshot reaches beyond the last record",
    ...corrupt,
    "original kept; ends it",
  ),
  row(
    "snapshot-other-hash",
    "the hash of a record is not the one that the snapshot saw there",
    ...corrupt,
    "original kept; salvages; ends it",
  ),
  row(
    "snapshot-broken",
    "closed; the snapshot's checksum fails, or it is no snapshot",
    "sound",
    "all records",
    "goes on in a copy",
    "changes nothing",
  ),
  row(
    "snapshot-without-journal",
    "a snapshot whose journal is gone; `health.journalMissing`",
    "JOURNAL_MISSING",
    "the snapshot",
    "JOURNAL_MISSING",
    "JOURNAL_MISSING",
  ),
  row(
    "older-kind",
    "a session file without `journal`, of an older, whole-file kind",
    "JOURNAL_MISSING",
    "the snapshot",
    "JOURNAL_MISSING",
    "JOURNAL_MISSING",
  ),
  row("later-format", "a journal of a later `formatVersion`", ...unsupported, "UNSUPPORTED_FORMAT"),
  row(
    "other-session",
    "the first record names another session than the file, in a sessions folder",
    ...corrupt,
    "original kept; start inferred; salvages; ends it",
  ),
  row(
    "symbolic-link",
    "a symbolic link in the journal's place",
    "sound",
    "READ_FAILED",
    "READ_FAILED",
    "WRITE_FAILED",
  ),
  row(
    "directory",
    "a directory in the journal's place",
    "READ_FAILED",
    "READ_FAILED",
    "READ_FAILED",
    "READ_FAILED",
  ),
] as const satisfies readonly RecoveryRow[];

export type RowName = (typeof recoveryTable)[number]["name"];
