/** A line of `list --json`. */
import * as v from "valibot";
import { count, outcome, text, textOrNull, tokenUsage } from "./common.js";

export const listLine = v.strictObject({
  id: text,
  lifecycle: v.picklist(["running", "ended", "interrupted", "unreadable"]),
  role: text,
  model: text,
  chainId: textOrNull,
  taskId: textOrNull,
  parentSessionId: textOrNull,
  startTime: text,
  endTime: textOrNull,
  lastTime: text,
  outcome: v.nullable(outcome),
  closed: v.boolean(),
  status: v.picklist(["running", "paused", "completed", "failed"]),
  messages: count,
  turns: count,
  toolCalls: count,
  failedCalls: count,
  deniedCalls: count,
  openCalls: count,
  errors: count,
  tokenUsage,
  bytes: count,
});
