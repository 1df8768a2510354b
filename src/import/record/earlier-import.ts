/**
 * Looks at the journal that an earlier import of the same session has left: how many events of the source it holds and what the
 * last of them says, so that what the source has gained since can be added to it. It checks no hashes; `verify` does.
 */
import { FORMAT_VERSION } from "../../event/format-version.js";
import { SEALED } from "../../event/seal.js";
import { isReservedType } from "../../event/validate.js";
import type { Files } from "../../files/files.js";
import { runBlocking } from "../../files/steps.js";
import { readFirstRecord, readRecordBefore } from "../../journal/peek.js";
import { RawLines } from "../../journal/raw-lines.js";
import { JournalHold } from "../../recording/journal-hold.js";
import { loadSession } from "../../store/load.js";
import { sessionPaths } from "../../store/names.js";
import type { Place } from "../../store/place.js";
import type { FormatName, ImportedEvent } from "../types.js";
import { ImportJournal } from "./import-journal.js";

export interface Earlier {
  /** Events that came from the source itself. */
  readonly events: number;
  /** The last of them. */
  readonly last: ImportedEvent | null;
  /** Sessions that it is linked to: known from other sources, so they do not count. */
  readonly linked: ReadonlySet<string>;
  /** Otherwise it was recorded here, and nothing is added to it. */
  readonly isImport: boolean;
  /** How it ends: in `session.ended`, cleanly without, or not at all. */
  readonly end: "ended" | "closed" | "open";
}

/** The members of a record stand in an order of their own, so its type is told without reading the rest. */
const OPENING = /^\{"seq":\d+,"time":"[^"]*","type":"([^"]*)","data":\{(?:"(?:sessionId|kind)":"([^"]*)")?/;
const OPENING_BYTES = 512;

/** A string says why it cannot be gone on with. Throws what the file system throws. */
export function inspectEarlier(
  { files, directory }: Place,
  id: string,
  format: FormatName,
): Earlier | string {
  const paths = sessionPaths(directory, id);
  if (files.statPath(paths.journal) === null) return "a session of this id lies there without a journal";
  const fd = files.open(paths.journal, "read");
  try {
    const first = readFirstRecord(files, fd);
    if (first?.data.formatVersion !== FORMAT_VERSION) return "what lies there under its id cannot be read";
    const about = (first.data.metadata as { import?: { format?: unknown } } | undefined)?.import;
    return { ...readThrough(files, fd, format), isImport: about?.format === format };
  } finally {
    files.close(fd);
  }
}

function readThrough(files: Files, fd: number, format: FormatName): Omit<Earlier, "isImport"> {
  const linked = new Set<string>();
  let events = 0;
  let lastEnd = 0;
  let end: Earlier["end"] = "open";
  const lines = new RawLines(files, fd, 0);
  while (lines.next()) {
    const opening = lines.bytes.toString("latin1", 0, Math.min(lines.bytes.length, OPENING_BYTES));
    const [, type = "", name = ""] = OPENING.exec(opening) ?? [];
    if (type === SEALED) continue;
    end = type === "session.ended" ? "ended" : type === "writer.closed" ? "closed" : "open";
    if (isReservedType(type)) continue;
    if (type === "child_session.linked") linked.add(name);
    else if (type !== "note.added" || name !== `${format}.index`) {
      events += 1;
      lastEnd = lines.start + lines.bytes.length + 1;
    }
  }
  const last = lastEnd === 0 ? null : readRecordBefore(files, fd, lastEnd);
  return { events, last: last as ImportedEvent | null, linked, end };
}

/** Opens it to be added to. Blocks. Throws SESSION_LOCKED, CORRUPT_JOURNAL and others. */
export function reopenJournal(place: Place, id: string): ImportJournal {
  const { files, directory } = place;
  const paths = sessionPaths(directory, id);
  const loaded = runBlocking(files, loadSession(files, paths));
  if (loaded === null) throw new Error(`${paths.journal} holds nothing`);
  const hold = new JournalHold(files, paths, loaded, null);
  return new ImportJournal(place, paths, runBlocking(files, hold.acquire(false)), null);
}

/**
 * Whether the source still says what was recorded. What was recorded while it happened has no time of its source beside it, and
 * a call without one has the time of its import.
 */
export function saysTheSame(said: ImportedEvent, recorded: ImportedEvent): boolean {
  if (said.type !== recorded.type) return false;
  const isTimed = recorded.data.at !== undefined;
  const isCallTimed = isTimed || said.data.at !== undefined;
  const textOf = ({ data }: ImportedEvent) =>
    JSON.stringify({
      ...data,
      at: isTimed ? data.at : undefined,
      timestamp: isCallTimed ? data.timestamp : undefined,
    });
  return textOf(said) === textOf(recorded);
}
