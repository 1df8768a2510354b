/** Two runs side by side for a person: where they part, what else differs, and what each came to. Foreign text passes here. */
import type { DifferenceInFull, DiffSide, DiffStep, SessionDiff, StepContent } from "../../analysis/entry.js";
import { safeLine } from "../../text/safe-text.js";
import type { Paint, Tone } from "../terminal/paint.js";
import { cutToWidth, padToWidth, textWidth } from "../terminal/width.js";
import { wrapped } from "../terminal/wrapped.js";
import { cutStart } from "./cut-start.js";
import { joinParts } from "./event-line.js";
import type { Part } from "./event-words.js";
import { countOf, formatCount, formatMoment } from "./figures.js";
import { contentText, preview, previewParams } from "./preview.js";
import { shortId } from "./short-id.js";

type Side = "a" | "b";
type FullStep = DiffStep & { readonly content: StepContent };

const TONE: { readonly [side in Side]: Tone } = { a: "bad", b: "good" };
const SIGN = { a: "-", b: "+" } as const;
const PLACE_WIDTH = 12;
const ELLIPSIS = "…";
/** Before the place where two texts part, so that one sees where it is. */
const SHOWN_BEFORE = 30;
const SHOWN_AFTER = 120;

export class DiffText {
  readonly #paint: Paint;
  readonly #width: number;
  readonly #diff: SessionDiff;

  constructor(paint: Paint, width: number, diff: SessionDiff) {
    this.#paint = paint;
    this.#width = width;
    this.#diff = diff;
  }

  /** Which two they are. */
  *head(): Generator<string> {
    for (const side of ["a", "b"] as const) {
      const { sessionId, role, model, startTime } = this.#diff[side];
      const about = [role, model, ...(startTime === "" ? [] : [formatMoment(startTime)])].join(" · ");
      yield joinParts(
        [
          [TONE[side], `${SIGN[side]} ${side.toUpperCase()}`],
          ["strong", sessionId],
          ["dim", about],
        ],
        this.#paint,
        this.#width,
      );
    }
    yield "";
    yield* this.#verdict();
  }

  *#verdict(): Generator<string> {
    const { same, sameUntilFirst, differences, a } = this.#diff;
    if (same) {
      yield* wrapped(
        `They are the same in all ${countOf(a.steps, "step")}.`,
        "good",
        this.#paint,
        this.#width,
      );
      return;
    }
    const first = differences[0]?.a ?? differences[0]?.b;
    const turn = first === undefined ? "" : `, in turn ${formatCount(first.turn)}`;
    const before =
      sameUntilFirst === 0
        ? "They part at the first step"
        : `The first ${sameUntilFirst === 1 ? "step is" : `${formatCount(sameUntilFirst)} steps are`} the same; they part at step ${formatCount(sameUntilFirst + 1)}`;
    yield* wrapped(`${before}${turn}.`, "strong", this.#paint, this.#width);
  }

  /** One difference, after an empty line. */
  *difference({ a, b, first }: DifferenceInFull): Generator<string> {
    yield "";
    if (a !== undefined) yield this.#stepLine("a", a);
    if (b !== undefined) yield this.#stepLine("b", b);
    if (first === undefined) return;
    const { field, at = 0 } = first;
    yield this.#paint("dim", `  differs in ${cutToWidth(safeLine(preview(field)), this.#width - 14)}:`);
    yield this.#valueLine("a", "a" in first ? first.a : undefined, at);
    yield this.#valueLine("b", "b" in first ? first.b : undefined, at);
  }

  /** What all steps come to. */
  summary(isFull: boolean): string[] {
    const { sameSteps, changed, onlyA, onlyB } = this.#diff;
    const counts = [
      `${formatCount(sameSteps)} same`,
      `${formatCount(changed)} changed`,
      `${formatCount(onlyA)} only in A`,
      `${formatCount(onlyB)} only in B`,
    ];
    const hint = isFull || changed + onlyA + onlyB < 2 ? "" : " (--full shows each)";
    return wrapped(`Steps: ${counts.join(" · ")}${hint}`, "dim", this.#paint, this.#width);
  }

  #stepLine(side: Side, step: FullStep): string {
    const { sessionId } = this.#diff[side] as DiffSide;
    const place = padToWidth(`${safeLine(shortId(sessionId))}:${step.seq}`, PLACE_WIDTH);
    const start = `${SIGN[side]} ${place}  `;
    const rest = joinParts(partsOf(step), this.#paint, this.#width - textWidth(start));
    return `${this.#paint(TONE[side], start)}${rest}`;
  }

  /** What stands there, from a little before where the two part, with what differs marked. */
  #valueLine(side: Side, value: unknown, at: number): string {
    const start = `  ${SIGN[side]} `;
    if (value === undefined) return this.#paint("dim", `${start}(nothing there)`);
    const text = typeof value === "string" ? value : preview(value);
    const most = Math.min(SHOWN_BEFORE, Math.floor(this.#width / 3));
    const near = safeLine(wholeFrom(text, Math.max(0, at - SHOWN_BEFORE * 4), at));
    const before = cutStart(near, most);
    const behind = text.slice(at, at + SHOWN_AFTER * 4);
    const room = Math.min(this.#width - start.length - textWidth(before), SHOWN_AFTER);
    const shown = cutToWidth(safeLine(behind), Math.max(room, 1));
    const isCut = behind.length < text.length - at && !shown.endsWith(ELLIPSIS);
    const rest = shown === "" ? "(ends here)" : shown + (isCut ? ELLIPSIS : "");
    return start + this.#paint("dim", before) + this.#paint(TONE[side], rest);
  }
}

function partsOf({ kind, name, content }: FullStep): Part[] {
  if (kind === "message") {
    return [
      ["strong", name || "message"],
      ["plain", contentText(content.content)],
      ["dim", callsText(content.toolCalls)],
    ];
  }
  if (kind === "error") {
    return [
      ["bad", "error"],
      ["plain", preview(content.message)],
    ];
  }
  if (kind === "end") {
    return [
      ["plain", "ended"],
      ["strong", name],
    ];
  }
  const { params, denied, result } = content as { params?: unknown; denied?: string; result?: unknown };
  const state: Part =
    denied !== undefined ? ["notice", `denied ${denied}`] : stateOf(result as { success?: boolean } | null);
  return [["strong", name], state, ["plain", previewParams(params)]];
}

/** What a message asks for, where it does so beside its text. */
function callsText(toolCalls: unknown): string {
  if (!Array.isArray(toolCalls) || toolCalls.length === 0) return "";
  const names = toolCalls.map((call: { name?: unknown; function?: { name?: unknown } } | null) =>
    preview(call?.name ?? call?.function?.name ?? "?"),
  );
  return `calls ${names.join(", ")}`;
}

function stateOf(result: { readonly success?: boolean } | null): Part {
  if (result === null) return ["notice", "open"];
  return result.success === true ? ["good", "ok"] : ["bad", "failed"];
}

/** Not from between the halves of a character. */
function wholeFrom(text: string, from: number, to: number): string {
  return text.slice(from, to).replace(/^[\uDC00-\uDFFF]/, "");
}
