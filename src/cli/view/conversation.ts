/**
 * The conversation of a session, with the calls of tools where they were made. What it keeps of each record is what it
 * will show, so that a session with huge results can be read too.
 */
import { isMessageAdded } from "../../event/guards.js";
import type { JournalRecord } from "../../event/types.js";
import { safeLine, safeLines } from "../../text/safe-text.js";
import type { Paint } from "../terminal/paint.js";
import { cutToWidth, wrapToWidth } from "../terminal/width.js";
import { CallEntry, type Room } from "./call-entry.js";
import { blobsText, joinParts } from "./event-line.js";
import { describeEvent, type Part } from "./event-words.js";
import { formatClock } from "./figures.js";
import { OpenCalls } from "./open-calls.js";
import { contentText, isCallBlock, preview } from "./preview.js";

/** Records that are told between the messages, on one line each. */
const ASIDES: ReadonlySet<string> = new Set([
  "child_session.linked",
  "error.recorded",
  "journal.repaired",
  "note.added",
]);

const NO_CALL = { time: undefined, started: undefined, finished: undefined };

const INDENT = "  ";
/** Text is read more easily on lines that end before the widest terminal does. */
const READABLE_WIDTH = 120;
/** Lines of a message that are shown unless all are asked for. */
const SHOWN_LINES = 20;
const SHOWN_TOOL_LINES = 4;
const SHOWN_LENGTH = 8_000;
/** Two texts that begin alike for so long are the same. */
const ALIKE_LENGTH = 500;
const BLANK_ENDS = /^(?:[ \t]*\r?\n)+|\s+$/g;

interface MessageEntry {
  readonly head: string;
  readonly lines: readonly string[];
  /** What stands for it where the calls that it asks for are not on record. */
  readonly asks: string;
  /** How it begins, if it only repeats what a tool gave back. */
  readonly repeats: string | undefined;
}

/** A runtime's message type may be its own, without a role. */
interface ForeignMessage {
  readonly role?: string;
  readonly content?: unknown;
}

const NO_ROLE = "message";

export class Conversation {
  readonly #paint: Paint;
  readonly #room: Room;
  readonly #calls = new OpenCalls();
  readonly #open = new Map<string, CallEntry>();
  readonly #entries: (string | MessageEntry | CallEntry)[] = [];

  constructor(paint: Paint, width: number, isFull: boolean) {
    this.#paint = paint;
    this.#room = { width, textWidth: Math.min(width, READABLE_WIDTH), isFull };
  }

  get openCalls() {
    return this.#calls.open;
  }

  add(record: JournalRecord): void {
    const data: unknown = record.data;
    if (record.type === "message.added" && isMessageAdded(data)) {
      this.#entries.push(this.#messageOf(record, data.message as ForeignMessage));
    } else if (ASIDES.has(record.type)) {
      const { label, tone, parts } = describeEvent(record, NO_CALL);
      // What only a program noted down stands back.
      const shown = record.type === "note.added" ? parts.map(([, text]): Part => ["dim", text]) : parts;
      const line = joinParts([[tone, label], ...shown], this.#paint, this.#room.width - INDENT.length);
      this.#entries.push(INDENT + line);
    } else {
      this.#addCall(record);
    }
  }

  *lines(): Generator<string> {
    const results = new Set(
      this.#entries.map((entry) => entry instanceof CallEntry && alike(entry.resultText)),
    );
    for (const [at, entry] of this.#entries.entries()) {
      if (typeof entry === "string") yield entry;
      else if (entry instanceof CallEntry) yield* entry.lines(this.#paint, this.#room);
      // What a tool gave back has been shown with its call.
      else if (entry.repeats === undefined || !results.has(entry.repeats)) {
        yield* ["", entry.head, ...entry.lines];
        if (entry.asks !== "" && !(this.#entries[at + 1] instanceof CallEntry)) yield INDENT + entry.asks;
      }
    }
  }

  #messageOf(record: JournalRecord, { role = NO_ROLE, content }: ForeignMessage): MessageEntry {
    const { isFull, textWidth } = this.#room;
    const isResult = role === "tool" || role === "toolResult" || isResultBlocks(content);
    const said = Array.isArray(content) ? content.filter((block) => !isCallBlock(block)) : content;
    const asked = Array.isArray(content) ? content.filter(isCallBlock) : [];
    const text = contentText(said, isFull ? Number.POSITIVE_INFINITY : SHOWN_LENGTH).replace(BLANK_ENDS, "");
    const all =
      text === "" ? [] : safeLines(text).flatMap((line) => wrapToWidth(line, textWidth - INDENT.length));
    const most = isFull ? Number.POSITIVE_INFINITY : isResult ? SHOWN_TOOL_LINES : SHOWN_LINES;
    const lines = all
      .slice(0, most)
      .map((line) => (INDENT + this.#paint(isResult ? "dim" : "plain", line)).trimEnd());
    if (all.length > most || (!isFull && text.length >= SHOWN_LENGTH)) {
      lines.push(INDENT + this.#paint("dim", "… (--full shows all of it)"));
    }
    return {
      head: this.#head(record, role),
      lines,
      asks: asked.length === 0 ? "" : this.#paint("dim", safeLine(contentText(asked))),
      repeats: isResult ? alike(text) : undefined,
    };
  }

  #head(record: JournalRecord, role: string): string {
    // What is known from a snapshot alone has no place in a journal, and no time.
    const time = this.#calls.times.of(record);
    const clock = time === undefined ? "" : `${formatClock(time)} `;
    const blobs = blobsText(record);
    const place = `${record.seq === 0 ? "" : `${clock}#${record.seq}`}${blobs === "" ? "" : `  ${blobs}`}`;
    const name = cutToWidth(safeLine(preview(role)), this.#room.width - place.length - 2);
    return `${this.#paint(role === "user" ? "accent" : "strong", name)}  ${this.#paint("dim", place)}`.trimEnd();
  }

  #addCall(record: JournalRecord): void {
    const { started, finished } = this.#calls.join(record);
    if (started !== undefined) {
      const entry = new CallEntry(started.started, this.#room.isFull);
      this.#entries.push(entry);
      this.#open.set(started.started.callId, entry);
    }
    if (finished === undefined) return;
    const { callId } = finished.finished;
    this.#open.get(callId)?.finish(finished);
    this.#open.delete(callId);
  }
}

function isResultBlocks(content: unknown): boolean {
  if (!Array.isArray(content) || content.length === 0) return false;
  return content.every(
    (block) =>
      typeof block === "object" && block !== null && (block as { type?: unknown }).type === "tool_result",
  );
}

/** The same for texts that are the same. */
function alike(text: string | undefined): string | undefined {
  return text?.trim().slice(0, ALIKE_LENGTH);
}
