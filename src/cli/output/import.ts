/** A line of `import --json`: what was read from a source and what became of it, or why it could not be read. */
import * as v from "valibot";
import { count, failure, outcome, text, textOrNull, tokenUsage } from "./common.js";

const session = v.strictObject({
  id: text,
  sourceId: text,
  status: v.picklist(["imported", "extended", "already-imported", "changed", "unwritable"]),
  reason: v.optional(text),
  parentSessionId: textOrNull,
  outcome: v.nullable(outcome),
  messages: count,
  toolCalls: count,
  openCalls: count,
});

const report = v.strictObject({
  source: text,
  format: text,
  records: count,
  events: count,
  notes: count,
  unreadable: v.array(v.strictObject({ line: v.optional(count), reason: text })),
  unreadableCount: count,
  sessions: v.array(session),
  totals: v.strictObject({
    messages: count,
    calls: count,
    results: count,
    unpairedResults: count,
    tokens: tokenUsage,
  }),
});

export const importLine = v.union([report, v.strictObject({ source: text, error: failure })]);
