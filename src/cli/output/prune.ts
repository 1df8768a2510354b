/** A line of `prune --json`: a session that went, would go, or stays. */
import * as v from "valibot";
import { count, failure, outcome, text, textOrNull } from "./common.js";

export const pruneLine = v.union([
  v.strictObject({
    became: v.picklist(["removed", "would-go"]),
    id: text,
    startTime: text,
    endTime: textOrNull,
    outcome: v.nullable(outcome),
    lastTime: textOrNull,
    seq: v.nullable(count),
    hash: textOrNull,
    bytes: count,
    files: v.array(text),
  }),
  v.strictObject({ became: v.literal("kept"), id: text, why: text, error: v.optional(failure) }),
]);
