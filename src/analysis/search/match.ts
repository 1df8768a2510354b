/** A record in which something was found, and the first place in it with what stands around. */
import { isCallStarted } from "../../event/guards.js";
import { isImportedStart } from "../../event/imported.js";
import type { JournalRecord } from "../../event/types.js";
import { timeOf } from "../../export/record-facts.js";
import { type Found, findIn } from "./pattern.js";
import { placeText, type TextPlace, visitTexts } from "./searched-texts.js";

export interface Match {
  sessionId: string;
  /** Of the journal. */
  path: string;
  seq: number;
  /** When it happened: the source's time in an imported session, "" where that has none; else when it was recorded. */
  time: string;
  type: string;
  /** The role of a message, `call`, `ok`, `failed`, `error`, `note`; else the type. */
  kind: string;
  /** Of a call and of its result, where the call is on record. */
  tool?: string;
  /** Where in the record's `data` the first place is. */
  field: string;
  /** Whether what was found is the name of that member, and not its value. */
  inName: boolean;
  /** Up to 240 characters before the place, what was found there (up to 480), and up to 240 behind it. */
  before: string;
  text: string;
  after: string;
  /** How many places there are in the record. */
  count: number;
}

const AROUND = 240;
const MOST_SHOWN = 480;

export interface FoundInRecord
  extends Pick<Match, "field" | "inName" | "before" | "text" | "after" | "count"> {}

/** `onlyFirst` leaves the others uncounted. */
export function findInRecord(
  record: JournalRecord,
  expression: RegExp,
  onlyFirst = false,
): FoundInRecord | undefined {
  let first: FoundInRecord | undefined;
  let count = 0;
  visitTexts(record, (text, place, isName) => {
    for (let found = findIn(expression, text); found; found = findIn(expression, text, found.end)) {
      first ??= excerpt(text, place, isName, found);
      count += 1;
      if (onlyFirst) return true;
    }
    return false;
  });
  return first && { ...first, count };
}

function excerpt(text: string, place: TextPlace, inName: boolean, { start, end }: Found): FoundInRecord {
  const shownEnd = wholeAt(text, Math.min(end, start + MOST_SHOWN));
  return {
    field: placeText(place),
    inName,
    before: text.slice(wholeAt(text, Math.max(0, start - AROUND)), start),
    text: text.slice(start, shownEnd),
    after: text.slice(end, shownEnd < end ? end : wholeAt(text, end + AROUND)),
    count: 0,
  };
}

/** The place, or the one before it where it lies between the halves of a character. */
function wholeAt(text: string, place: number): number {
  return (text.codePointAt(place - 1) ?? 0) > 0xffff ? place - 1 : place;
}

/** Names records as `tail` does, and remembers which tool an open call is of, and whether it was imported. */
export class MatchMaker {
  readonly #tools = new Map<string, string>();
  #isImported = false;

  /** To be shown the first record and every `tool_call.started`, whether something was found in it or not. */
  note(record: JournalRecord): void {
    const data: unknown = record.data;
    if (record.type === "session.started") this.#isImported = isImportedStart(record.data);
    if (record.type === "tool_call.started" && isCallStarted(data)) this.#tools.set(data.callId, data.name);
  }

  make(sessionId: string, path: string, record: JournalRecord, found: FoundInRecord): Match {
    const { seq, type } = record;
    const tool = this.#toolOf(record);
    return {
      sessionId,
      path,
      seq,
      time: this.#isImported && typeof record.data.at !== "string" ? "" : timeOf(record),
      type,
      kind: kindOf(record),
      ...(tool === undefined ? {} : { tool }),
      ...found,
    };
  }

  #toolOf({ type, data }: JournalRecord): string | undefined {
    const isCall = type === "tool_call.started" || type === "tool_call.finished";
    return isCall && typeof data.callId === "string" ? this.#tools.get(data.callId) : undefined;
  }
}

function kindOf({ type, data }: JournalRecord): string {
  const { message, result } = data as { message?: { role?: unknown }; result?: { success?: unknown } };
  switch (type) {
    case "message.added":
      return typeof message?.role === "string" && message.role !== "" ? message.role : "message";
    case "tool_call.started":
      return "call";
    case "tool_call.finished":
      return result?.success === false ? "failed" : "ok";
    case "error.recorded":
      return "error";
    case "note.added":
      return "note";
    default:
      return type;
  }
}
