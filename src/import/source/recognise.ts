/**
 * Finds out which format a source is of, by what stands in it; its name plays no part. Lines are told from a document by
 * whether any format of lines knows its first records.
 */
import { ImportError } from "../import-error.js";
import type { DocumentFormat, ForeignFormat, LineFormat } from "../types.js";
import { looksLikeRecord, readLine } from "./read-line.js";

const LINE_FEED = 0x0a;
const MOST_RECORDS = 50;

/** The first lines that are JSON objects. The last line counts only where it is known to be whole. */
export function firstRecords(head: Uint8Array, isAll: boolean): unknown[] {
  const records: unknown[] = [];
  for (let start = 0; start < head.length && records.length < MOST_RECORDS; ) {
    const found = head.indexOf(LINE_FEED, start);
    if (found === -1 && !isAll) break;
    const end = found === -1 ? head.length : found;
    const bytes = head.subarray(start, end);
    // Most lines of a document are none, and a parser that fails on each of thousands takes its time.
    const line = looksLikeRecord(bytes) ? readLine(bytes) : null;
    if (line?.kind === "record") records.push(line.value);
    start = end + 1;
  }
  return records;
}

export function recogniseLines(
  name: string,
  formats: readonly ForeignFormat[],
  records: readonly unknown[],
): LineFormat | undefined {
  if (records.length === 0) return undefined;
  const found = formats.filter((format): format is LineFormat => format.layout === "lines");
  return theOne(
    name,
    found.filter((format) => format.detect(records)),
  );
}

export function recogniseDocument(
  name: string,
  formats: readonly ForeignFormat[],
  value: unknown,
): DocumentFormat | undefined {
  const found = formats.filter((format): format is DocumentFormat => format.layout === "document");
  return theOne(
    name,
    found.filter((format) => format.detect(value)),
  );
}

function theOne<F extends ForeignFormat>(name: string, found: readonly F[]): F | undefined {
  const [only, other] = found;
  if (only === undefined || other === undefined) return only;
  const titles = found.map(({ title }) => title).join(" and ");
  throw new ImportError(
    "AMBIGUOUS_FORMAT",
    `${name} could be ${titles}. Say which with the option format: ${found.map((format) => format.name).join(", ")}.`,
  );
}

export function unknownFormat(name: string, formats: readonly ForeignFormat[], why: string): ImportError {
  const marks = formats.map(({ title, mark }) => `${title} (${mark})`).join("; ");
  return new ImportError(
    "UNKNOWN_FORMAT",
    `${name} is in no format that can be imported: ${why}. Looked for: ${marks}.`,
    undefined,
    why,
  );
}
