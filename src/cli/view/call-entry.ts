/**
 * A call of a tool as a reader meets it: on one line where that is enough, else with what came back below. What it keeps
 * is what it will show.
 */
import type { CallStartedData } from "../../event/guards.js";
import { safeLine, safeLines } from "../../text/safe-text.js";
import type { Paint, Tone } from "../terminal/paint.js";
import { textWidth, wrapToWidth } from "../terminal/width.js";
import { joinParts } from "./event-line.js";
import type { Part } from "./event-words.js";
import { formatDuration } from "./figures.js";
import type { FinishedCall } from "./open-calls.js";
import { previewParams, resultText } from "./preview.js";

const START = "  → ";
const BELOW = "      ";
/** Lines of a result that are shown unless all are asked for. */
const SHOWN_LINES = 5;
const SHOWN_LENGTH = 4_000;
const BLANK_ENDS = /^(?:[ \t]*\r?\n)+|\s+$/g;

export interface Room {
  /** Of a line. */
  readonly width: number;
  /** Of what is meant to be read, which has an end on the widest terminal. */
  readonly textWidth: number;
  readonly isFull: boolean;
}

export class CallEntry {
  readonly #name: string;
  readonly #params: string;
  readonly #deniedBecause: string | undefined;
  readonly #isFull: boolean;
  #result: { readonly success: boolean; readonly took: string; readonly text: string } | null = null;

  constructor({ name, params, governanceResult }: CallStartedData, isFull: boolean) {
    this.#name = name;
    this.#params = previewParams(params, isFull ? Number.POSITIVE_INFINITY : undefined);
    this.#deniedBecause = governanceResult.allowed ? undefined : (governanceResult.reason ?? "");
    this.#isFull = isFull;
  }

  /** What came back; undefined while nothing has. */
  get resultText(): string | undefined {
    return this.#result?.text;
  }

  finish({ finished, durationMs }: FinishedCall): void {
    const { success, data, error } = finished.result;
    const length = this.#isFull ? Number.POSITIVE_INFINITY : SHOWN_LENGTH;
    this.#result = {
      success,
      took: durationMs === undefined ? "" : formatDuration(durationMs),
      text: success || error === undefined ? resultText(data, length) : error.slice(0, length),
    };
  }

  *lines(paint: Paint, { width, textWidth: readable, isFull }: Room): Generator<string> {
    const head = this.#head();
    const params: Part = ["plain", this.#params];
    const text = this.#deniedBecause === undefined ? (this.#result?.text ?? "").replace(BLANK_ENDS, "") : "";
    const [first = "", ...more] = safeLines(text);
    const tone: Tone = this.#result?.success === false ? "bad" : "dim";
    const onOne = [...head, params].map(([, part]) => safeLine(part)).join("  ");
    const isShort = more.length === 0 && textWidth(START + onOne) + textWidth(first) + 2 <= readable;
    if (!isFull && isShort) {
      yield START + joinParts([...head, params, [tone, first]], paint, width - START.length);
      return;
    }
    if (isFull && textWidth(START + onOne) > readable) {
      yield START + joinParts(head, paint, width - START.length);
      for (const line of wrap(this.#params, readable)) yield BELOW + line;
    } else {
      yield START + joinParts([...head, params], paint, width - START.length);
    }
    if (text === "") return;
    const all = wrap(text, readable);
    const shown = isFull ? all : all.slice(0, SHOWN_LINES);
    for (const line of shown) yield (BELOW + paint(tone, line)).trimEnd();
    if (shown.length < all.length) yield BELOW + paint("dim", "…");
  }

  #head(): Part[] {
    if (this.#deniedBecause !== undefined) {
      return [
        ["strong", this.#name],
        ["notice", "denied"],
        ["notice", this.#deniedBecause],
      ];
    }
    const [state, tone] = this.#state();
    return [
      ["strong", this.#name],
      [tone, `${state} ${this.#result?.took ?? ""}`],
    ];
  }

  #state(): [string, Tone] {
    if (this.#result === null) return ["open", "notice"];
    return this.#result.success ? ["ok", "good"] : ["failed", "bad"];
  }
}

function wrap(text: string, readable: number): string[] {
  return safeLines(text).flatMap((line) => wrapToWidth(line, readable - BELOW.length));
}
