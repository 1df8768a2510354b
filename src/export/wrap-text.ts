/** Breaks what was said into lines that a page shows without scrolling. Only blanks are broken at; code is left alone. */

const WIDTH = 100;
/** Code by indentation, a row of a table. */
const UNBROKEN = /^(?: {4}|\t|\s*\|)/;
const FENCE = /^\s*(?:```|~~~)/;
const LIST_MARK = /^\s*(?:[-*+]|\d+[.)])\s+/;

export function wrapText(text: string): string {
  let isCode = false;
  const lines: string[] = [];
  for (const line of text.split("\n")) {
    if (FENCE.test(line)) isCode = !isCode;
    if (isCode || line.length <= WIDTH || UNBROKEN.test(line)) lines.push(line);
    else pushWrapped(lines, line);
  }
  return lines.join("\n");
}

function pushWrapped(lines: string[], line: string): void {
  const indent = " ".repeat(LIST_MARK.exec(line)?.[0].length ?? 0);
  let from = 0;
  let prefix = "";
  while (line.length - from > WIDTH - prefix.length) {
    const room = WIDTH - prefix.length;
    let at = line.lastIndexOf(" ", from + room);
    // A word that is longer than a line keeps whole.
    if (at <= from + (from === 0 ? indent.length : 0)) at = line.indexOf(" ", from + room);
    if (at === -1) break;
    lines.push(prefix + line.slice(from, at));
    from = at + 1;
    prefix = indent;
  }
  lines.push(prefix + line.slice(from));
}
