/**
 * Token counts of Codex: `last_token_usage` is what one response took, `total_token_usage` runs. The same count is often
 * told again with new rate limits; it is taken only when the running total has moved. Cached input is part of input.
 */
import { usage, withoutCached } from "../entries.js";
import { countOf, isMembers, jsonOf, type Members, membersOf } from "../foreign-values.js";
import type { Entry } from "../types.js";

export class CodexTokens {
  readonly #session: string;
  #before = "";

  constructor(session: string) {
    this.#session = session;
  }

  /** Null where nothing is to be counted. */
  read(payload: Members, model: string | undefined, at: string | undefined): Entry | null {
    const { total_token_usage, last_token_usage } = membersOf(payload.info);
    if (!isMembers(last_token_usage)) return null;
    if (isMembers(total_token_usage)) {
      const total = jsonOf(total_token_usage) ?? "";
      if (total === this.#before) return null;
      this.#before = total;
    }
    const last = last_token_usage;
    const { input_tokens, cached_input_tokens, cache_write_input_tokens } = last;
    const counts = {
      input: withoutCached(input_tokens, cached_input_tokens, cache_write_input_tokens),
      output: countOf(last.output_tokens),
      cacheRead: cached_input_tokens,
      cacheWrite: cache_write_input_tokens,
      reasoning: last.reasoning_output_tokens,
      model,
    };
    return usage(this.#session, counts, { at, source: payload });
  }
}
