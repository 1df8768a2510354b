/** Token counts of ATIF: prompt tokens include what was read from a cache or written to it. */
import { type ForeignUsage, withoutCached } from "../entries.js";
import { type Members, membersOf } from "../foreign-values.js";

/** Names under `extra` are those of Harbor's converters and of this library's export; older files say `reasoning_tokens`. */
export function atifUsage(metrics: Members, model: unknown): ForeignUsage {
  const { prompt_tokens, completion_tokens, cached_tokens, cost_usd, extra } = metrics;
  const more = membersOf(extra);
  const cacheWrite = more.cache_creation_input_tokens;
  return {
    input: withoutCached(prompt_tokens, cached_tokens, cacheWrite),
    output: completion_tokens,
    cacheRead: cached_tokens,
    cacheWrite,
    reasoning: more.reasoning_output_tokens ?? more.reasoning_tokens,
    costUsd: cost_usd,
    responseId: more.response_id,
    model,
  };
}
