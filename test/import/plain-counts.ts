/**
 * What recorded runs hold, counted in the plainest way and by other code than the importers': each format's messages, calls,
 * results and tokens straight from its JSON.
 */

type Usage = Numbers & { readonly prompt_tokens_details?: { readonly cached_tokens?: number } | null };

interface Numbers {
  readonly [name: string]: number | undefined | object | null;
}

/** Foreign JSON: what each format is known to have, all in one. */
export interface Foreign {
  readonly type: string;
  readonly role: string;
  readonly id: string;
  readonly kind: string;
  readonly key: string;
  readonly content: readonly Foreign[];
  readonly message: Foreign;
  readonly messages: readonly Foreign[];
  readonly traj: readonly Foreign[];
  readonly simulations: readonly Foreign[];
  readonly samples: readonly Foreign[];
  readonly usage: Usage;
  readonly extra?: { readonly response?: Foreign };
  readonly payload: Foreign;
  readonly info: Foreign & { readonly model_stats: Numbers };
  readonly total_token_usage: Numbers;
  readonly last_token_usage: Numbers;
  readonly steps: readonly Foreign[];
  readonly tool_calls?: readonly Foreign[] | null;
  readonly metrics?: Numbers;
  readonly is_copied_context?: boolean;
  readonly trajectory: readonly Foreign[];
  readonly history: readonly Foreign[];
  readonly value: { readonly usage_to_metrics: { readonly [use: string]: Foreign } };
  readonly accumulated_token_usage: Numbers;
  readonly model_usage: { readonly [model: string]: Numbers };
}

export interface Counts {
  messages: number;
  calls: number;
  results: number;
  input: number;
  output: number;
  cacheRead: number;
}

const zero = (): Counts => ({ messages: 0, calls: 0, results: 0, input: 0, output: 0, cacheRead: 0 });

function add(counts: Counts, input: unknown, output: unknown, cacheRead: unknown): void {
  counts.input += Number(input);
  counts.output += Number(output);
  counts.cacheRead += Number(cacheRead);
}

export function countClaudeCode(lines: readonly Foreign[]): Counts {
  const counts = zero();
  const usages = new Map<string, Usage>();
  for (const { type, message } of lines) {
    if (type !== "user" && type !== "assistant") continue;
    counts.messages += 1;
    if (type === "assistant") usages.set(message.id, message.usage);
    const blocks = Array.isArray(message.content) ? message.content : [];
    counts.calls += blocks.filter((block: Foreign) => block.type === "tool_use").length;
    counts.results += blocks.filter((block: Foreign) => block.type === "tool_result").length;
  }
  for (const usage of usages.values()) {
    add(counts, usage.input_tokens, usage.output_tokens, usage.cache_read_input_tokens);
  }
  return counts;
}

export function countPi(lines: readonly Foreign[]): Counts {
  const counts = zero();
  for (const { type, message } of lines) {
    if (type !== "message") continue;
    counts.messages += 1;
    if (message.role === "toolResult") counts.results += 1;
    if (message.role !== "assistant") continue;
    counts.calls += message.content.filter((block: Foreign) => block.type === "toolCall").length;
    add(counts, message.usage.input, message.usage.output, message.usage.cacheRead);
  }
  return counts;
}

/** Text and calls stand twice in a rollout; the items are counted, their events are not. */
export function countCodex(lines: readonly Foreign[]): Counts {
  const counts = zero();
  const totals = new Set<string>();
  for (const { type, payload } of lines) {
    if (type === "response_item" && payload.type === "message") counts.messages += 1;
    if (type === "response_item" && payload.type.endsWith("_call")) counts.calls += 1;
    if (type === "response_item" && payload.type.endsWith("_output")) counts.results += 1;
    if (type !== "event_msg" || payload.type !== "token_count" || payload.info === null) continue;
    const { total_token_usage: total, last_token_usage: last } = payload.info;
    if (totals.has(JSON.stringify(total))) continue;
    totals.add(JSON.stringify(total));
    const cached = Number(last.cached_input_tokens);
    add(counts, Number(last.input_tokens) - cached, last.output_tokens, cached);
  }
  return counts;
}

export function countAtif({ steps }: Foreign): Counts {
  const counts = { ...zero(), messages: steps.length };
  for (const { tool_calls, metrics, is_copied_context: isCopied } of steps) {
    counts.calls += tool_calls?.length ?? 0;
    if (metrics === undefined || isCopied) continue;
    const cached = Number(metrics.cached_tokens ?? 0);
    add(counts, Number(metrics.prompt_tokens) - cached, metrics.completion_tokens, cached);
  }
  return counts;
}

export function countSweAgent({ trajectory, history, info }: Foreign): Counts {
  return {
    messages: history.length,
    calls: trajectory.length,
    results: trajectory.length,
    input: Number(info.model_stats.tokens_sent),
    output: Number(info.model_stats.tokens_received),
    cacheRead: 0,
  };
}

/** Lists of chat messages: mini-swe-agent, tau-bench, tau2-bench, Inspect. */
export function countChat(messages: readonly Foreign[]): Counts {
  const counts = { ...zero(), messages: messages.length };
  for (const { role, tool_calls, usage, extra } of messages) {
    counts.calls += tool_calls?.length ?? 0;
    if (role === "tool") counts.results += 1;
    const told = usage ?? extra?.response?.usage;
    if (!told) continue;
    const cached = told.prompt_tokens_details?.cached_tokens ?? 0;
    add(counts, Number(told.prompt_tokens) - cached, told.completion_tokens, cached);
  }
  return counts;
}

export function countOpenHands(lines: readonly Foreign[]): Counts {
  const of = (kind: string) => lines.filter((line) => line.kind === kind).length;
  const last = lines.findLast((line) => line.key === "stats")?.value.usage_to_metrics ?? {};
  const usages = Object.values(last).map((metrics) => metrics.accumulated_token_usage);
  const sum = (name: string) => usages.reduce((total, usage) => total + Number(usage[name]), 0);
  return {
    messages: of("ActionEvent") + of("ObservationEvent"),
    calls: of("ActionEvent"),
    results: of("ObservationEvent"),
    input: sum("prompt_tokens") - sum("cache_read_tokens"),
    output: sum("completion_tokens"),
    cacheRead: sum("cache_read_tokens"),
  };
}

export function countInspect(samples: readonly Foreign[]): Counts {
  const counts = countChat(samples.flatMap(({ messages }) => messages));
  for (const usage of samples.flatMap(({ model_usage }) => Object.values(model_usage))) {
    add(counts, usage.input_tokens, usage.output_tokens, usage.input_tokens_cache_read ?? 0);
  }
  return counts;
}
