/**
 * One HTML page that stands for itself: no scripts, nothing loaded, every foreign text escaped and its hidden
 * characters shown. It is written as it is read; what came of the session is its last element and is shown above.
 */

import { safeLine, safePage } from "../text/safe-text.js";
import { POLICY, STYLE } from "./html-style.js";
import { piecesOf } from "./pieces.js";
import { type Fact, type Passage, Teller, type ToldCall } from "./reading.js";
import type { Records } from "./step.js";
import { firstLine } from "./told-value.js";

/** Nothing where there are no records. */
export function exportHtml(records: Records): AsyncGenerator<string, void> {
  const teller = new Teller();
  const page = new Page();
  return piecesOf(records, function* (folded) {
    for (const passage of teller.tell(folded)) yield page.add(passage);
  });
}

type Message = Extract<Passage, { kind: "message" }>;
type Aside = Extract<Passage, { kind: "aside" }>;

/** Longer ones are folded, unless they are the agent's own. */
const FOLDED_LENGTH = 3000;

class Page {
  /** Whether a section is open that calls can go into. */
  #isOpen = false;
  #day = "";
  #speaker = "";

  add(passage: Passage): string {
    switch (passage.kind) {
      case "title":
        return opening(passage.id, passage.facts);
      case "message":
        return this.#message(passage);
      case "call":
        return (this.#isOpen ? "" : this.#section("agent", passage.time)) + callDetails(passage);
      case "aside":
        return `${this.#close()}${this.#section("aside", passage.time)}${asideText(passage)}${this.#close()}`;
      case "ending":
        return `${this.#close()}${ending(passage.facts)}`;
    }
  }

  #message({ source, role, time, tokens, reasoning, text }: Message): string {
    const before = this.#close() + this.#section(source, time, tokens);
    // Who only asks for calls, time after time, is named once.
    const isSilent = text === "" && reasoning === null && this.#speaker === role;
    this.#speaker = role;
    const name = isSilent ? "" : `<h2>${line(role)}</h2>\n`;
    const thought = reasoning === null ? "" : folded("Reasoning", reasoning);
    return before + name + thought + said(source, text);
  }

  #section(source: string, time: string, tokens: Message["tokens"] = null): string {
    this.#isOpen = true;
    const [, day = "", clock = time] = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d) UTC$/.exec(time) ?? [];
    const isNewDay = day !== "" && day !== this.#day;
    if (isNewDay) this.#day = day;
    const divider = isNewDay ? `<p class="day">${line(day)} <small>UTC</small></p>\n` : "";
    const used = tokens === null ? "" : `<small title="${line(tokens.full)}">${line(tokens.short)}</small>`;
    const when = time === "" ? "" : `<time title="${line(time)}">${line(clock)}</time>`;
    return `${divider}<section class="${source}">\n<p class="when">${when}${used}</p>\n<div>\n`;
  }

  #close(): string {
    if (!this.#isOpen) return "";
    this.#isOpen = false;
    return "</div>\n</section>\n";
  }
}

function opening(id: string, facts: readonly Fact[]): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>Session ${line(id)}</title>
<style>${STYLE}</style>
</head>
<body>
<header>
<h1><small>Session</small> ${line(id)}</h1>
${list(facts)}</header>
`;
}

function ending(facts: readonly Fact[]): string {
  return `<footer id="end">\n${list(facts)}</footer>\n</body>\n</html>\n`;
}

function said(source: string, text: string): string {
  if (text === "") return "";
  if (source === "agent" || text.length <= FOLDED_LENGTH) return `<p class="text">${escaped(text)}</p>\n`;
  const length = `${text.length.toLocaleString("en-US")} characters`;
  return `<details class="long"><summary><span>${line(firstLine(text))} …</span><small>${length}</small></summary><pre>${escaped(text)}</pre></details>\n`;
}

function folded(title: string, text: string): string {
  return `<details class="thought"><summary>${title}</summary><pre>${escaped(text)}</pre></details>\n`;
}

function callDetails({ name, state, time, took, reason, hint, params, result }: ToldCall): string {
  const tone = state === "no result" ? "open" : state;
  const about = [...(state === "ok" ? [] : [`<b>${state}</b>`]), ...(took === "" ? [] : [took])].join(" ");
  const head = `<code>${line(name)}</code><span class="hint">${line(hint)}</span><span class="state">${about}</span>`;
  const why = reason === "" ? "" : `<p class="reason">${escaped(reason)}</p>`;
  const given = params === "" ? "" : `<pre>${escaped(params)}</pre>`;
  const came = result === null ? "" : `<pre class="result">${escaped(result)}</pre>`;
  return `<details class="call ${tone}"><summary title="${line(time)}">${head}</summary>${why}${given}${came}</details>\n`;
}

const SHORT_ASIDE = 300;

function asideText({ label, text }: Aside): string {
  if (text.length <= SHORT_ASIDE && !text.includes("\n")) {
    return `<p><b>${line(label)}</b> ${line(text)}</p>\n`;
  }
  return `<details><summary>${line(label)}</summary><pre>${escaped(text)}</pre></details>\n`;
}

const WIDE_FACT = 30;
const LONG_FACT = 120;
const BAD = new Set(["failure", "interrupted"]);

function list(facts: readonly Fact[]): string {
  const cells = facts.map(([label, value]) => {
    if (value.length > LONG_FACT) return `<div class="wide">${folded(line(label), value)}</div>\n`;
    const width = label === "Metadata" ? ' class="data"' : value.length > WIDE_FACT ? ' class="wide"' : "";
    const tone = label === "Outcome" && BAD.has(value) ? ' class="bad"' : "";
    return `<div${width}><dt>${line(label)}</dt><dd${tone}>${line(value)}</dd></div>\n`;
  });
  return `<dl>\n${cells.join("")}</dl>\n`;
}

function line(text: string): string {
  return escapeMarkup(safeLine(text).trim());
}

function escaped(text: string): string {
  return escapeMarkup(safePage(text));
}

const ENTITIES: { readonly [character: string]: string } = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function escapeMarkup(text: string): string {
  return /[&<>"']/.test(text) ? text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? "") : text;
}
