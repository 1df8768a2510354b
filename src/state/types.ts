/** The state of a session: what the reducer makes of its records, and what `toJSON()` and the snapshot show. */
import type {
  BlobRef,
  Message,
  Outcome,
  RecordedError,
  Status,
  TokenDetails,
  ToolCallRecord,
  ToolResult,
} from "../event/types.js";

/** `total` is `input + output`; the other figures stand beside it. */
export interface TokenUsage {
  input: number;
  output: number;
  total: number;
  cacheRead?: number;
  cacheWrite?: number;
  reasoning?: number;
  costUsd?: number;
}

/** `result` is null while the call is open. */
export interface StateToolCall extends Omit<ToolCallRecord, "result"> {
  result: ToolResult | null;
}

export interface RecordedNote {
  kind: string;
  data: unknown;
  time: string;
}

export interface SessionState<R extends string = string, M extends object = Message> {
  id: string;
  role: R;
  model: string;
  chainId: string | null;
  taskId: string | null;
  startTime: string;
  endTime: string | null;
  outcome: Outcome | null;
  tokenUsage: TokenUsage;
  messages: M[];
  toolCalls: StateToolCall[];
  parentSessionId: string | null;
  status: Status;
  lastTurnIndex: number;
  childSessionIds: string[];
  errors: RecordedError[];
  notes: RecordedNote[];
  metadata?: object;
}

export type CountedUsage = TokenDetails & { input: number; output: number };

/** The state with what a replay of further records needs. */
export interface ReplayState {
  state: SessionState;
  /** callId of each open call → its index in `toolCalls`. Without a prototype: ids are foreign text. */
  open: { [callId: string]: number };
  /** responseId → the usage counted for it. Without a prototype. */
  responses: { [responseId: string]: CountedUsage };
  /** Which values of `state` lie in blobs, where their markers stand; absent where all of them are here. */
  blobs?: BlobRef[];
}

/** What `session.ended` says of the whole run, so that listing reads one line. */
export interface RunSummary {
  messages: number;
  turns: number;
  toolCalls: number;
  failedCalls: number;
  deniedCalls: number;
  openCalls: number;
  errors: number;
  tokenUsage: TokenUsage;
}
