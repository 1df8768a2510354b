/**
 * A session as a reader wants it told: its head, messages, calls with their results, what else happened, and how it
 * ended. Shared by the formats that people read; nothing here is safe to show yet, the formats see to that.
 */

import { epochMs } from "../event/epoch-ms.js";
import * as is from "../event/guards.js";
import { isImportedStart } from "../event/imported.js";
import type { JournalRecord } from "../event/types.js";
import type { TokenUsage } from "../state/types.js";
import { reasoningOf, textOf } from "./message.js";
import { promptTokens } from "./record-facts.js";
import type { Ending, ExportedCall, Folded, Head, Step } from "./step.js";
import { hintOf, toldParams, toldResult, toldValue } from "./told-value.js";

export type Fact = readonly [label: string, value: string];

export type Passage =
  | { readonly kind: "title"; readonly id: string; readonly facts: readonly Fact[] }
  | {
      readonly kind: "message";
      readonly source: string;
      readonly role: string;
      readonly time: string;
      /** What the response used: all that went in, and what came out; null where nobody said. */
      readonly tokens: { readonly short: string; readonly full: string } | null;
      readonly reasoning: string | null;
      /** Empty where it asks for calls and says nothing. */
      readonly text: string;
    }
  | ToldCall
  | { readonly kind: "aside"; readonly label: string; readonly time: string; readonly text: string }
  | { readonly kind: "ending"; readonly facts: readonly Fact[] };

export interface ToldCall {
  readonly kind: "call";
  readonly name: string;
  readonly state: "ok" | "failed" | "denied" | "no result";
  /** In UTC, as all times here; empty where none is known. */
  readonly time: string;
  readonly took: string;
  /** Why it was denied; empty where it was not. */
  readonly reason: string;
  /** A word on the parameters, in one line. */
  readonly hint: string;
  readonly params: string;
  /** Null where there is none. */
  readonly result: string | null;
}

/** Tells one session, step by step. */
export class Teller {
  #isImport = false;

  *tell(folded: Folded): Generator<Passage, void> {
    if (folded.kind === "head") {
      this.#isImport = folded.head !== null && isImportedStart(folded.head);
      yield titleOf(folded.head);
    } else if (folded.kind === "step") yield* tellStep(folded.step, this.#isImport);
    else yield* tellEnding(folded.ending, this.#isImport);
  }
}

function* tellStep(step: Step, isImport: boolean): Generator<Passage> {
  const { source, message, usage, calls, late, childSessionId, isEcho, asides } = step;
  const time = step.isTimed ? moment(step.time) : "";
  if ((message !== null && !isEcho) || usage !== null) {
    const role = message === null ? "assistant" : message.role || source;
    const tokens = usage === null ? null : tokensOf(usage);
    const reasoning = reasoningOf(message);
    yield { kind: "message", source, role, time, tokens, reasoning, text: textOf(message) };
  }
  for (const call of calls) yield tellCall(call);
  for (const call of late) if (call.finished !== null) yield tellCall(call);
  if (childSessionId !== null) yield aside("child session", time, childSessionId);
  for (const record of asides) yield* tellAside(record, isImport);
}

function tellCall({ name, params, governance, finished, startedAt, isTimed }: ExportedCall): ToldCall {
  const { allowed, reason = "" } = governance;
  const result = finished?.result;
  const state = !allowed ? "denied" : result === undefined ? "no result" : result.success ? "ok" : "failed";
  return {
    kind: "call",
    name,
    state,
    time: isTimed ? moment(startedAt) : "",
    took: finished?.durationMs === undefined ? "" : duration(finished.durationMs),
    reason: allowed ? "" : reason,
    hint: hintOf(params),
    params: toldParams(params),
    result: toldResult(result),
  };
}

/** What says nothing to a reader: the turn is over, the writer has gone. */
const UNTOLD = new Set(["turn.completed", "writer.closed"]);

function* tellAside(record: JournalRecord, isImport: boolean): Generator<Passage> {
  const { type } = record;
  if (UNTOLD.has(type)) return;
  const at: unknown = record.data?.at;
  const time = typeof at === "string" ? moment(at) : isImport ? "" : moment(record.time);
  const data: unknown = record.data;
  if (type === "note.added" && is.isNoteAdded(data)) {
    return yield aside(`note: ${data.kind}`, time, toldValue(data.data));
  }
  if (type === "status.changed" && is.isStatusChanged(data)) return yield aside("status", time, data.status);
  if (type === "error.recorded" && is.isErrorRecorded(data)) {
    return yield aside(data.recoverable ? "error" : "fatal error", time, data.message);
  }
  yield aside(type, time, toldValue(data));
}

function aside(label: string, time: string, text: string): Passage {
  return { kind: "aside", label, time, text };
}

function titleOf(head: Head): Passage {
  if (head === null) return { kind: "title", id: "unknown", facts: [] };
  const { sessionId, role, model, chainId, taskId, parentSessionId, startedAt, metadata } = head;
  const facts: (readonly [string, string | null])[] = [
    ["Role", role],
    ["Model", model],
    ["Chain", chainId],
    ["Task", taskId],
    ["Parent session", parentSessionId],
    ["Started", moment(startedAt)],
    ["Metadata", metadata === undefined ? null : JSON.stringify(metadata)],
  ];
  return { kind: "title", id: sessionId, facts: facts.filter((fact): fact is Fact => Boolean(fact[1])) };
}

function* tellEnding({ summary, outcome, time, asides }: Ending, isImport: boolean): Generator<Passage> {
  for (const record of asides) yield* tellAside(record, isImport);
  const {
    turns,
    messages,
    toolCalls,
    failedCalls,
    deniedCalls,
    openCalls,
    errors,
    tokenUsage: usage,
  } = summary;
  const calls = [
    ...of(failedCalls, "failed"),
    ...of(deniedCalls, "denied"),
    ...of(openCalls, "without a result"),
  ];
  const { costUsd } = usage;
  const facts: Fact[] = [
    ["Outcome", outcome ?? "none recorded"],
    [outcome === null ? "Last event" : "Ended", moment(time)],
    ["Turns", number(turns)],
    ["Messages", number(messages)],
    ["Calls", [number(toolCalls), ...calls].join(", ")],
    ["Errors", number(errors)],
    ["Tokens", tokensOf(usage).full],
    ...(costUsd === undefined ? [] : [["Cost", `${costUsd.toFixed(4)} USD`] as const]),
  ];
  yield { kind: "ending", facts };
}

type Figures = Pick<TokenUsage, "input" | "output" | "cacheRead" | "cacheWrite" | "reasoning">;

function tokensOf(usage: Figures): { short: string; full: string } {
  const { input, output, cacheRead, cacheWrite, reasoning } = usage;
  const parts = [
    `${number(input)} in`,
    `${number(output)} out`,
    ...of(cacheRead, "read from cache"),
    ...of(cacheWrite, "written to cache"),
    ...of(reasoning, "of the output reasoning"),
  ];
  return { short: `${number(promptTokens(usage))} + ${number(output)} tokens`, full: parts.join(", ") };
}

function of(count: number | undefined, what: string): string[] {
  return count ? [`${number(count)} ${what}`] : [];
}

/** In UTC, so that an export says the same wherever it is made; what is no time is left as it is. */
function moment(time: string): string {
  const ms = epochMs(time);
  const isShown = ms !== undefined && Math.abs(ms) < 8.64e15;
  return isShown ? `${new Date(ms).toISOString().slice(0, 19).replace("T", " ")} UTC` : time;
}

function duration(durationMs: number): string {
  return durationMs < 1000
    ? `${Math.round(durationMs)} ms`
    : `${number(Math.round(durationMs / 100) / 10)} s`;
}

/** As `toLocaleString("en-US")` has it, which takes a hundred times as long. */
function number(value: number): string {
  const [whole = "", ...fraction] = String(value).split(".");
  return [whole.replace(/\B(?=(?:\d{3})+$)/g, ","), ...fraction].join(".");
}
