/** The calls of a session by tool: how many, how they ended, how long they took. */
import type { JournalRecord } from "../../event/types.js";
import { safeLine } from "../../text/safe-text.js";
import type { Paint } from "../terminal/paint.js";
import { cutToWidth, padToWidth, textWidth } from "../terminal/width.js";
import { joinParts } from "./event-line.js";
import type { Part } from "./event-words.js";
import { formatCount, formatDuration } from "./figures.js";
import { OpenCalls } from "./open-calls.js";

interface Counts {
  calls: number;
  failed: number;
  denied: number;
  open: number;
  tookMs: number;
}

const NAME_WIDTH = 32;
/** Of a narrow terminal, so that the figures have room. */
const SHARE_OF_NAME = 0.4;

export class CallCounts {
  readonly #calls = new OpenCalls();
  readonly #byTool = new Map<string, Counts>();

  add(record: JournalRecord): void {
    const started = this.#calls.start(record)?.started;
    if (started !== undefined) {
      const counts = this.#of(started.name);
      counts.calls += 1;
      counts.open += 1;
      if (!started.governanceResult.allowed) counts.denied += 1;
    }
    const ended = this.#calls.finish(record);
    if (ended?.call === undefined) return;
    const counts = this.#of(ended.call.started.name);
    counts.open -= 1;
    counts.tookMs += ended.durationMs ?? 0;
    if (!ended.finished.result.success && ended.call.started.governanceResult.allowed) counts.failed += 1;
  }

  /** The tools in the order of their first calls. */
  lines(paint: Paint, width: number): string[] {
    const most = Math.min(NAME_WIDTH, Math.floor(width * SHARE_OF_NAME));
    const tools = [...this.#byTool].map(([name, counts]) => ({
      name: cutToWidth(safeLine(name), most),
      calls: formatCount(counts.calls),
      took: counts.tookMs > 0 ? formatDuration(counts.tookMs) : "",
      counts,
    }));
    const nameWidth = Math.max(0, ...tools.map(({ name }) => textWidth(name)));
    const callsWidth = Math.max(0, ...tools.map(({ calls }) => calls.length));
    const tookWidth = Math.max(0, ...tools.map(({ took }) => took.length));
    return tools.map(({ name, calls, took, counts }) => {
      const start = `${paint("strong", padToWidth(name, nameWidth))}  ${calls.padStart(callsWidth)}`;
      const timed = tookWidth === 0 ? start : `${start}  ${paint("dim", took.padStart(tookWidth))}`;
      const rest = joinParts([...countParts(counts)], paint, width - nameWidth - callsWidth - tookWidth - 6);
      return `${timed}  ${rest}`.trimEnd();
    });
  }

  #of(name: string): Counts {
    const known = this.#byTool.get(name);
    if (known !== undefined) return known;
    const counts = { calls: 0, failed: 0, denied: 0, open: 0, tookMs: 0 };
    this.#byTool.set(name, counts);
    return counts;
  }
}

function* countParts({ failed, denied, open }: Counts): Generator<Part> {
  if (failed > 0) yield ["bad", `${formatCount(failed)} failed`];
  if (denied > 0) yield ["notice", `${formatCount(denied)} denied`];
  if (open > 0) yield ["notice", `${formatCount(open)} open`];
}
