/** NDJSON: the records themselves, one a line, members in the journal's order, so that a line is what the journal has. */
import { escapeSeparators } from "../event/separators.js";
import type { JournalRecord } from "../event/types.js";
import type { Records } from "./step.js";

export async function* exportNdjson(records: Records): AsyncGenerator<string, void> {
  for await (const record of records) yield `${escapeSeparators(JSON.stringify(inOrder(record)))}\n`;
}

function inOrder({ seq, time, type, data, id, durable, hash }: JournalRecord): JournalRecord {
  return durable === undefined
    ? { seq, time, type, data, id, hash }
    : { seq, time, type, data, id, durable, hash };
}
