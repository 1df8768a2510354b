/**
 * What a journal's bytes say, worked out from the documented format alone: its records, its verdict and the state they
 * make. It shares no code with the library, so that a mistake of the library is seen and not repeated.
 */
import { createHash } from "node:crypto";
import { soundPrefix } from "../support/fault-oracle.js";

export interface OracleRecord {
  readonly seq: number;
  readonly type: string;
  readonly data: { readonly [key: string]: unknown };
  readonly durable?: number;
  readonly hash: string;
}

export interface Anchor {
  readonly seq: number;
  readonly hash: string;
}

export interface Judged {
  readonly verdict: "sound" | "growing" | "torn" | "corrupt" | "empty";
  readonly records: readonly OracleRecord[];
  /** What is behind the sound lines. */
  readonly rest: Buffer;
  readonly bytes: Buffer;
}

const MARK = /,"durable":(\d+),"hash":"[A-Za-z0-9_-]{43}"}$/;
const SUM = ',\n    "sha256": "';

export function judgeJournal(journal: Uint8Array, anchor: Anchor | null, isHeld: boolean): Judged {
  const { lines, rest } = soundPrefix(journal);
  const bytes = Buffer.from(journal);
  const records = lines.map((line) => JSON.parse(line) as OracleRecord);
  const found = { records, rest, bytes };
  const seen = anchor === null ? undefined : records[anchor.seq - 1];
  if (anchor !== null && seen !== undefined && seen.hash !== anchor.hash) {
    return { ...found, records: records.slice(0, anchor.seq - 1), verdict: "corrupt" };
  }
  const end = rest.indexOf(0x0a);
  const isBroken = rest.length > 0;
  if (isHeld && end === -1 && (isBroken || records.length === 0)) return { ...found, verdict: "growing" };
  const behind =
    end === -1
      ? []
      : rest
          .toString("latin1", end + 1)
          .split("\n")
          .slice(0, -1);
  const marks = [...lines, ...behind].map((line) => Number(MARK.exec(line)?.[1] ?? 0));
  const mark = Math.max(0, anchor?.seq ?? 0, ...marks);
  if (mark > records.length) return { ...found, verdict: "corrupt" };
  if (isBroken && end !== -1 && !rest.subarray(0, end).includes(0)) return { ...found, verdict: "corrupt" };
  if (records.length === 0) return { ...found, verdict: "empty" };
  return { ...found, verdict: isBroken ? "torn" : "sound" };
}

/** How far a snapshot reaches; null where its checksum does not hold. */
export function anchorIn(snapshot: Uint8Array): Anchor | null {
  const text = Buffer.from(snapshot).toString("utf8");
  const at = text.lastIndexOf(SUM);
  if (at === -1) return null;
  const sum = createHash("sha256").update(text.slice(0, at)).digest("base64url");
  if (text.slice(at) !== `${SUM}${sum}"\n  }\n}\n`) return null;
  const { journal } = JSON.parse(text) as { journal?: Anchor };
  return journal === undefined ? null : { seq: journal.seq, hash: journal.hash };
}

/** The parts of a session's state that its events make, as text to be compared. */
export function foldRecords(records: readonly OracleRecord[]): string {
  const state = {
    outcome: null as unknown,
    status: "running" as unknown,
    lastTurnIndex: 0 as unknown,
    messages: [] as unknown[],
    notes: [] as unknown[],
    errors: [] as unknown[],
    childSessionIds: [] as unknown[],
    toolCalls: [] as { callId: unknown; result: unknown }[],
    tokens: 0,
  };
  for (const { type, data } of records) {
    if (type === "message.added") state.messages.push(data.message);
    else if (type === "note.added") state.notes.push([data.kind, data.data]);
    else if (type === "error.recorded") state.errors.push(data.message);
    else if (type === "child_session.linked") state.childSessionIds.push(data.sessionId);
    else if (type === "turn.completed") state.lastTurnIndex = data.index;
    else if (type === "status.changed") state.status = data.status;
    else if (type === "token_usage.updated") state.tokens += Number(data.input) + Number(data.output);
    else if (type === "tool_call.started") state.toolCalls.push({ callId: data.callId, result: null });
    else if (type === "tool_call.finished") {
      const call = state.toolCalls.find(({ callId, result }) => callId === data.callId && result === null);
      if (call !== undefined) call.result = data.result;
    } else if (type === "session.ended") {
      state.outcome = data.outcome;
      state.status = data.outcome === "success" ? "completed" : "failed";
    }
  }
  return JSON.stringify(state);
}

/** The same parts of what the library shows. */
export function foldShown(shown: object): string {
  const state = shown as {
    [key: string]: unknown;
    tokenUsage: { total: number };
    notes: { kind: unknown; data: unknown }[];
    errors: { message: unknown }[];
    toolCalls: { callId?: unknown; result: unknown }[];
  };
  return JSON.stringify({
    outcome: state.outcome,
    status: state.status,
    lastTurnIndex: state.lastTurnIndex,
    messages: state.messages,
    notes: state.notes.map(({ kind, data }) => [kind, data]),
    errors: state.errors.map(({ message }) => message),
    childSessionIds: state.childSessionIds,
    toolCalls: state.toolCalls.map(({ callId, result }) => ({ callId, result })),
    tokens: state.tokenUsage.total,
  });
}
