/**
 * The session that was started last, then each that is started after it. The sessions of sub-agents and of an import are
 * passed over: the run that somebody watches goes on above them.
 */
import { isSeal } from "../../event/seal.js";
import type { JournalRecord } from "../../event/types.js";
import { findSessions } from "../../store/find.js";
import { followSessions } from "../../store/follow-sessions.js";
import { resolvePlace, type Where } from "../../store/place.js";
import type { FollowStart } from "../../store/session-track.js";
import { readStartTime } from "../../store/start-time.js";
import type { Context } from "../command.js";
import type { ExitCode } from "../exit-codes.js";
import { EXIT } from "../exit-codes.js";
import { isBeingWritten } from "../follow-writer.js";
import { damageBanner } from "../view/damage.js";
import { shownPath } from "../workspace.js";
import { EventLines, type Wanted } from "./event-lines.js";
import { isDamaged, printHistory } from "./history.js";
import { failureText, isImported, writerGoneText } from "./words.js";

const WAITING = "waiting for the next session";

/** Only the program's end ends it. */
export async function tailNewest(
  context: Context,
  where: Where,
  wanted: Wanted,
  lastLines: number,
): Promise<ExitCode> {
  return await new TailNewest(context, where, wanted).run(lastLines);
}

class TailNewest {
  readonly #context: Context;
  readonly #where: Where;
  readonly #wanted: Wanted;
  #lines: EventLines;
  /** Whose events are shown. */
  #current: string | undefined;
  /** Where the following of it begins; null where it cannot be followed. */
  #begin: FollowStart = null;

  constructor(context: Context, where: Where, wanted: Wanted) {
    this.#context = context;
    this.#where = where;
    this.#wanted = wanted;
    this.#lines = new EventLines(context, wanted);
  }

  async run(lastLines: number): Promise<ExitCode> {
    const since = new Date().toISOString();
    await this.#showLatest(lastLines);
    const following = followSessions({
      ...this.#where,
      from: (id) => (id === this.#current ? this.#begin : this.#startTime(id) >= since ? "start" : null),
      onFailure: (id, error) => this.#tell(id, failureText(error)),
      onWriterGone: (id) => this.#tell(id, `${writerGoneText(this.#lines.last)}; ${WAITING}`),
    });
    for await (const { sessionId, record } of following) {
      if (sessionId !== this.#current && isNext(record, this.#current)) await this.#moveOn(sessionId);
      if (sessionId !== this.#current) continue;
      // The next session is waited for already, and a person was told so.
      const isSaid = isSeal(record) && this.#lines.last?.type === "session.ended";
      if (isSaid && this.#wanted.json === null) continue;
      const shown = this.#lines.take(record);
      if (shown !== undefined) await this.#lines.print(shown);
      if (record.type === "session.ended") await this.#lines.note(WAITING, "dim");
    }
    return EXIT.ok;
  }

  async #showLatest(lastLines: number): Promise<void> {
    const latest = findSessions("latest", this.#where).find(({ hasJournal }) => hasJournal);
    if (latest === undefined) {
      const { directory } = resolvePlace(this.#where);
      return await this.#lines.note(
        `no sessions yet in ${shownPath(directory)}; waiting for the first`,
        "dim",
      );
    }
    this.#current = latest.id;
    await this.#name(latest.id);
    const part = await printHistory(latest.journal, this.#lines, lastLines);
    this.#begin = isDamaged(part) ? null : part.found.sound;
    const { last } = this.#lines;
    if (isDamaged(part)) await this.#lines.note(`${damageBanner(part.path, part.found)}; ${WAITING}`);
    else if (last?.type === "session.ended") await this.#lines.note(WAITING, "dim");
    else if (!isBeingWritten(latest.journal)) await this.#lines.note(`${writerGoneText(last)}; ${WAITING}`);
  }

  async #moveOn(sessionId: string): Promise<void> {
    this.#current = sessionId;
    await this.#name(sessionId);
  }

  /** To a person before its first line; to a program in each. */
  async #name(sessionId: string): Promise<void> {
    const owner = { sessionId, mark: "", markWidth: 0 };
    this.#lines = new EventLines(this.#context, this.#wanted, owner);
    if (this.#wanted.json === null) await this.#lines.note(sessionId, "strong");
  }

  #tell(sessionId: string, message: string): void {
    if (sessionId === this.#current) void this.#lines.note(message);
  }

  #startTime(id: string): string {
    const { files, directory } = resolvePlace(this.#where);
    return readStartTime(files, directory, {
      id,
      hasJournal: true,
      hasSnapshot: false,
      hasBlobs: false,
      names: [],
    });
  }
}

function isNext(record: JournalRecord, current: string | undefined): boolean {
  if (record.type !== "session.started" || isImported(record)) return false;
  return current === undefined || record.data.parentSessionId === null;
}
