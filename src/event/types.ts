/**
 * The words of the journal as types: what a runtime states (`RuntimeEvent`), what stands in the file
 * (`JournalRecord`), and the shapes inside them. No code here.
 */

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type Outcome = "success" | "failure" | "interrupted";
export type Status = "running" | "paused" | "completed" | "failed";

/** One message of the conversation; a runtime may use a type of its own. */
export interface Message {
  role: string;
  content: unknown;
  name?: string;
  toolCalls?: unknown;
  toolCallId?: string;
}

export interface ToolResult {
  success: boolean;
  data?: unknown;
  error?: string;
}

/** What the runtime's governance said about a call before it ran. */
export interface GovernanceResult {
  allowed: boolean;
  reason?: string;
}

/** A call with its result. `timestamp` is ISO 8601, `durationMs` milliseconds. */
export interface ToolCallRecord {
  timestamp: string;
  name: string;
  params: object;
  result: ToolResult;
  governanceResult: GovernanceResult;
  callId?: string;
  durationMs?: number;
}

export interface ToolCallStart {
  name: string;
  params: object;
  governanceResult: GovernanceResult;
  callId?: string;
  timestamp?: string;
}

/** Token counts are disjoint: `input` excludes what was read from or written to a cache. */
export interface TokenDetails {
  cacheRead?: number;
  cacheWrite?: number;
  /** A part of `output`. */
  reasoning?: number;
  /** The provider's id of the response; a second update for the same one replaces the first. */
  responseId?: string;
  model?: string;
  costUsd?: number;
}

export interface RecordedError {
  message: string;
  stack?: string;
  recoverable: boolean;
}

/** `data` of every event type that a runtime may append. */
export interface EventData<M extends object = Message> {
  "message.added": { message: M };
  "tool_call.started": ToolCallStart & { callId: string; timestamp: string };
  "tool_call.finished": { callId: string; result: ToolResult; durationMs?: number };
  "token_usage.updated": TokenDetails & { input: number; output: number };
  "turn.completed": { index: number };
  "status.changed": { status: Status };
  "child_session.linked": { sessionId: string };
  "error.recorded": RecordedError;
  "note.added": { kind: string; data: unknown };
}

/** An event as a runtime states it. Types that begin with `x-` are the runtime's own. */
export type RuntimeEvent<M extends object = Message> =
  | { [T in keyof EventData<M>]: { type: T; data: EventData<M>[T] } }[keyof EventData<M>]
  | { type: `x-${string}`; data: object };

/** A value of a record that lies in a file of its own, `<id>.blobs/<sha256>`; in its place stands a marker. */
export interface BlobRef {
  /** Where in the record's `data`, as a JSON Pointer: `/message/content/0/source/data`. */
  at: string;
  /** Of the blob's bytes, which are the text as UTF-8: 64 lower-case hex digits, and the file's name. */
  sha256: string;
  /** How many bytes those are. */
  bytes: number;
}

/** A record as read from a journal: `type` may be one that this version does not know. */
export interface JournalRecord {
  /** 1, 2, 3 … without gaps. */
  seq: number;
  /** When it was written: ISO 8601, UTC, milliseconds. Shown, never sorted by. */
  time: string;
  type: string;
  /** Where some of its values lie in blobs, a member `$blobs` (`BlobRef[]`) names them; `resolveBlobs` puts them back. */
  data: { readonly [key: string]: Json };
  /** UUIDv7. */
  id: string;
  /** The highest seq known to be fsynced when this record was written. */
  durable?: number;
  /** base64url SHA-256 that chains this record to the one before (docs/reference/format.md). */
  hash: string;
}
