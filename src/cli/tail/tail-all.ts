/**
 * All sessions of a workspace while they are written, each line with the id of its session in short. Those that are being
 * imported are left out: they happened elsewhere.
 */
import { isSeal } from "../../event/seal.js";
import type { JournalRecord } from "../../event/types.js";
import type { SoundPart } from "../../journal/sound-part.js";
import { followSessions } from "../../store/follow-sessions.js";
import { resolvePlace, type Where } from "../../store/place.js";
import type { FollowStart } from "../../store/session-track.js";
import type { Context } from "../command.js";
import { EXIT, type ExitCode } from "../exit-codes.js";
import { damageBanner } from "../view/damage.js";
import { eventTime } from "../view/event-time.js";
import { countOf, formatClock } from "../view/figures.js";
import { shownPath } from "../workspace.js";
import { EventLines, type Wanted } from "./event-lines.js";
import { isDamaged, printHistory } from "./history.js";
import { sessionMark } from "./session-mark.js";
import { failureText, isImported, writerGoneText } from "./words.js";

/** Only the program's end ends it. Of sessions that run already the last `lastLines` events are shown first. */
export async function tailAll(
  context: Context,
  where: Where,
  wanted: Wanted,
  lastLines: number,
): Promise<ExitCode> {
  const { paint, width } = context;
  const sessions = new Map<string, EventLines>();
  const linesOf = (sessionId: string): EventLines => {
    const known = sessions.get(sessionId);
    if (known !== undefined) return known;
    const lines = new EventLines(context, wanted, sessionMark(sessionId, paint, width));
    sessions.set(sessionId, lines);
    return lines;
  };
  const from = async (sessionId: string, path: string): Promise<FollowStart> => {
    const lines = linesOf(sessionId);
    const part = await printHistory(path, lines, lastLines);
    if (isDamaged(part)) await lines.note(damageBanner(path, part.found));
    else if (wanted.json === null) await lines.note(runningText(part, lines.last), "dim");
    return isDamaged(part) ? null : part.found.sound;
  };
  const onFailure = (sessionId: string, error: Parameters<typeof failureText>[0]) =>
    void linesOf(sessionId).note(failureText(error));
  const onWriterGone = (sessionId: string) =>
    void linesOf(sessionId).note(writerGoneText(linesOf(sessionId).last));
  if (wanted.json === null) {
    const { directory } = resolvePlace(where);
    await context.out.line(
      paint("dim", `-- following all sessions in ${shownPath(directory)}; Ctrl-C ends it`),
    );
  }
  const imported = new Set<string>();
  for await (const { sessionId, record } of followSessions({ ...where, from, onFailure, onWriterGone })) {
    if (isImported(record)) imported.add(sessionId);
    const isBehindEnd = isSeal(record) && !sessions.has(sessionId);
    if (!imported.has(sessionId)) await show(linesOf(sessionId), record);
    if (record.type !== "session.ended" && !isBehindEnd) continue;
    sessions.delete(sessionId);
    imported.delete(sessionId);
  }
  return EXIT.ok;
}

async function show(lines: EventLines, record: JournalRecord): Promise<void> {
  const shown = lines.take(record);
  if (shown !== undefined) await lines.print(shown);
}

function runningText({ found }: SoundPart, last: JournalRecord | undefined): string {
  if (last === undefined) return "running";
  return `running: ${countOf(found.sound.seq, "record")} so far, the last at ${formatClock(eventTime(last))}`;
}
