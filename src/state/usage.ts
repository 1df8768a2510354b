/**
 * Adds up token usage. A response is counted once: a second report for the same `responseId` replaces the
 * first. The reducer and the tally count through here, so that they cannot differ.
 */
import type { UsageData } from "../event/guards.js";
import { lookUp, put } from "./state.js";
import type { CountedUsage, TokenUsage } from "./types.js";

const DETAILS = ["cacheRead", "cacheWrite", "reasoning", "costUsd"] as const;

/** The usage with `data` counted in; the one given stays as it is. `responses` is brought up to date. */
export function countUsage(
  usage: TokenUsage,
  responses: { [responseId: string]: CountedUsage },
  data: UsageData,
): TokenUsage {
  const { responseId } = data;
  if (responseId === undefined) return addUsage(usage, undefined, data);
  const next = addUsage(usage, lookUp(responses, responseId), data);
  put(responses, responseId, countedOf(data));
  return next;
}

/**
 * The usage with `data` in the place of what was counted for its response before. A detail has a key only once a report
 * has named it, and keeps it from then on.
 */
export function addUsage(usage: TokenUsage, before: CountedUsage | undefined, data: UsageData): TokenUsage {
  const input = shift(usage.input, before?.input, data.input);
  const output = shift(usage.output, before?.output, data.output);
  const next: TokenUsage = { input, output, total: input + output };
  for (const key of DETAILS) {
    const said = data[key];
    if (said !== undefined || usage[key] !== undefined) next[key] = shift(usage[key], before?.[key], said);
  }
  return next;
}

/** What is to be remembered of a report, for the next one of the same response. */
export function countedOf(data: UsageData): CountedUsage {
  const counted: CountedUsage = { input: data.input, output: data.output };
  for (const key of DETAILS) {
    const said = data[key];
    if (said !== undefined) counted[key] = said;
  }
  return counted;
}

// Bounded, so that rounding never gives a cost below zero and no sum becomes Infinity, which JSON cannot hold.
function shift(sum = 0, minus = 0, plus = 0): number {
  return Math.min(Math.max(sum - minus, 0) + plus, Number.MAX_VALUE);
}
