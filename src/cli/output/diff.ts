/** A line of `diff --json`: the comparison first, then what differs. */
import * as v from "valibot";
import { count, found, text } from "./common.js";
import { statsFigures } from "./stats.js";

const side = v.strictObject({
  sessionId: text,
  path: text,
  role: text,
  model: text,
  startTime: text,
  steps: count,
  figures: statsFigures,
  found,
});

const step = v.strictObject({
  kind: v.picklist(["message", "call", "error", "end"]),
  name: text,
  seq: count,
  finishedSeq: v.optional(count),
  turn: count,
  content: v.looseObject({}),
});

const first = v.strictObject({
  field: text,
  a: v.optional(v.unknown()),
  b: v.optional(v.unknown()),
  at: v.optional(count),
});

export const diffLine = v.union([
  v.strictObject({
    kind: v.literal("diff"),
    same: v.boolean(),
    a: side,
    b: side,
    sameUntilFirst: count,
    sameSteps: count,
    changed: count,
    onlyA: count,
    onlyB: count,
  }),
  v.strictObject({ kind: v.literal("changed"), a: step, b: step, first: v.optional(first) }),
  v.strictObject({ kind: v.literal("only-a"), a: step }),
  v.strictObject({ kind: v.literal("only-b"), b: step }),
]);
