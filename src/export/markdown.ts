/**
 * Markdown for reading. Foreign text stands only in code spans and in fences longer than any run of backticks in it,
 * so that it can neither end its fence nor become a heading, a link or an image.
 */

import { safeLine, safePage } from "../text/safe-text.js";
import { piecesOf } from "./pieces.js";
import { type Fact, type Passage, Teller, type ToldCall } from "./reading.js";
import type { Records } from "./step.js";
import { wrapText } from "./wrap-text.js";

/** Nothing where there are no records. */
export function exportMarkdown(records: Records): AsyncGenerator<string, void> {
  const teller = new Teller();
  return piecesOf(records, function* (folded) {
    for (const passage of teller.tell(folded)) yield markdownOf(passage);
  });
}

function markdownOf(passage: Passage): string {
  switch (passage.kind) {
    case "title":
      return `# Session ${codeSpan(passage.id)}\n\n${list(passage.facts)}`;
    case "message": {
      const { role, time, tokens, reasoning, text } = passage;
      const used = tokens === null ? "" : `\n*Tokens: ${tokens.full}*\n`;
      const thought = reasoning === null ? "" : `\n*Reasoning*\n\n${fence(wrapText(reasoning))}`;
      const said = text === "" ? "" : `\n${fence(wrapText(text))}`;
      return `\n## ${word(role)}${behind(time)}\n${used}${thought}${said}`;
    }
    case "call":
      return callText(passage);
    case "aside":
      return isShort(passage.text)
        ? `\n- *${word(passage.label)}*${behind(passage.time)}: ${codeSpan(passage.text)}\n`
        : `\n- *${word(passage.label)}*${behind(passage.time)}\n\n${fence(passage.text)}`;
    case "ending":
      return `\n## End\n\n${list(passage.facts)}`;
  }
}

function callText({ name, state, took, reason, params, result }: ToldCall): string {
  const about = [state, ...(took === "" ? [] : [took])].join(", ");
  const why = reason === "" ? "" : `: ${codeSpan(reason)}`;
  const given = params === "" ? "" : `\n${fence(params)}`;
  const came = result === null ? "" : `\n*Result*\n\n${fence(result)}`;
  return `\n### Call ${codeSpan(name)} · ${about}${why}\n${given}${came}`;
}

function behind(time: string): string {
  return time === "" ? "" : ` · ${word(time)}`;
}

function list(facts: readonly Fact[]): string {
  return facts.map(([label, value]) => `- ${label}: ${word(value)}\n`).join("");
}

/** As it is where nothing in it means anything to Markdown; a code span otherwise. */
function word(text: string): string {
  const line = safeLine(text).trim();
  return /^[\p{L}\p{N}][\p{L}\p{N} .,:$-]*$/u.test(line) ? line : codeSpan(text);
}

const SHORT = 80;

function isShort(text: string): boolean {
  return text.length <= SHORT && !text.includes("\n");
}

function codeSpan(text: string): string {
  const line = safeLine(text).trim();
  if (line === "") return "–";
  const ticks = "`".repeat(longestRun(line) + 1);
  // A blank at both ends is taken away again; a backtick there would join the delimiter.
  return line.includes("`") ? `${ticks} ${line} ${ticks}` : ticks + line + ticks;
}

function fence(text: string): string {
  const shown = safePage(text);
  const ticks = "`".repeat(Math.max(3, longestRun(shown) + 1));
  return `${ticks}text\n${shown}${shown.endsWith("\n") ? "" : "\n"}${ticks}\n`;
}

/** Of backticks. */
function longestRun(text: string): number {
  let longest = 0;
  for (const [run] of text.matchAll(/`+/g)) longest = Math.max(longest, run.length);
  return longest;
}
