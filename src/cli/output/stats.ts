/** A line of `stats --json`: a session, or all that were counted. */
import * as v from "valibot";
import { amount, count, found, text, tokenUsage } from "./common.js";

const calls = {
  calls: count,
  failed: count,
  denied: count,
  open: count,
  bytes: count,
  timed: count,
  totalMs: amount,
  p50Ms: v.nullable(amount),
  p95Ms: v.nullable(amount),
  maxMs: v.nullable(amount),
};

const figures = {
  sessions: count,
  records: count,
  bytes: count,
  blobs: count,
  blobBytes: count,
  elapsedMs: amount,
  turns: count,
  messages: count,
  errors: count,
  calls: v.strictObject(calls),
  tokenUsage,
  tools: v.array(v.strictObject({ name: text, ...calls })),
  models: v.array(v.strictObject({ model: text, responses: count, tokenUsage })),
  types: v.array(v.strictObject({ type: text, records: count, bytes: count, blobBytes: count })),
};

export const statsFigures = v.strictObject(figures);

export const statsLine = v.union([
  v.strictObject({
    kind: v.literal("session"),
    sessionId: text,
    path: text,
    role: text,
    model: text,
    startTime: text,
    ...figures,
    found,
  }),
  v.strictObject({ kind: v.literal("all"), ...figures }),
]);
