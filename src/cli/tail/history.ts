/** What a journal holds when it is first looked at: prints the wanted of it, the last so many or all. */

import type { JournalRecord } from "../../event/types.js";
import { type Cursor, START } from "../../journal/cursor.js";
import { SoundPart } from "../../journal/sound-part.js";
import { readWithProgress } from "../read-with-progress.js";
import { otherSession } from "../view/other-session.js";
import type { EventLines, Shown } from "./event-lines.js";
import { LastOf } from "./last-of.js";

/** `count` may be infinite. The part that is returned says what is behind. */
export async function printHistory(
  path: string,
  lines: EventLines,
  count: number,
  from: Cursor = START,
): Promise<SoundPart> {
  if (count !== Number.POSITIVE_INFINITY) return await printLast(path, lines, count, from);
  const part = new SoundPart(path, { from });
  for await (const record of part) {
    if (record.seq === 1) await sayWhose(path, record, lines);
    const shown = lines.take(record);
    if (shown !== undefined) await lines.print(shown);
  }
  return part;
}

/** All is read, because the last events are only as good as the chain before them; only they are kept. */
async function printLast(path: string, lines: EventLines, count: number, from: Cursor): Promise<SoundPart> {
  const kept = new LastOf<Shown>(count);
  let first: JournalRecord | undefined;
  const part = await readWithProgress(path, { from }, async (records) => {
    for await (const record of records) {
      if (record.seq === 1) first = record;
      const shown = lines.take(record);
      if (shown !== undefined) kept.add(shown);
    }
  });
  if (first !== undefined) await sayWhose(path, first, lines);
  for (const shown of kept) await lines.print(shown);
  return part;
}

/** A copy need not be called after its session. */
async function sayWhose(path: string, { data }: JournalRecord, lines: EventLines): Promise<void> {
  const whose = otherSession(path, data.sessionId);
  if (whose !== "" && !lines.isForPrograms) await lines.note(`the journal of ${whose}`, "dim");
}

export function isDamaged({ found }: SoundPart): boolean {
  return found.verdict !== "sound" && found.verdict !== "growing";
}
