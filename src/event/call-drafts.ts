/** The two records of a tool call: that it begins, before it runs, and what came of it. */
import { type Draft, draftEvent, type Redact } from "./draft.js";
import { createEventId } from "./id.js";
import type { ToolCallStart, ToolResult } from "./types.js";

/** A call without an id of its own goes by the id of the record that starts it. */
export function draftStart(
  { name, params, governanceResult, callId, timestamp }: ToolCallStart,
  redact?: Redact,
): Draft {
  const id = createEventId();
  const when = timestamp ?? new Date().toISOString();
  const data = { callId: callId ?? id, timestamp: when, name, params, governanceResult };
  return draftEvent("tool_call.started", data, redact, id);
}

export function draftFinish(
  callId: string,
  result: ToolResult,
  durationMs: number | undefined,
  redact?: Redact,
): Draft {
  const data = durationMs === undefined ? { callId, result } : { callId, result, durationMs };
  return draftEvent("tool_call.finished", data, redact);
}

/** Of a draft of either record. */
export function callIdOf(draft: Draft): string {
  return (draft.value as { callId: string }).callId;
}
