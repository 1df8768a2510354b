/**
 * Journals of this library, also as NDJSON exports: brought in from another place, their events are recorded anew, each with its
 * id and the time at which it was written. Hashes are not checked here (`verify` does that); records that are missing are told of.
 */
import type { BlobFault } from "../../blobs/read-blob.js";
import { resolveBlobs } from "../../blobs/resolve.js";
import { BLOBS_MEMBER, withoutRefs } from "../../event/blob-refs.js";
import { RUNTIME_TYPES } from "../../event/event-types.js";
import type { JournalRecord, Outcome } from "../../event/types.js";
import { begin, eventAsRecorded, note } from "../entries.js";
import { countOf, has, type Members, membersOf, textOf } from "../foreign-values.js";
import { ourHeader } from "../our-header.js";
import type { Entry, LineFormat, LineReader } from "../types.js";

const FORMAT = "choragen-journal";
const SESSION = "main";

const RUNTIME: ReadonlySet<string> = new Set(RUNTIME_TYPES);

export const choragenJournal: LineFormat = {
  name: FORMAT,
  title: "session journal of this library",
  mark: "lines with seq, time, type, data, id and hash",
  layout: "lines",
  detect: (records) => records.some((record) => has(record, "seq", "time", "type", "data", "hash")),
  open: (digest, path) => new JournalReader(digest, path),
};

class JournalReader implements LineReader {
  readonly #digest: string;
  readonly #path: string | null;
  #hasBegun = false;
  #end: Entry = { kind: "end", session: SESSION };
  #seq = 0;
  /** A clean stop that is not the last word is part of the story. */
  #stop: Entry | null = null;

  constructor(digest: string, path: string | null) {
    this.#digest = digest;
    this.#path = path;
  }

  *read(value: unknown, line: number): Generator<Entry, void> {
    const record = yield* this.#whole(membersOf(value), line);
    const data = membersOf(record.data);
    const type = textOf(record.type) ?? "unknown";
    const isFirst = !this.#hasBegun;
    this.#hasBegun = true;
    if (isFirst) {
      yield this.#begin(type === "session.started" ? data : {}, textOf(record.time));
    }
    yield* this.#placed(record, line);
    if (isFirst && type === "session.started") return;
    if (this.#stop !== null) yield this.#stop;
    this.#stop = null;
    const at = textOf(data.at) ?? textOf(record.time);
    if (type === "session.ended") {
      const isInferred = data.inferred === true;
      this.#end = { kind: "end", session: SESSION, outcome: outcomeOf(data.outcome), at, isInferred };
    } else if (type === "writer.closed") this.#stop = note(SESSION, FORMAT, type, record, { at });
    else if (RUNTIME.has(type) || (type.startsWith("x-") && type !== "x-")) {
      yield eventAsRecorded(SESSION, type, data, at, textOf(record.id));
    } else yield note(SESSION, FORMAT, type, record, { at });
  }

  /** With the values that lie in blobs beside the source; where one cannot be had, that is told and its marker stays. */
  *#whole(record: Members, line: number): Generator<Entry, Members> {
    if (membersOf(record.data)[BLOBS_MEMBER] === undefined) return record;
    const faults: string[] = [];
    const onFault = ({ message }: BlobFault): void => void faults.push(message);
    const whole = resolveBlobs(record as unknown as JournalRecord, this.#path ?? "-", { onFault });
    const where = this.#path === null ? "a value lies in a blob, and only the records were given" : "";
    for (const message of faults) yield { kind: "unreadable", line, reason: where || message };
    return { ...record, data: withoutRefs(whole.data) };
  }

  /** Tells of what is missing before the record. */
  *#placed({ seq }: Members, line: number): Generator<Entry, void> {
    const given = countOf(seq);
    const expected = this.#seq + 1;
    this.#seq = given ?? expected;
    if (given === undefined) yield { kind: "unreadable", line, reason: "it has no seq" };
    else if (given !== expected) {
      yield { kind: "unreadable", line, reason: `its seq is ${given}, where ${expected} comes next` };
    }
  }

  *end(): Generator<Entry, void> {
    if (this.#hasBegun) yield this.#end;
  }

  #begin(data: Members, time: string | undefined): Entry {
    const { sessionId, at, role, model, chainId, taskId, parentSessionId: parent, metadata, writer } = data;
    const said = {
      ...{
        startTime: textOf(at) ?? time,
        role: textOf(role) ?? "unknown",
        model,
        chainId,
        taskId,
        parent,
        metadata,
      },
      about: writer === undefined ? undefined : { writer },
    };
    return begin(SESSION, ourHeader(textOf(sessionId) ?? this.#digest, said));
  }
}

function outcomeOf(outcome: unknown): Outcome | undefined {
  return outcome === "success" || outcome === "failure" || outcome === "interrupted" ? outcome : undefined;
}
