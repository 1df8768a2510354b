/**
 * What readers of foreign formats give, and what an import says of itself. Types only. A reader turns foreign records
 * into entries, in the source's order; it opens no file and writes nothing.
 */
import type { Outcome, RuntimeEvent } from "../event/types.js";
import type { TokenUsage } from "../state/types.js";
import type { Where } from "../store/place.js";

export type FormatName =
  | "claude-code"
  | "pi"
  | "codex"
  | "atif"
  | "mini-swe-agent"
  | "swe-agent"
  | "tau-bench"
  | "tau2-bench"
  | "openhands"
  | "gemini-cli"
  | "inspect"
  | "choragen-session"
  | "choragen-metrics"
  | "choragen-journal";

/** An event as the source states it: `data.at` is the source's time, `data.source` what else its record says. */
export interface ImportedEvent {
  readonly type: RuntimeEvent["type"];
  readonly data: { readonly [key: string]: unknown };
  /** Of the record, where it had one before. */
  readonly id?: string | undefined;
}

/** A foreign session: who ran, on what, when. */
export interface ForeignHeader {
  /** What the source calls it. With `startTime` it makes the session's id. */
  readonly sourceId: string;
  /** Recorded by this library or choragen: the id stays, and so do the ids of parents and children. */
  readonly isOurs?: boolean | undefined;
  /** As the source writes it, with the zone it has or none. */
  readonly startTime?: string | undefined;
  readonly role: string;
  readonly model: string;
  readonly chainId?: string | null | undefined;
  readonly taskId?: string | null | undefined;
  /** The source's name of the session that started this one. */
  readonly parent?: string | undefined;
  readonly metadata: { readonly [key: string]: unknown };
  /** What else is known of the source, for `metadata.import`. */
  readonly about?: { readonly [key: string]: unknown } | undefined;
}

/** A record as it was read, and the text it was read from. */
export interface SourceText {
  readonly value: object;
  readonly json: string;
}

/** One thing that a reader says. `session` tells sessions of one source apart, and means nothing beyond it. */
export type Entry =
  | { readonly kind: "record"; readonly source?: SourceText | undefined }
  | { readonly kind: "begin"; readonly session: string; readonly header: ForeignHeader }
  | { readonly kind: "event"; readonly session: string; readonly event: ImportedEvent }
  | {
      readonly kind: "child";
      readonly session: string;
      readonly child: string;
      readonly at?: string | undefined;
    }
  | {
      readonly kind: "end";
      readonly session: string;
      readonly outcome?: Outcome | undefined;
      readonly at?: string | undefined;
      /** Nobody said how it ended; it was concluded. */
      readonly isInferred?: boolean | undefined;
    }
  | { readonly kind: "unreadable"; readonly line?: number | undefined; readonly reason: string };

/** Reads a source of one record a line. `end` is called once, behind the last line. */
export interface LineReader {
  read(record: unknown, line: number): Iterable<Entry>;
  end(): Iterable<Entry>;
}

interface Format {
  readonly name: FormatName;
  /** What it is called, and what of it is looked for: the error about an unknown file names both. */
  readonly title: string;
  readonly mark: string;
}

export interface LineFormat extends Format {
  readonly layout: "lines";
  /** `records` are the first whole lines that are JSON objects. */
  detect(records: readonly unknown[]): boolean;
  /** `path` is where the source lies on the disk, if it does: other files may belong to it. */
  open(digest: string, path: string | null): LineReader;
}

export interface DocumentFormat extends Format {
  readonly layout: "document";
  detect(value: unknown): boolean;
  /** `digest` is made of the source's bytes: an id for what has none of its own. */
  read(value: unknown, digest: () => string): Iterable<Entry>;
}

export type ForeignFormat = LineFormat | DocumentFormat;

export type ImportSource = string | Uint8Array | AsyncIterable<Uint8Array>;

export interface ImportOptions extends Where {
  /** Read it as this format instead of finding out. */
  format?: FormatName | undefined;
  /** What the report calls the source; its path unless given. */
  name?: string | undefined;
  /** Ends it with the signal's reason. Sessions that were whole by then stay; nothing is left of the others. */
  signal?: AbortSignal | undefined;
  /** Told now and then how many bytes of the source have been read. */
  onProgress?: ((bytes: number) => void) | undefined;
}

/**
 * - `imported`: made now · `extended`: imported before; what the source has gained since was added
 * - `already-imported`: nothing was written · `changed`: nothing was written, and the source says something else now
 * - `unwritable`: nothing was written, for the reason given
 */
export type SessionStatus = "imported" | "extended" | "already-imported" | "changed" | "unwritable";

export interface ImportedSession {
  id: string;
  sourceId: string;
  status: SessionStatus;
  reason?: string;
  parentSessionId: string | null;
  outcome: Outcome | null;
  messages: number;
  toolCalls: number;
  openCalls: number;
}

export interface Unreadable {
  line?: number;
  reason: string;
}

/** What the source holds, whether it was written now or before. */
export interface SourceTotals {
  messages: number;
  calls: number;
  /** Results that belong to a call, and those to which the source has no call. */
  results: number;
  unpairedResults: number;
  tokens: TokenUsage;
}

export interface ImportReport {
  source: string;
  format: FormatName;
  /** Foreign records: lines, or the messages, steps and events of a document. */
  records: number;
  /** Events that say what the records said, and records that are kept as notes beside them. */
  events: number;
  notes: number;
  /** At most 1,000 of them; `unreadableCount` counts all. */
  unreadable: Unreadable[];
  unreadableCount: number;
  sessions: ImportedSession[];
  totals: SourceTotals;
}
