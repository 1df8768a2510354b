/**
 * What the reference says of having a session back from ATIF, done word for word: messages, calls with their results
 * and token usage, from the document alone.
 */
import { isUsage } from "../../src/event/guards.js";
import { createTable } from "../../src/state/state.js";
import type { CountedUsage, TokenUsage } from "../../src/state/types.js";
import { countUsage } from "../../src/state/usage.js";

type Members = { readonly [key: string]: unknown };
interface Step {
  source: string;
  message: unknown;
  tool_calls?: Call[];
  observation?: { results: Result[] };
  metrics?: Members & { prompt_tokens: number; completion_tokens: number; extra?: Members };
  extra?: { journal: Members & { records?: { type: string; data: unknown }[] } };
}
interface Call {
  tool_call_id: string;
  function_name: string;
  arguments: unknown;
  extra?: { journal: Members };
}
interface Result {
  source_call_id?: string;
  content?: unknown;
  extra?: { journal: Members };
}
export interface Recovered {
  messages: unknown[];
  calls: { [key: string]: unknown }[];
  tokenUsage: TokenUsage;
}

const ROLES: { [source: string]: string } = { agent: "assistant", system: "system", user: "user" };

export function recoverFromAtif(document: { steps: Step[] }): Recovered {
  const messages: unknown[] = [];
  const calls = new Map<unknown, { [key: string]: unknown }>();
  let tokenUsage: TokenUsage = { input: 0, output: 0, total: 0 };
  const responses = createTable<CountedUsage>();
  const count = (usage: unknown) => {
    if (isUsage(usage)) tokenUsage = countUsage(tokenUsage, responses, usage);
  };
  for (const { source, message, tool_calls = [], observation, metrics, extra } of document.steps) {
    const journal = extra?.journal;
    if (journal?.message !== undefined) messages.push(journal.message);
    else if (journal?.without_message !== true) messages.push({ role: ROLES[source], content: message });
    if (journal?.tool_calls_from !== "message") for (const call of tool_calls) calls.set(...callOf(call));
    for (const result of observation?.results ?? []) {
      const about = result.extra?.journal;
      if (about === undefined) continue;
      const own = [...calls.values()].findLast(({ id }) => id === result.source_call_id);
      const call = about.call_seq === undefined ? own : calls.get(about.call_seq);
      if (call !== undefined) Object.assign(call, resultOf(result, about));
    }
    if (metrics !== undefined) count(usageOf(metrics));
    for (const { type, data } of journal?.records ?? []) if (type === "token_usage.updated") count(data);
  }
  return { messages, calls: [...calls.values()], tokenUsage };
}

function callOf(call: Call): [seq: unknown, call: { [key: string]: unknown }] {
  const { seq, timestamp, without_id, governance = { allowed: true } } = call.extra?.journal ?? {};
  const { tool_call_id: id, function_name: name, arguments: params } = call;
  return [seq, { seq, id, hasId: without_id !== true, name, params, timestamp, governance, result: null }];
}

function resultOf({ content }: Result, about: Members): object {
  const { success = true, content_is, error, more, duration_ms } = about;
  const result: { [key: string]: unknown } = { success };
  if (content_is === "error") result.error = content;
  else if (content_is === "json") result.data = JSON.parse(String(content));
  else if (content !== undefined) result.data = content;
  if (error !== undefined) result.error = error;
  if (more !== undefined) Object.assign(result, more);
  return { result, ...(duration_ms === undefined ? {} : { durationMs: duration_ms }) };
}

function usageOf(metrics: NonNullable<Step["metrics"]>): object {
  const { prompt_tokens, completion_tokens: output, cached_tokens, cost_usd, extra = {} } = metrics;
  const { cache_creation_input_tokens, reasoning_output_tokens, response_id } = extra;
  const input = prompt_tokens - Number(cached_tokens ?? 0) - Number(cache_creation_input_tokens ?? 0);
  const given = {
    cacheRead: cached_tokens,
    cacheWrite: cache_creation_input_tokens,
    reasoning: reasoning_output_tokens,
    costUsd: cost_usd,
    responseId: response_id,
  };
  const named = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  return { input, output, ...named };
}
