/**
 * The schemas of every event's data, of the record around it and of the snapshot: what `validate.ts` explains
 * with, and what `docs/reference/schema` is made from. Objects are open: keys that are not named here are kept.
 * Each message says what a value must be and completes the sentence "data.name must be …".
 */
import * as v from "valibot";
import { BLOBS_MEMBER } from "./blob-refs.js";
import { isObject } from "./guards.js";

const string = v.string("a string");
const text = v.pipe(v.string("a non-empty string"), v.nonEmpty("a non-empty string"));
const stringOrNull = v.nullable(string);
const flag = v.boolean("true or false");
const anything = v.unknown();

const COUNT = "a whole number from 0";
const count = v.pipe(v.number(COUNT), v.safeInteger(COUNT), v.minValue(0, COUNT));
const INDEX = "a whole number from 1";
const index = v.pipe(v.number(INDEX), v.safeInteger(INDEX), v.minValue(1, INDEX));
const AMOUNT = "a finite number from 0";
const amount = v.pipe(v.number(AMOUNT), v.finite(AMOUNT), v.minValue(0, AMOUNT));

/** An object that is not an array, with any members. `json-schema` shows it as `{"type": "object"}`. */
export const anyObject = v.custom<{ [key: string]: unknown }>(isObject, "an object");

const outcome = v.picklist(["success", "failure", "interrupted"], '"success", "failure" or "interrupted"');
const status = v.picklist(
  ["running", "paused", "completed", "failed"],
  '"running", "paused", "completed" or "failed"',
);

const toolResult = object({ success: flag, data: v.optional(anything), error: v.optional(string) });
const governanceResult = object({ allowed: flag, reason: v.optional(string) });
const usageDetails = {
  cacheRead: v.optional(count),
  cacheWrite: v.optional(count),
  reasoning: v.optional(count),
  costUsd: v.optional(amount),
};
/** A runtime's message type may be its own; what it calls `role` must be text. */
const message = object({ role: v.optional(string), content: v.optional(anything) });
const recordedError = { message: string, stack: v.optional(string), recoverable: flag };

// To valibot an array is an object as well, so `anyObject` comes first.
function object(entries: v.ObjectEntries) {
  return v.pipe(anyObject, v.looseObject(entries, "an object"));
}

/** A value that lies in a blob, and where. */
const blobRef = object({
  at: v.pipe(v.string(), v.regex(/^\//)),
  sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
  bytes: count,
});

/** Any event's data may carry `at`, the source's own time. */
function data(entries: v.ObjectEntries) {
  return object({ ...entries, at: v.optional(string) });
}

// A sum of many counts may be beyond what a single one may be.
const sum = v.pipe(v.number(COUNT), v.integer(COUNT), v.minValue(0, COUNT));
const tokenUsage = object({
  input: sum,
  output: sum,
  total: sum,
  cacheRead: v.optional(sum),
  cacheWrite: v.optional(sum),
  reasoning: v.optional(sum),
  costUsd: v.optional(amount),
});

const summary = object({
  messages: count,
  turns: count,
  toolCalls: count,
  failedCalls: count,
  deniedCalls: count,
  openCalls: count,
  errors: count,
  tokenUsage,
});

/** The data of the events that a runtime may append, by type. */
export const runtimeData = {
  "message.added": data({ message }),
  "tool_call.started": data({
    callId: text,
    timestamp: text,
    name: text,
    params: anyObject,
    governanceResult,
  }),
  "tool_call.finished": data({ callId: text, result: toolResult, durationMs: v.optional(amount) }),
  "token_usage.updated": data({
    input: count,
    output: count,
    ...usageDetails,
    responseId: v.optional(text),
    model: v.optional(string),
  }),
  "turn.completed": data({ index }),
  "status.changed": data({ status }),
  "child_session.linked": data({ sessionId: text }),
  "error.recorded": data(recordedError),
  "note.added": data({ kind: text, data: anything }),
} as const;

/** base64url SHA-256. */
const digest = v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{43}$/));

/** The data of the events that only the library writes, by type. */
export const libraryData = {
  "session.started": data({
    formatVersion: index,
    sessionId: text,
    role: string,
    model: string,
    chainId: stringOrNull,
    taskId: stringOrNull,
    parentSessionId: stringOrNull,
    metadata: v.optional(anyObject),
    writer: v.optional(object({ pid: count, node: string, version: string })),
    inferred: v.optional(flag),
  }),
  "journal.repaired": data({
    removedBytes: count,
    atByte: count,
    quarantine: v.nullable(string),
    gap: v.optional(object({ fromSeq: index, toSeq: index })),
    sha256: v.optional(string),
    salvaged: v.optional(count),
  }),
  "journal.sealed": v.pipe(
    anyObject,
    v.strictObject(
      {
        algorithm: v.literal("ed25519"),
        keyId: digest,
        formatVersion: index,
        sessionId: text,
        fromSeq: index,
        seq: index,
        hash: digest,
        everyRecords: count,
        signature: v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{86}$/)),
      },
      "an object with just the members of a seal",
    ),
  ),
  "writer.closed": data({ status: v.optional(status), summary: v.optional(summary) }),
  "session.ended": data({ outcome, inferred: v.optional(flag), summary }),
} as const;

/** The envelope: one line of a journal, whatever its type. */
const envelope = {
  seq: index,
  time: v.pipe(v.string(), v.regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/)),
  type: text,
  // Whatever the type, the places of values that lie in blobs.
  data: object({ [BLOBS_MEMBER]: v.optional(v.array(blobRef)) }),
  id: v.pipe(v.string(), v.uuid()),
  durable: v.optional(index),
  hash: digest,
};

export const record = object(envelope);

/** The same with other members before it. */
export function recordOf(others: v.ObjectEntries) {
  return object({ ...others, ...envelope });
}

const stateMembers = {
  id: text,
  role: string,
  model: string,
  chainId: stringOrNull,
  taskId: stringOrNull,
  startTime: string,
  endTime: stringOrNull,
  outcome: v.nullable(outcome),
  tokenUsage,
  messages: v.array(anyObject),
  toolCalls: v.array(
    object({
      timestamp: string,
      name: string,
      params: anyObject,
      result: v.nullable(toolResult),
      governanceResult,
      callId: v.optional(text),
      durationMs: v.optional(amount),
    }),
  ),
  parentSessionId: stringOrNull,
  status,
  lastTurnIndex: count,
  childSessionIds: v.array(text),
  errors: v.array(object(recordedError)),
  notes: v.array(object({ kind: text, data: anything, time: string })),
  metadata: v.optional(anyObject),
};

/** What `toJSON()` of a Session gives. */
export const state = object(stateMembers);

/** A snapshot. Those of an older, whole-file kind have no `journal`. */
export const snapshot = object({
  ...stateMembers,
  journal: v.optional(
    object({
      seq: index,
      bytes: count,
      hash: digest,
      open: v.record(v.string(), count),
      responses: v.record(v.string(), object({ input: count, output: count, ...usageDetails })),
      blobs: v.optional(v.array(blobRef)),
      sha256: digest,
    }),
  ),
});
