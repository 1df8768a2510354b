/** Reads back records that are known to be sound; where they are not any more, that is an error. */
import type { JournalRecord } from "../event/types.js";
import type { Files } from "../files/files.js";
import type { Cursor } from "./cursor.js";
import { JournalScan } from "./scan.js";

/** The records between two places of a journal, their hashes checked. Blocks while it reads. */
export function* readSound(
  files: Files,
  fd: number,
  path: string,
  from: Cursor,
  toByte: number,
): Generator<JournalRecord, void> {
  const scan = new JournalScan(files, fd, { path, from });
  while (scan.cursor.byteOffset < toByte) {
    if (!scan.next()) {
      if (scan.break === null && scan.read()) continue;
      throw new Error(`what was written behind byte ${scan.cursor.byteOffset} is not there any more`);
    }
    const record = scan.decode();
    if (typeof record === "string") throw new Error(`record ${scan.cursor.seq} cannot be read: ${record}`);
    yield record;
  }
}
