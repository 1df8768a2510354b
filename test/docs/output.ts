/**
 * Compares what a page says a snippet prints with what it printed. What differs from run to run counts as equal;
 * `…` in a page stands for anything in a line, and alone on a line for any lines.
 */
import { expect } from "vitest";

const VOLATILE: readonly (readonly [RegExp, string])[] = [
  [/\bsession-\d{8}-\d{6}-[0-9a-f]{6}\b/g, "<id>"],
  [/\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g, "<uuid>"],
  [/\b\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z/g, "<time>"],
  [/\b(?:\d{4}-)?\d{2}-\d{2} (?=\d{2}:|·)/g, "<date> "],
  [/(?<=<id> {2})\d{4}-\d{2}-\d{2}\b/g, "<date>"],
  [/^[0-9a-f]{6}(?=:\d+ )/g, "<short id>"],
  [/\b\d{2}:\d{2}:\d{2}(?:\.\d{3})?\b/g, "<clock>"],
  [/\b\d+(?:\.\d+)? (?:ms|s)\b/g, "<duration>"],
  [/\b\d+(?:\.\d+)? KiB\b/g, "<size>"],
  [/(?<![\w-])[\w-]{43}(?![\w-])/g, "<hash>"],
  [/(?:\/[^\s/'"]+)+(?=\/\.choragen\/)/g, "<folder>"],
  [/\b(byte|bytes:|byteOffset:|"bytes":|"atByte":|"removedBytes":|torn-) ?\d+/g, "$1 <number>"],
  [/\b\d[\d,]* bytes\b/g, "<number> bytes"],
];

export function expectOutput(printed: string, documented: string, isExact: boolean): void {
  const clean = (text: string): string[] => {
    const lines = text.trimEnd().split("\n");
    return (isExact ? lines : lines.map(steady)).map((line) => line.trimEnd());
  };
  const actual = clean(printed);
  const wanted = clean(documented);
  if (matches(actual.join("\n"), wanted)) return;
  // Lines that only their wildcards keep apart shall not hide the one that is another.
  const shown = actual.map((line, index) => (matches(line, [wanted[index] ?? ""]) ? wanted[index] : line));
  expect(shown.join("\n")).toBe(wanted.join("\n"));
}

function matches(text: string, wanted: readonly string[]): boolean {
  return new RegExp(`^${wanted.map(toPattern).join("")}$`).test(`${text}\n`);
}

function steady(line: string): string {
  return VOLATILE.reduce((text, [pattern, name]) => text.replace(pattern, name), line);
}

function toPattern(line: string): string {
  if (line.trim() === "…") return "(?:.*\\n)*";
  return `${line.split("…").map(escapeRegExp).join(".*")}\\n`;
}

function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
