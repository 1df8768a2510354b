/** What a session used, in a line or two. */
import type { TokenUsage } from "../../state/types.js";
import { formatCount } from "./figures.js";

export function usageLines(usage: TokenUsage): string[] {
  const { input, output, total, cacheRead, cacheWrite, reasoning, costUsd } = usage;
  const beside = [
    ...(reasoning ? [`${formatCount(reasoning)} of the output reasoning`] : []),
    ...(cacheRead ? [`${formatCount(cacheRead)} read from cache`] : []),
    ...(cacheWrite ? [`${formatCount(cacheWrite)} written to cache`] : []),
    ...(costUsd ? [`$${costUsd.toFixed(4)}`] : []),
  ];
  if (total === 0 && beside.length === 0) return [];
  const figures = `${formatCount(input)} in · ${formatCount(output)} out`;
  return beside.length > 0 ? [figures, beside.join(" · ")] : [figures];
}
