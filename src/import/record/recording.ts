/**
 * Writes what a reader says into journals: one for each session of the source, side by side where the source mixes them.
 * A session that is there already is read all the same, so that the report tells what the source holds, and is not
 * written again.
 */
import { JournalError } from "../../errors.js";
import { isSessionId } from "../../store/id.js";
import { textOf } from "../foreign-values.js";
import type {
  Entry,
  ForeignHeader,
  FormatName,
  ImportedEvent,
  ImportedSession,
  ImportReport,
} from "../types.js";
import { CallNames } from "./call-names.js";
import { EventText } from "./event-text.js";
import type { ImportRun } from "./import-run.js";
import { sessionIdFor } from "./known-sessions.js";
import { openJournal } from "./open-journal.js";
import { ReportTally } from "./report.js";
import { importedSessionId } from "./session-id.js";
import { Target } from "./target.js";

export class Recording {
  readonly #tally: ReportTally;
  readonly #format: FormatName;
  readonly #run: ImportRun;
  readonly #text = new EventText();
  readonly #targets = new Map<string, Target>();
  /** Up to which number the sessions that wanted an id have been told apart. */
  readonly #copies = new Map<string, number>();
  readonly #usedIds = new Set<string>();

  constructor(source: string, format: FormatName, run: ImportRun) {
    this.#tally = new ReportTally(source, format);
    this.#format = format;
    this.#run = run;
  }

  get report(): ImportReport {
    return this.#tally.report;
  }

  /** Throws WRITE_FAILED and other failures of the disk; a value that cannot be recorded is told of in the report. */
  async add(entry: Entry): Promise<void> {
    if (entry.kind === "event") this.addEvent(entry.session, entry.event);
    else if (entry.kind === "record") this.addRecord(entry);
    else if (entry.kind === "begin") await this.#begin(entry.session, entry.header);
    else if (entry.kind === "child") this.#link(entry);
    else if (entry.kind === "end") await this.#end(entry.session, entry);
    else this.addUnreadable(entry.reason, entry.line);
  }

  addRecord({ source }: Extract<Entry, { kind: "record" }>): void {
    this.#tally.report.records += 1;
    if (source !== undefined) this.#text.remember(source);
  }

  addUnreadable(reason: string, line?: number): void {
    this.#tally.addUnreadable(line === undefined ? { reason } : { line, reason });
  }

  addEvent(session: string, event: ImportedEvent): void {
    const target = this.#targets.get(session);
    if (target === undefined) return;
    const fitting = this.#fit(target, event);
    try {
      target.add(fitting);
    } catch (error) {
      if (!(error instanceof JournalError) || error.code !== "INVALID_EVENT") throw error;
      if (fitting.type.startsWith("tool_call.")) target.calls.undo();
      this.addUnreadable(`a record cannot be kept: ${error.message}`);
    }
  }

  /** Ends what is still open, in the order in which it began. */
  async finish(): Promise<void> {
    for (const session of [...this.#targets.keys()]) await this.#end(session, {});
  }

  /** Lets go of everything that has not ended. */
  abandon(): void {
    for (const target of this.#targets.values()) target.abandon();
    this.#targets.clear();
  }

  async #begin(session: string, given: ForeignHeader): Promise<void> {
    if (this.#targets.has(session)) await this.#end(session, {});
    const { known } = this.#run;
    const { id, header } = this.#identify(given);
    const parent = known.parentOf(header);
    const own = header.isOurs === true && isSessionId(parent ?? "") ? parent : null;
    const parentSessionId = parent === undefined ? null : (known.idOf(parent) ?? own ?? null);
    const shown: ImportedSession = {
      id,
      sourceId: header.sourceId,
      status: "imported",
      parentSessionId,
      outcome: null,
      messages: 0,
      toolCalls: 0,
      openCalls: 0,
    };
    await this.#run.finishing.of(id);
    const opened = {
      ...openJournal(this.#run, this.#format, shown, header),
      startedAt: header.startTime,
    };
    known.setId(header.sourceId, shown.id);
    const tally = this.#tally.addSession(shown);
    const calls = new CallNames(header.isOurs === true ? "latest" : "oldest");
    const target = new Target(this.#run, this.#format, this.#text, shown, opened, tally, calls);
    this.#targets.set(session, target);
    const indexed = known.indexedOf(header.sourceId);
    if (indexed !== undefined) target.addIndexed(indexed);
  }

  /** Two sessions of one source may go by one name; the second is told apart by its number. */
  #identify(given: ForeignHeader): { id: string; header: ForeignHeader } {
    let header = given;
    let id = sessionIdFor(this.#format, header);
    let copy = this.#copies.get(id) ?? 1;
    const wanted = id;
    while (this.#usedIds.has(id)) {
      copy += 1;
      header = { ...given, sourceId: `${given.sourceId}#${copy}` };
      id = importedSessionId(this.#format, header);
    }
    this.#copies.set(wanted, copy);
    this.#usedIds.add(id);
    return { id, header };
  }

  /** Makes an event fit the journal: calls and results are paired, and a call has a time. */
  #fit({ calls }: Target, event: ImportedEvent): ImportedEvent {
    const { type, data, id } = event;
    if (type === "tool_call.started") {
      const callId = calls.start(textOf(data.callId));
      const timestamp = textOf(data.timestamp);
      if (callId === data.callId && timestamp !== undefined) return event;
      return { type, id, data: { ...data, callId, timestamp: timestamp ?? new Date().toISOString() } };
    }
    if (type !== "tool_call.finished") return event;
    const callId = calls.finish(textOf(data.callId));
    if (callId === undefined) return this.#unpaired(event);
    return callId === data.callId ? event : { type, id, data: { ...data, callId } };
  }

  #unpaired({ data }: ImportedEvent): ImportedEvent {
    this.#tally.report.totals.unpairedResults += 1;
    const { at, ...rest } = data;
    const kept = { kind: `${this.#format}.unpaired_result`, data: rest };
    return { type: "note.added", data: textOf(at) === undefined ? kept : { ...kept, at } };
  }

  #link({ session, child, at }: Extract<Entry, { kind: "child" }>): void {
    const sessionId = this.#run.known.idOf(child);
    if (sessionId !== undefined) this.#targets.get(session)?.link(sessionId, at);
  }

  async #end(session: string, end: Omit<Extract<Entry, { kind: "end" }>, "kind" | "session">) {
    const target = this.#targets.get(session);
    if (target === undefined) return;
    for (const child of this.#run.known.childrenOf(target.shown.sourceId))
      this.#link({ kind: "child", session, child });
    this.#targets.delete(session);
    await target.end(end);
  }
}
