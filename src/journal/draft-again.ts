/** A record that a repair chains anew: it keeps its time, type, data and id; seq, hash and mark are new. */
import type { Draft } from "../event/draft.js";
import { escapeSeparators } from "../event/separators.js";
import type { JournalRecord } from "../event/types.js";
import { dataText } from "./salvage.js";

/** `line` is the record's own, without its line feed. */
export function draftAgain(line: Buffer, record: JournalRecord): Draft {
  const { type, id, time, data } = record;
  return {
    type,
    id: insideQuotes(id),
    time: insideQuotes(time),
    data: dataText(line, record),
    value: data,
  };
}

/** A text of another program as it is to stand between the quotes of a line: this library's own need no escapes. */
function insideQuotes(text: string): string {
  return escapeSeparators(JSON.stringify(text)).slice(1, -1);
}
