/**
 * One step of ATIF. Its own rules: only an agent's step has calls, reasoning, metrics and a model; a result names a
 * call of its own step; objects take no fields of others' making but in `extra`.
 */

import { epochMs } from "../event/epoch-ms.js";
import { isObject } from "../event/guards.js";
import type { JournalRecord, Message, ToolResult } from "../event/types.js";
import { type AskedCall, askedCallsOf, isPlainParts, reasoningOf, textOf } from "./message.js";
import { promptTokens } from "./record-facts.js";
import type { ExportedCall, Step } from "./step.js";

type Members = { [key: string]: unknown };

/** `model` is the session's: a step names one only where it differs. */
export function atifStep(step: Step, stepId: number, model: string): object {
  const { source, message, calls, usage } = step;
  const isAgent = source === "agent";
  const asked = isAgent && calls.length === 0 ? askedCallsOf(message) : [];
  const results = resultsOf(step);
  const journal = journalOf(step, asked);
  const reasoning = isAgent ? reasoningOf(message) : null;
  const named = usage?.model ?? modelOf(message);
  return {
    step_id: stepId,
    ...(step.isTimed && epochMs(step.time) !== undefined ? { timestamp: step.time } : {}),
    source: source === "tool" ? "system" : source,
    ...(isAgent && named !== undefined && named !== model ? { model_name: named } : {}),
    message: isPlainParts(message?.content) ? message.content : messageText(step),
    ...(reasoning === null ? {} : { reasoning_content: reasoning }),
    ...(calls.length > 0 ? { tool_calls: calls.map(toolCall) } : {}),
    ...(asked.length > 0 ? { tool_calls: asked.map(askedCall) } : {}),
    ...(results.length > 0 ? { observation: { results } } : {}),
    ...(usage === null ? {} : { metrics: metricsOf(usage) }),
    ...(Object.keys(journal).length === 0 ? {} : { extra: { journal } }),
  };
}

function messageText({ source, message, childSessionId, isEcho }: Step): string {
  if (childSessionId !== null) return `Child session ${childSessionId}`;
  return source === "tool" && isEcho ? "" : textOf(message);
}

/** What there is no field for. */
function journalOf(step: Step, asked: readonly AskedCall[]): Members {
  const { message, asides } = step;
  const journal: Members = { seq: step.seq };
  if (message !== null && !isTold(message, step.source)) journal.message = message;
  if (message === null) journal.without_message = true;
  if (asked.length > 0) journal.tool_calls_from = "message";
  if (step.isTimed && epochMs(step.time) === undefined) journal.time = step.time;
  if (asides.length > 0) journal.records = asides.map(asideOf);
  return journal;
}

const ROLES: { readonly [source: string]: string } = { agent: "assistant", system: "system", user: "user" };

/** Whether `source` and `message` say all that the message says. */
function isTold(message: Message, source: string): boolean {
  const { role, content } = message;
  return (
    role === ROLES[source] &&
    Object.keys(message).length === 2 &&
    (typeof content === "string" || isPlainParts(content))
  );
}

function toolCall(call: ExportedCall): object {
  const { seq, callId, hasGivenId, name, params, governance, timestamp, startedAt, isTimed } = call;
  const isPlain = governance.allowed && Object.keys(governance).length === 1;
  const journal = {
    seq,
    timestamp,
    ...(startedAt === timestamp || !isTimed ? {} : { started_at: startedAt }),
    ...(hasGivenId ? {} : { without_id: true }),
    ...(isPlain ? {} : { governance }),
  };
  return { tool_call_id: callId, function_name: name, arguments: params, extra: { journal } };
}

/** Arguments must be an object; those of a message may be JSON in a string, or anything. */
function askedCall({ id, name, params }: AskedCall): object {
  let given = params;
  try {
    if (typeof params === "string") given = JSON.parse(params);
  } catch {}
  return { tool_call_id: id, function_name: name, arguments: isObject(given) ? given : { value: params } };
}

function resultsOf({ source, message, calls, late, isEcho, childSessionId }: Step): object[] {
  const own = calls.flatMap((call) => observation(call, { source_call_id: call.callId }));
  const others = late.flatMap((call) => observation(call, {}, { call_id: call.callId, call_seq: call.seq }));
  const told = source === "tool" && !isEcho && message !== null ? [{ content: textOf(message) }] : [];
  const child =
    childSessionId === null
      ? []
      : [
          {
            subagent_trajectory_ref: [
              {
                session_id: childSessionId,
                trajectory_id: childSessionId,
                trajectory_path: `${childSessionId}.trajectory.json`,
              },
            ],
          },
        ];
  return [...own, ...others, ...told, ...child];
}

function observation({ finished }: ExportedCall, about: object, more: Members = {}): object[] {
  if (finished === null) return [];
  const { result, durationMs, at, isTimed } = finished;
  const { content, ...kept } = contentOf(result);
  const journal = {
    ...more,
    ...kept,
    ...(isTimed ? { finished_at: at } : {}),
    ...(durationMs === undefined ? {} : { duration_ms: durationMs }),
  };
  return [{ ...about, ...(content === undefined ? {} : { content }), extra: { journal } }];
}

/** A result as text or parts of text, with what must be known to make the result of it again. */
function contentOf(result: ToolResult): { content?: string | object[]; [key: string]: unknown } {
  const { success, data, error, ...others } = result;
  const kept = {
    ...(success ? {} : { success }),
    ...(Object.keys(others).length === 0 ? {} : { more: others }),
  };
  if (data === undefined && error !== undefined) return { ...kept, content: error, content_is: "error" };
  const beside = error === undefined ? {} : { error };
  if (data === undefined) return { ...kept, ...beside };
  if (typeof data === "string" || isPlainParts(data)) return { ...kept, ...beside, content: data };
  return { ...kept, ...beside, content: JSON.stringify(data), content_is: "json" };
}

/** Prompt tokens include what was cached; names in `extra` are those that Harbor's own converters use. */
function metricsOf(usage: NonNullable<Step["usage"]>): object {
  const { output, cacheRead, cacheWrite, reasoning, costUsd, responseId } = usage;
  const extra = {
    ...(cacheWrite === undefined ? {} : { cache_creation_input_tokens: cacheWrite }),
    ...(reasoning === undefined ? {} : { reasoning_output_tokens: reasoning }),
    ...(responseId === undefined ? {} : { response_id: responseId }),
  };
  return {
    prompt_tokens: promptTokens(usage),
    completion_tokens: output,
    ...(cacheRead === undefined ? {} : { cached_tokens: cacheRead }),
    ...(costUsd === undefined ? {} : { cost_usd: costUsd }),
    ...(Object.keys(extra).length === 0 ? {} : { extra }),
  };
}

function modelOf(message: Message | null): string | undefined {
  const model: unknown = (message as (Message & Members) | null)?.model;
  return typeof model === "string" && model !== "" ? model : undefined;
}

/** A record that ATIF has no place for, as the journal has it. */
export function asideOf({ seq, time, type, data }: JournalRecord): object {
  return { seq, time, type, data };
}
