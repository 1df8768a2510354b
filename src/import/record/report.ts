/** Counts what an import reads and makes. It decides nothing. */

import { isUsage } from "../../event/guards.js";
import type { CountedUsage, TokenUsage } from "../../state/types.js";
import { countUsage } from "../../state/usage.js";
import type { FormatName, ImportedEvent, ImportedSession, ImportReport, Unreadable } from "../types.js";

const MOST_UNREADABLE = 1000;

export class ReportTally {
  readonly report: ImportReport;

  constructor(source: string, format: FormatName) {
    this.report = {
      source,
      format,
      records: 0,
      events: 0,
      notes: 0,
      unreadable: [],
      unreadableCount: 0,
      sessions: [],
      totals: {
        messages: 0,
        calls: 0,
        results: 0,
        unpairedResults: 0,
        tokens: { input: 0, output: 0, total: 0 },
      },
    };
  }

  addUnreadable(found: Unreadable): void {
    this.report.unreadableCount += 1;
    if (this.report.unreadable.length < MOST_UNREADABLE) this.report.unreadable.push(found);
  }

  /** One session of the source. */
  addSession(session: ImportedSession): SessionTally {
    this.report.sessions.push(session);
    return new SessionTally(this.report, session);
  }
}

export class SessionTally {
  readonly #report: ImportReport;
  readonly #session: ImportedSession;
  readonly #responses: { [responseId: string]: CountedUsage } = Object.create(null);
  #tokens: TokenUsage = { input: 0, output: 0, total: 0 };
  events = 0;

  constructor(report: ImportReport, session: ImportedSession) {
    this.#report = report;
    this.#session = session;
  }

  add({ type, data }: ImportedEvent): void {
    const { totals } = this.#report;
    this.events += 1;
    if (type === "note.added") this.#report.notes += 1;
    else this.#report.events += 1;
    if (type === "message.added") {
      totals.messages += 1;
      this.#session.messages += 1;
    } else if (type === "tool_call.started") {
      totals.calls += 1;
      this.#session.toolCalls += 1;
    } else if (type === "tool_call.finished") totals.results += 1;
    else if (type === "token_usage.updated" && isUsage(data)) {
      this.#tokens = countUsage(this.#tokens, this.#responses, data);
    }
  }

  /** The session is over: its tokens are known, each response counted once. */
  finish(openCalls: number): void {
    this.#session.openCalls = openCalls;
    const { tokens } = this.#report.totals;
    for (const [name, value] of Object.entries(this.#tokens) as [keyof TokenUsage, number][]) {
      tokens[name] = (tokens[name] ?? 0) + value;
    }
  }
}
