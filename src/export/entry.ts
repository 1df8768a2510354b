/**
 * The sub-path `@choragen/session-journal/export`: sessions in the formats of others. It reads records and gives text;
 * it opens no file and knows no folder. A runtime that only records loads none of it.
 */
import { toPlain } from "../event/plain.js";
import type { JournalRecord } from "../event/types.js";
import { exportAtif } from "./atif.js";
import { exportHtml } from "./html.js";
import { exportMarkdown } from "./markdown.js";
import { exportNdjson } from "./ndjson.js";
import { exportOpenai } from "./openai.js";
import type { FormatOptions } from "./options.js";
import { exportOtlp } from "./otlp.js";

export { recordsOfState } from "./state-records.js";

export type ExportFormat = "atif" | "otlp" | "openai" | "markdown" | "html" | "ndjson";

export interface ExportOptions extends FormatOptions {}

type Records = AsyncIterable<JournalRecord> | Iterable<JournalRecord>;
type Exporter = (records: Records, options: FormatOptions) => AsyncGenerator<string, void>;

const EXPORTERS: { readonly [format in ExportFormat]: Exporter } = {
  atif: exportAtif,
  otlp: exportOtlp,
  openai: exportOpenai,
  markdown: exportMarkdown,
  html: exportHtml,
  ndjson: exportNdjson,
};

/** Every format there is. "ndjson" is the journal itself: a state told as records is none. */
export const EXPORT_FORMATS = Object.keys(EXPORTERS) as readonly ExportFormat[];

/**
 * The session in that format, in pieces of text, to be written one after the other as UTF-8. `records` are read once,
 * from the first one on, as `readJournal` gives them; memory is bounded by the longest of them, however many there are.
 * Throws what reading them throws (CORRUPT_JOURNAL behind the last sound record), and a TypeError for another format.
 * No records give no text.
 */
export function exportSession(
  records: Records,
  format: ExportFormat,
  options: ExportOptions = {},
): AsyncGenerator<string, void> {
  if (!Object.hasOwn(EXPORTERS, format)) {
    throw new TypeError(
      `there is no export format "${String(format)}"; there are ${EXPORT_FORMATS.join(", ")}`,
    );
  }
  return EXPORTERS[format](plain(records), options);
}

/** A journal that somebody else wrote may hold what JSON cannot say again: 1e400, or 100,000 levels. */
async function* plain(records: Records): AsyncGenerator<JournalRecord, void> {
  for await (const record of records) yield toPlain(record) as JournalRecord;
}
