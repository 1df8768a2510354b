/**
 * Writes imported events as JSON text. Most of what an import costs is spent here, so a note of a whole record takes the text that
 * the record was read from.
 */
import { Buffer } from "node:buffer";
import { tooLong } from "../../event/draft.js";
import { toPlain } from "../../event/plain.js";
import { escapeSeparators } from "../../event/separators.js";
import { validateEvent } from "../../event/validate.js";
import { MAX_LINE_BYTES } from "../../journal/line.js";
import type { ImportedEvent, SourceText } from "../types.js";

/** What stands in a line beside its data, at most. */
const ENVELOPE_BYTES = 64 * 1024;

/** The event's data as a journal can hold it. Throws INVALID_EVENT where the event does not have the form of its type. */
export function checkImported({ type, data }: ImportedEvent): object {
  const plain = toPlain(data);
  validateEvent(type, plain);
  return plain as object;
}

export class EventText {
  #record: SourceText | undefined;

  /** The record that the next events are made of. */
  remember(record: SourceText): void {
    this.#record = record;
  }

  /** Plain `data` as JSON text. Throws INVALID_EVENT where it is longer than a line may be. */
  of(data: object): string {
    try {
      const text = escapeSeparators(this.#ofNote(data) ?? JSON.stringify(data));
      const isShort = text.length < MAX_LINE_BYTES / 4;
      if (isShort || Buffer.byteLength(text) <= MAX_LINE_BYTES - ENVELOPE_BYTES) return text;
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
    }
    throw tooLong();
  }

  #ofNote(note: { kind?: unknown; data?: unknown }): string | undefined {
    const record = this.#record;
    if (record === undefined || note.data !== record.value) return undefined;
    const { kind, data: _, ...rest } = note;
    const others = JSON.stringify(rest);
    return `{"kind":${JSON.stringify(kind)},"data":${record.json}${others === "{}" ? "" : `,${others.slice(1, -1)}`}}`;
  }
}
