/** Arbitrary events for property tests: the data of every type as it should be, and data that is nearly so. */
import fc from "fast-check";

const text = fc.string({ minLength: 1, maxLength: 8 });
// Few ids, so that calls and responses meet again; some that are traps in an object with a prototype.
const id = fc.constantFrom("a", "b", "c", "__proto__", "constructor", "toString");
const count = fc.oneof(fc.nat({ max: 1000 }), fc.constantFrom(0, Number.MAX_SAFE_INTEGER));
const amount = fc.oneof(fc.double({ min: 0, max: 10, noNaN: true }), fc.constantFrom(0, Number.MAX_VALUE));
const details = { cacheRead: count, cacheWrite: count, reasoning: count, costUsd: amount };
const digest = fc.stringMatching(/^[A-Za-z0-9_-]{43}$/);
const anyObject = fc.dictionary(fc.oneof(text, id), fc.jsonValue({ maxDepth: 1 }), { maxKeys: 3 });

type Members = { [key: string]: fc.Arbitrary<unknown> };

function data(required: Members, optional: Members = {}): fc.Arbitrary<object> {
  const extras: Members = { at: text, extra: fc.jsonValue({ maxDepth: 1 }) };
  return fc.record({ ...required, ...optional, ...extras }, { requiredKeys: Object.keys(required) });
}

const result = data({ success: fc.boolean() }, { data: fc.jsonValue({ maxDepth: 2 }), error: text });
const governanceResult = data({ allowed: fc.boolean() }, { reason: text });
const message = data({ role: text, content: fc.jsonValue({ maxDepth: 2 }) });
const status = fc.constantFrom("running", "paused", "completed", "failed");
const outcome = fc.constantFrom("success", "failure", "interrupted");

export const runtimeEventData: { [type: string]: fc.Arbitrary<object> } = {
  "message.added": data({ message }),
  "tool_call.started": data({ callId: id, timestamp: text, name: text, params: anyObject, governanceResult }),
  "tool_call.finished": data({ callId: id, result }, { durationMs: amount }),
  "token_usage.updated": data({ input: count, output: count }, { ...details, responseId: id, model: text }),
  "turn.completed": data({ index: fc.integer({ min: 1 }) }),
  "status.changed": data({ status }),
  "child_session.linked": data({ sessionId: id }),
  "error.recorded": data({ message: fc.string(), recoverable: fc.boolean() }, { stack: text }),
  "note.added": data({ kind: text, data: fc.jsonValue({ maxDepth: 2 }) }),
};

const stringOrNull = fc.option(fc.string());
const figures = fc.record({
  messages: count,
  turns: count,
  toolCalls: count,
  failedCalls: count,
  deniedCalls: count,
  openCalls: count,
  errors: count,
  tokenUsage: data({ input: count, output: count, total: count }, details),
});

export const libraryEventData: { [type: string]: fc.Arbitrary<object> } = {
  "session.started": data(
    {
      formatVersion: fc.constant(1),
      sessionId: text,
      role: fc.string(),
      model: fc.string(),
      chainId: stringOrNull,
      taskId: stringOrNull,
      parentSessionId: stringOrNull,
    },
    {
      metadata: anyObject,
      writer: fc.constant({ pid: 1, node: "v20", version: "0.1.0" }),
      inferred: fc.boolean(),
    },
  ),
  "journal.repaired": data(
    { removedBytes: count, atByte: count, quarantine: fc.option(text) },
    { gap: fc.constant({ fromSeq: 1, toSeq: 2 }), sha256: text, salvaged: count },
  ),
  "journal.sealed": fc.record({
    algorithm: fc.constant("ed25519"),
    keyId: digest,
    formatVersion: fc.constant(1),
    sessionId: fc.constant("run-1"),
    fromSeq: fc.constant(1),
    seq: fc.integer({ min: 1, max: 1000 }),
    hash: digest,
    everyRecords: count,
    signature: fc.stringMatching(/^[A-Za-z0-9_-]{86}$/),
  }),
  "writer.closed": data({}, { status, summary: figures }),
  "session.ended": data({ outcome, summary: figures }, { inferred: fc.boolean() }),
};

/** Data with one member, at any depth, taken away or replaced by something that may not fit. */
export function spoiled(fitting: fc.Arbitrary<object>): fc.Arbitrary<unknown> {
  const instead = fc.oneof(
    fc.constantFrom(null, undefined, "", 0, -1, 1.5, Infinity, Number.NaN, 2 ** 60, [], {}, true),
    fc.anything(),
  );
  return fc
    .tuple(fitting, fc.array(fc.nat({ max: 6 }), { minLength: 1, maxLength: 3 }), instead, fc.boolean())
    .map(([value, path, other, away]) => {
      const copy = structuredClone(value);
      spoil(copy, path, other, away);
      return copy;
    });
}

function spoil(value: object, [step = 0, ...rest]: number[], other: unknown, away: boolean): void {
  const keys = Object.keys(value);
  const key = keys[step % keys.length];
  if (key === undefined) return;
  const members = value as { [key: string]: unknown };
  const member = members[key];
  if (rest.length > 0 && typeof member === "object" && member !== null) spoil(member, rest, other, away);
  else if (away) delete members[key];
  else
    Object.defineProperty(value, key, { value: other, enumerable: true, configurable: true, writable: true });
}
