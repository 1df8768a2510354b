/** The cases in words: what each does, what must hold, and what it needs. */
import type { FaultCase } from "./fault-case.js";

export function listOf(cases: readonly FaultCase[], columns: number): string {
  const lines = cases.flatMap(({ name, needs, does, holds }) => [
    needs.length === 0 ? name : `${name} (needs ${needs.join(", ")})`,
    ...wrapped("  does:  ", does, columns),
    ...wrapped("  holds: ", holds, columns),
  ]);
  return `${lines.join("\n")}\n`;
}

/** The first line begins with the label, the others are indented to stand below it. */
function wrapped(label: string, text: string, columns: number): string[] {
  const lines: string[] = [];
  let line = label.slice(0, -1);
  for (const word of text.split(" ")) {
    if (line.length + 1 + word.length > columns) {
      lines.push(line);
      line = " ".repeat(label.length - 1);
    }
    line += ` ${word}`;
  }
  return [...lines, line];
}
