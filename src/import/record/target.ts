/**
 * One session of a source, and the journal it goes to: a new one, or one that an earlier import has left, which is only
 * written to once the source has said everything that stands in it and says more.
 */
import { JournalError } from "../../errors.js";
import type { JournalRecord, Outcome, Status } from "../../event/types.js";
import { initialTally, tallyRecord, tallySummary } from "../../state/tally.js";
import { textOf } from "../foreign-values.js";
import type { FormatName, ImportedEvent, ImportedSession } from "../types.js";
import type { CallNames } from "./call-names.js";
import { type Earlier, reopenJournal, saysTheSame } from "./earlier-import.js";
import { checkImported, type EventText } from "./event-text.js";
import type { ImportJournal } from "./import-journal.js";
import type { ImportRun } from "./import-run.js";
import type { OpenedJournal } from "./open-journal.js";
import type { SessionTally } from "./report.js";

export interface Ended {
  readonly outcome?: Outcome | undefined;
  readonly at?: string | undefined;
  readonly isInferred?: boolean | undefined;
}

export class Target {
  readonly shown: ImportedSession;
  readonly calls: CallNames;
  readonly #run: ImportRun;
  readonly #format: FormatName;
  readonly #text: EventText;
  readonly #report: SessionTally;
  readonly #startedAt: string | undefined;
  readonly #tally = initialTally();
  readonly #earlier: Earlier | null;
  #journal: ImportJournal | null;
  /** Events of the source itself so far. */
  #events = 0;
  /** Whether the source says what an earlier import has recorded, as far as that is known. */
  #isSame = true;
  /** Said by other sources; to be recorded last in a journal that lacks them. */
  readonly #links = new Map<string, ImportedEvent>();
  readonly #linked = new Set<string>();
  /** The source's time of the last event that has one. */
  #lastAt: string | undefined;
  #status: Status = "running";

  constructor(
    run: ImportRun,
    format: FormatName,
    text: EventText,
    shown: ImportedSession,
    { journal, earlier, startedAt }: OpenedJournal & { readonly startedAt: string | undefined },
    report: SessionTally,
    calls: CallNames,
  ) {
    this.calls = calls;
    this.#run = run;
    this.#format = format;
    this.#text = text;
    this.shown = shown;
    this.#journal = journal;
    this.#earlier = earlier;
    this.#startedAt = startedAt;
    this.#report = report;
  }

  /** Throws INVALID_EVENT where the event cannot be recorded, and WRITE_FAILED. */
  add(event: ImportedEvent): void {
    const { type, data } = event;
    const plain = checkImported(event);
    if (type === "child_session.linked" && this.#earlier !== null) {
      this.#report.add(event);
      const sessionId = textOf(data.sessionId) ?? "";
      if (!this.#earlier.linked.has(sessionId)) this.#links.set(sessionId, event);
      return;
    }
    const text = this.#isWritten(type, data) ? this.#text.of(plain) : null;
    tallyRecord(this.#tally, { type, data: plain } as unknown as JournalRecord);
    this.#report.add(event);
    this.#lastAt = textOf(data.at) ?? this.#lastAt;
    if (type === "status.changed") this.#status = data.status as Status;
    if (!this.#isBeside(type, data)) this.#compare(event);
    if (text !== null) this.#journal?.append(type, text, event.id);
  }

  /** The session has started another. */
  link(sessionId: string, at: string | undefined): void {
    if (this.#linked.has(sessionId)) return;
    this.#linked.add(sessionId);
    const data = at === undefined ? { sessionId } : { sessionId, at };
    this.add({ type: "child_session.linked", data });
  }

  /** What an index beside the sources says of the session. */
  addIndexed(indexed: unknown): void {
    const event: ImportedEvent = {
      type: "note.added",
      data: { kind: `${this.#format}.index`, data: indexed },
    };
    if (this.#earlier === null) this.add(event);
    else this.#report.add(event);
  }

  /** The source says no more of it. What is to be durable goes on while others are read. */
  async end({ outcome, at, isInferred }: Ended): Promise<void> {
    this.shown.outcome = outcome ?? null;
    this.#report.finish(this.calls.openCount);
    if (this.#earlier !== null) this.#settle(this.#earlier, outcome);
    if (this.#journal === null) return;
    // A session that was closed was heard of when it began, at least.
    const last = at ?? this.#lastAt ?? (outcome === undefined ? this.#startedAt : undefined);
    const summary = tallySummary(this.#tally);
    const journal = this.#journal;
    try {
      journal.seal({ outcome, status: this.#status, at: last, isInferred, summary });
    } catch (error) {
      journal.abandon();
      throw error;
    }
    await this.#run.finishing.add(this.shown.id, journal.sizeBytes, () => this.#finish(journal));
  }

  async #finish(journal: ImportJournal): Promise<void> {
    try {
      await journal.finish();
    } catch (error) {
      // Somebody else has imported it meanwhile.
      if (!(error instanceof JournalError) || error.code !== "SESSION_EXISTS") throw error;
      this.shown.status = "already-imported";
    }
  }

  abandon(): void {
    this.#journal?.abandon();
  }

  /** Whether the event goes to a journal: with an earlier one only what that does not hold yet. */
  #isWritten(type: string, data: ImportedEvent["data"]): boolean {
    const earlier = this.#earlier;
    if (earlier === null) return this.#journal !== null;
    if (this.#isBeside(type, data) || this.#events < earlier.events) return false;
    return this.#reopen(earlier);
  }

  #compare(event: ImportedEvent): void {
    this.#events += 1;
    const earlier = this.#earlier;
    if (earlier === null || this.#events !== earlier.events || earlier.last === null) return;
    this.#isSame = saysTheSame(event, earlier.last);
  }

  /** From another source than the session's own. */
  #isBeside(type: string, data: ImportedEvent["data"]): boolean {
    return (
      type === "child_session.linked" || (type === "note.added" && data.kind === `${this.#format}.index`)
    );
  }

  #reopen({ end, isImport }: Earlier): boolean {
    if (this.#journal !== null) return true;
    if (end === "ended" || !isImport || !this.#isSame || this.shown.status !== "already-imported")
      return false;
    try {
      this.#journal = reopenJournal(this.#run.place, this.shown.id);
      this.shown.status = "extended";
      return true;
    } catch (error) {
      this.shown.status = "unwritable";
      this.shown.reason = error instanceof Error ? error.message : String(error);
      return false;
    }
  }

  #settle(earlier: Earlier, outcome: Outcome | undefined): void {
    const { events, end, isImport } = earlier;
    if (this.shown.status === "unwritable") return;
    const isOver = end === "ended" || !isImport;
    if (!this.#isSame || this.#events < events || (this.#events > events && isOver)) {
      this.shown.status = "changed";
      this.shown.reason = this.#difference(events);
      return;
    }
    const lacks = this.#links.size > 0 || end === "open" || (outcome !== undefined && end !== "ended");
    if (!lacks || !this.#reopen(earlier)) return;
    for (const { type, data } of this.#links.values()) this.#journal?.append(type, this.#text.of(data));
  }

  #difference(events: number): string {
    if (this.#events === events || !this.#isSame)
      return `the source says something else now than the ${events} events that were imported`;
    const end = this.#earlier?.end === "ended" ? ", and the session has ended" : "";
    return `${events} events of it were imported, the source now makes ${this.#events}${end}`;
  }
}
