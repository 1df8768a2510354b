/** Tokens by model. A response that is reported again replaces what was counted for it, as everywhere. */
import type { UsageData } from "../../event/guards.js";
import { createTable } from "../../state/state.js";
import type { CountedUsage, TokenUsage } from "../../state/types.js";
import { countUsage } from "../../state/usage.js";

export interface ModelFigures {
  model: string;
  /** Reports of usage; those of one response count once. */
  responses: number;
  tokenUsage: TokenUsage;
}

interface Count {
  responses: number;
  usage: TokenUsage;
  /** Emptied when the session has been read: ids mean something within one only. */
  counted: { [responseId: string]: CountedUsage };
}

export class ModelCount {
  readonly #models = new Map<string, Count>();
  #modelOfResponse = new Map<string, string>();

  add(model: string, data: UsageData): void {
    const { responseId } = data;
    const before = responseId === undefined ? undefined : this.#modelOfResponse.get(responseId);
    if (before !== undefined && before !== model) this.#takeBack(before, data);
    const count = this.#of(model);
    count.usage = countUsage(count.usage, count.counted, data);
    if (before !== model) count.responses += 1;
    if (responseId !== undefined) this.#modelOfResponse.set(responseId, model);
  }

  /** No more of this session: what told its responses apart is forgotten. */
  settle(): void {
    this.#modelOfResponse = new Map();
    for (const count of this.#models.values()) count.counted = createTable();
  }

  merge(other: ModelCount): void {
    for (const [model, { responses, usage }] of other.#models) {
      const count = this.#of(model);
      count.responses += responses;
      count.usage = addUsage(count.usage, usage);
    }
  }

  /** The one with the most tokens first. */
  figures(): ModelFigures[] {
    return [...this.#models]
      .filter(([, { responses }]) => responses > 0)
      .map(([model, { responses, usage }]) => ({ model, responses, tokenUsage: { ...usage } }))
      .sort((a, b) => allTokens(b.tokenUsage) - allTokens(a.tokenUsage));
  }

  total(): TokenUsage {
    let total: TokenUsage = { input: 0, output: 0, total: 0 };
    for (const { usage } of this.#models.values()) total = addUsage(total, usage);
    return total;
  }

  /** A response that another model is named for the second time: it was all the other's. */
  #takeBack(model: string, { responseId }: UsageData): void {
    const count = this.#of(model);
    if (responseId === undefined) return;
    count.usage = countUsage(count.usage, count.counted, { responseId, input: 0, output: 0 });
    count.responses -= 1;
  }

  #of(model: string): Count {
    const known = this.#models.get(model);
    if (known !== undefined) return known;
    const count = {
      responses: 0,
      usage: { input: 0, output: 0, total: 0 },
      counted: createTable<CountedUsage>(),
    };
    this.#models.set(model, count);
    return count;
  }
}

const FIGURES = ["input", "output", "total", "cacheRead", "cacheWrite", "reasoning", "costUsd"] as const;

function addUsage(a: TokenUsage, b: TokenUsage): TokenUsage {
  const sum: TokenUsage = { ...a };
  for (const key of FIGURES) {
    const more = b[key];
    if (more !== undefined) sum[key] = Math.min((sum[key] ?? 0) + more, Number.MAX_VALUE);
  }
  return sum;
}

function allTokens({ total, cacheRead = 0, cacheWrite = 0 }: TokenUsage): number {
  return total + cacheRead + cacheWrite;
}
