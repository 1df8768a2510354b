/**
 * What `export --json` says of an export: how much was read, how much was written, and what the format has no place for.
 * It takes note of what passes and changes nothing of it.
 */
import { Buffer } from "node:buffer";
import type { JournalRecord } from "../event/types.js";
import type { ExportFormat } from "../export/entry.js";
import { isLeftOut } from "../export/left-out.js";
import type { SoundPartEnd } from "../journal/sound-part.js";

export interface ExportReport {
  /** Of the first record; null where nothing was sound. */
  readonly sessionId: string | null;
  readonly format: ExportFormat;
  /** The journal, or the snapshot where the journal is gone. */
  readonly source: string;
  /** Null where there was nothing to write. */
  readonly output: string | null;
  readonly bytes: number;
  readonly records: number;
  /** Whether it holds what was said, arguments and results. */
  readonly content: boolean;
  /** The types of event that the format has no place for, and how many records of each there were. */
  readonly leftOut: readonly { readonly type: string; readonly records: number }[];
  /** What the journal came to; null for a snapshot. */
  readonly found: SoundPartEnd | null;
}

type Records = AsyncIterable<JournalRecord> | Iterable<JournalRecord>;

export class ExportCount {
  readonly #format: ExportFormat;
  readonly #leftOut = new Map<string, number>();
  #sessionId: string | null = null;
  #records = 0;
  #bytes = 0;

  constructor(format: ExportFormat) {
    this.#format = format;
  }

  async *read(records: Records): AsyncGenerator<JournalRecord, void> {
    for await (const record of records) {
      this.#records += 1;
      const { type, data } = record;
      if (this.#records === 1 && typeof data.sessionId === "string") this.#sessionId = data.sessionId;
      if (isLeftOut(type, this.#format)) this.#leftOut.set(type, (this.#leftOut.get(type) ?? 0) + 1);
      yield record;
    }
  }

  async *write(pieces: AsyncIterable<string>): AsyncGenerator<string, void> {
    for await (const piece of pieces) {
      this.#bytes += Buffer.byteLength(piece);
      yield piece;
    }
  }

  report(of: Pick<ExportReport, "source" | "content" | "found"> & { readonly output: string }): ExportReport {
    return {
      sessionId: this.#sessionId,
      format: this.#format,
      source: of.source,
      output: this.#bytes === 0 ? null : of.output,
      bytes: this.#bytes,
      records: this.#records,
      content: of.content,
      leftOut: [...this.#leftOut].map(([type, records]) => ({ type, records })),
      found: of.found,
    };
  }
}
