/** What came of each case, as a Markdown table. */
import type { Tried } from "./try-case.js";

const head = ["case", "the system said", "acknowledged", "lost", "verdict", "went on"];
const isNumber = [false, false, true, true, false, false];

export function tableOf(tried: readonly Tried[]): string {
  const done = tried.filter(({ leftOut }) => leftOut === undefined);
  const rows = [...done.map(rowOf), sumOf(done)];
  const widths = head.map((text, column) =>
    Math.max(...[head, ...rows].map((row) => (row[column] ?? text).length)),
  );
  const line = (row: readonly string[]) =>
    `| ${row.map((text, column) => pad(text, column, widths)).join(" | ")} |`;
  const rule = widths.map((width, column) =>
    isNumber[column] ? `${"-".repeat(width - 1)}:` : "-".repeat(width),
  );
  return [line(head), `| ${rule.join(" | ")} |`, ...rows.map(line)].join("\n");
}

function rowOf({ name, outcome, lost = 0 }: Tried): string[] {
  if (outcome === undefined) return [name, "", "", String(lost), "NOT HELD", ""];
  const { kernelSaid, acknowledged, verdict, wentOn } = outcome;
  return [name, kernelSaid, acknowledged.toLocaleString("en-US"), String(outcome.lost), verdict, wentOn];
}

function sumOf(done: readonly Tried[]): string[] {
  const sum = (of: (tried: Tried) => number) => done.reduce((total, tried) => total + of(tried), 0);
  const acknowledged = sum(({ outcome }) => outcome?.acknowledged ?? 0).toLocaleString("en-US");
  const lost = sum(({ outcome, lost = 0 }) => outcome?.lost ?? lost);
  const failed = sum(({ outcome }) => (outcome === undefined ? 1 : 0));
  const held = failed === 0 ? "all held" : `${failed} did not hold`;
  return [`${done.length} cases`, "", acknowledged, String(lost), held, ""];
}

function pad(text: string, column: number, widths: readonly number[]): string {
  return isNumber[column] ? text.padStart(widths[column] ?? 0) : text.padEnd(widths[column] ?? 0);
}
