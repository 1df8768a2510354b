/** Facts of records that several formats need: when something happened, and usage compared. */
import type { UsageData } from "../event/guards.js";
import type { JournalRecord } from "../event/types.js";
import type { CountedUsage, TokenUsage } from "../state/types.js";

/** When it happened: what the source says, else when it was written. */
export function timeOf({ data, time }: JournalRecord): string {
  const at: unknown = data?.at;
  return typeof at === "string" ? at : time;
}

const FIGURES = ["input", "output", "cacheRead", "cacheWrite", "reasoning", "costUsd"] as const;

/** Whether a usage that is reported again changes nothing. */
export function saysTheSame(data: UsageData, counted: CountedUsage): boolean {
  return FIGURES.every((key) => (data[key] === undefined ? !counted[key] : data[key] === counted[key]));
}

const DETAILS = ["cacheRead", "cacheWrite", "reasoning", "costUsd"] as const;

/** What is reported again for a response: a detail that was named before stays named, as the state has it. */
export function replaceUsage(before: UsageData, data: UsageData): UsageData {
  const named = DETAILS.filter((key) => before[key] !== undefined).map((key) => [key, 0] as const);
  return { ...Object.fromEntries(named), ...data };
}

type Figures = Pick<TokenUsage, "input" | "cacheRead" | "cacheWrite">;

/** All that went in, cached or not: the journal keeps the three apart, others count them together. */
export function promptTokens({ input, cacheRead = 0, cacheWrite = 0 }: Figures): number {
  return Math.min(input + cacheRead + cacheWrite, Number.MAX_VALUE);
}
