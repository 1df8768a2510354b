/** What is said beside the events while sessions are followed. */
import type { JournalError } from "../../errors.js";
import type { JournalRecord } from "../../event/types.js";
import type { Cursor } from "../../journal/cursor.js";
import { formatCount } from "../view/figures.js";

/** Why nothing more comes; `last` is the last record that there is. */
export function writerGoneText(last: JournalRecord | undefined): string {
  return last?.type === "writer.closed"
    ? "closed by its writer without an outcome; it can be opened again"
    : "its writer is gone and did not end it: the session was interrupted";
}

/** That records which were shown are not in the journal any more. */
export function rewoundText({ seq = 0 }: JournalError, resumed?: Cursor): string {
  const gone = `record ${formatCount(seq)}, shown above, is gone from the journal`;
  if (resumed === undefined) return `${gone}; going on behind the last that is still there`;
  const place = resumed.seq === 0 ? "with record 1" : `behind record ${formatCount(resumed.seq)}`;
  return `${gone}; going on ${place}`;
}

export function failureText(error: JournalError): string {
  return error.code === "JOURNAL_REWOUND" ? rewoundText(error) : error.message;
}

/** Whether the record begins a session that happened elsewhere: it carries the time of its source. */
export function isImported({ type, data }: JournalRecord): boolean {
  return type === "session.started" && data.at !== undefined;
}
