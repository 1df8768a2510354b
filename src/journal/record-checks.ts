/**
 * What may be wrong with a record whose line is sound: beside its own type, and beside the records before it. It takes
 * them in order, each once, and keeps what the next ones are held against. It neither reads files nor judges the journal.
 */
import { describe } from "../event/describe.js";
import { findMisfit } from "../event/misfit.js";
import { SEALED } from "../event/seal.js";
import type { JournalRecord } from "../event/types.js";
import { findOrphan } from "../state/orphans.js";
import { childFault } from "../store/child-id.js";

/** Something that is not as it should be; `code` is one of docs/reference/api.md. */
export interface Problem {
  code: string;
  message: string;
  /** The record at fault, which is also the number of its line, and where that line begins; absent for a whole file. */
  seq?: number;
  byteOffset?: number;
}

interface Fault {
  readonly code: string;
  readonly message: string;
}

const MOST_PROBLEMS = 100;

export class RecordChecks {
  readonly problems: Problem[] = [];
  /** How many more there were than are listed. */
  unlisted = 0;
  /** What the first record says. */
  sessionId: string | null = null;
  readonly #openCalls = new Set<string>();
  #turnIndex = 0;
  #endSeq = 0;

  /** `byteOffset` is where its line begins. */
  add(record: JournalRecord, byteOffset: number): void {
    if (record.seq === 1 && typeof record.data.sessionId === "string") this.sessionId = record.data.sessionId;
    if (this.#endSeq > 0) this.#addBehindEnd(record, byteOffset);
    const fault = findMisfit(record) ?? this.#findFault(record);
    if (fault !== null) this.note(fault, record.seq, byteOffset);
  }

  note({ code, message }: Fault, seq?: number, byteOffset?: number): void {
    this.noteProblem({
      code,
      message,
      ...(seq === undefined ? {} : { seq }),
      ...(byteOffset === undefined ? {} : { byteOffset }),
    });
  }

  noteProblem(problem: Problem): void {
    if (this.problems.length >= MOST_PROBLEMS) this.unlisted += 1;
    else this.problems.push(problem);
  }

  /** Of a record whose data has the form of its type. */
  #findFault(record: JournalRecord): Fault | null {
    switch (record.type) {
      case "tool_call.started":
      case "tool_call.finished":
        return findOrphan(this.#openCalls, record);
      case "turn.completed":
        return this.#findTurnFault(record);
      case "child_session.linked":
        return this.#findChildFault(record);
      case "session.ended":
        this.#endSeq ||= record.seq;
        return null;
      default:
        return null;
    }
  }

  /** Turns may be missing where a repair had to leave a gap, but none comes twice. */
  #findTurnFault({ seq, data }: JournalRecord): Fault | null {
    const index = data.index as number;
    const last = this.#turnIndex;
    this.#turnIndex = index;
    if (index > last) return null;
    const message = `Record ${seq}: turn ${index} completes behind turn ${last}, so the state counts ${index}.`;
    return { code: "TURN_ORDER", message };
  }

  #findChildFault({ seq, data }: JournalRecord): Fault | null {
    const id = data.sessionId as string;
    const why = childFault(id, this.sessionId);
    if (why === null) return null;
    return { code: "INVALID_CHILD", message: `Record ${seq}: the child session ${describe(id)} ${why}.` };
  }

  /** A recovery or a repair may still have to say what it took out, and the end is sealed; nothing else comes behind it. */
  #addBehindEnd({ seq, type }: JournalRecord, byteOffset: number): void {
    if (type === "journal.repaired" || type === SEALED) return;
    const message = `Record ${seq} stands behind the end of the session (record ${this.#endSeq}).`;
    this.note({ code: "BEHIND_END", message }, seq, byteOffset);
  }
}
