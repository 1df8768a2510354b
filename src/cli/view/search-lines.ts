/** Matches for a person: a line for each record, under a line for its session. All foreign text passes here. */
import type { Match } from "../../analysis/entry.js";
import { safeLine } from "../../text/safe-text.js";
import type { Paint, Tone } from "../terminal/paint.js";
import { cutToWidth, padToWidth, textWidth } from "../terminal/width.js";
import { cutStart } from "./cut-start.js";
import { formatClock, formatCount, NO_CLOCK } from "./figures.js";
import { sessionLine } from "./session-line.js";
import { shortId } from "./short-id.js";

const PLACE_WIDTH = 12;
const KIND_WIDTH = 9;
/** Narrower, the text needs the room. */
const WIDTH_FOR_TIMES = 60;
/** Of the room for a text, what goes before the match at most. */
const SHARE_BEFORE = 0.4;

const TONES: { readonly [kind: string]: Tone } = {
  user: "accent",
  assistant: "strong",
  call: "accent",
  ok: "good",
  failed: "bad",
  error: "bad",
};

/** What is clear from the kind of the record. */
const PLAIN_FIELD =
  /^(?:message\.content|message|params|result\.data|result\.error|result|data|name|kind)(?:[.[]|$)/;

const BLOCK = /^\[\d+\](?:\.(?:text|content|thinking))?$/;

export class SearchLines {
  readonly #paint: Paint;
  readonly #width: number;
  #session: string | undefined;

  constructor(paint: Paint, width: number) {
    this.#paint = paint;
    this.#width = width;
  }

  *lines(match: Match): Generator<string> {
    if (match.path !== this.#session) {
      if (this.#session !== undefined) yield "";
      this.#session = match.path;
      yield sessionLine(match.sessionId, match.time, this.#paint, this.#width);
    }
    yield this.#line(match);
  }

  #line(match: Match): string {
    const { sessionId, seq, time, kind, tool, count } = match;
    const place = padToWidth(`${safeLine(shortId(sessionId))}:${seq}`, PLACE_WIDTH);
    const shownKind = padToWidth(cutToWidth(safeLine(kind), KIND_WIDTH), KIND_WIDTH);
    const start = `${place}  ${this.#width < WIDTH_FOR_TIMES ? "" : `${time === "" ? NO_CLOCK : formatClock(time)}  `}`;
    const about = [
      ...(tool === undefined || match.field === "name" ? [] : [safeLine(tool)]),
      ...(fieldOf(match) === "" ? [] : [`${safeLine(fieldOf(match))}:`]),
    ].join(" ");
    const shownAbout = about === "" ? "" : `${cutToWidth(about, Math.floor(this.#width / 4))} `;
    const more = count > 1 ? ` +${formatCount(count - 1)}` : "";
    const room = this.#width - textWidth(`${start}${shownKind} ${shownAbout}${more}`);
    return [
      this.#paint("dim", start),
      this.#paint(TONES[kind] ?? "dim", shownKind),
      " ",
      this.#paint("dim", shownAbout),
      this.#excerpt(match, room),
      this.#paint("dim", more),
    ].join("");
  }

  /** The line of the text in which the match stands, as much of it as there is room for. */
  #excerpt({ before, text, after }: Match, width: number): string {
    const room = Math.max(width, 1);
    const lineBefore = safeLine(before.slice(before.lastIndexOf("\n") + 1)).trimStart();
    const lineAfter = safeLine(after.split(/\r?\n/, 1)[0] ?? "").trimEnd();
    const needle = cutToWidth(safeLine(text), room);
    const rest = room - textWidth(needle);
    const wide = Math.max(Math.floor(rest * SHARE_BEFORE), rest - textWidth(lineAfter));
    const shownBefore = Number.isFinite(room) ? cutStart(lineBefore, wide) : lineBefore;
    const shownAfter = cutToWidth(lineAfter, rest - textWidth(shownBefore));
    return shownBefore + this.#paint("strong", this.#paint("bad", needle)) + shownAfter;
  }
}

function fieldOf({ field, inName }: Match): string {
  // Which block of a message it is says nothing to a reader.
  if (inName || field.startsWith("message.content")) return "";
  const rest = field.replace(PLAIN_FIELD, (found) => (found.endsWith("[") ? "[" : ""));
  return BLOCK.test(rest) ? "" : rest;
}
