/**
 * The spans of one session: the run, each response of the model, each call of a tool. It keeps what the span of the
 * run needs at the end, and of that a bounded number.
 */

import { epochMs } from "../event/epoch-ms.js";
import { isErrorRecorded } from "../event/guards.js";
import type { FormatOptions } from "./options.js";
import { ChatContent } from "./otlp-content.js";
import {
  type Attribute,
  attributes,
  KIND,
  type Span,
  type SpanEvent,
  STATUS_ERROR,
  spanIdOf,
  traceIdOf,
  unixNano,
  wellFormed,
} from "./otlp-span.js";
import { providerOf } from "./provider.js";
import { promptTokens, timeOf } from "./record-facts.js";
import { type Bounds, span, widen } from "./span-bounds.js";
import type { Ending, ExportedCall, Head, Step } from "./step.js";

/** As many events or links as a span has by default in OpenTelemetry's SDKs. */
const MOST_KEPT = 128;
const UNKNOWN = "unknown";

type Usage = { input: number; output: number; cacheRead?: number; cacheWrite?: number; reasoning?: number };

export class SessionSpans {
  readonly #id: string;
  readonly #traceId: string;
  /** Of the span of the run. */
  readonly #root: string;
  readonly #head: Head;
  readonly #model: string;
  readonly #options: FormatOptions;
  readonly #content: ChatContent;
  readonly #made: { [operation: string]: readonly Attribute[] } = {};
  readonly #children: string[] = [];
  readonly #errors: SpanEvent[] = [];
  #droppedChildren = 0;
  #droppedErrors = 0;
  /** From the first to the last of the spans so far: clocks differ, and the run holds them all. */
  #bounds: Bounds | null = null;

  constructor(head: Head, options: FormatOptions) {
    this.#head = head;
    this.#id = head?.sessionId ?? UNKNOWN;
    this.#traceId = traceIdOf(this.#id);
    this.#root = spanIdOf(this.#id, "agent", 1);
    this.#model = head?.model ?? "";
    this.#options = options;
    this.#content = new ChatContent(options.includeContent === true);
  }

  ofStep(step: Step): Span[] {
    const { childSessionId, source, message, usage, calls, late, asides } = step;
    if (childSessionId !== null && this.#children.push(childSessionId) > MOST_KEPT) {
      this.#children.pop();
      this.#droppedChildren += 1;
    }
    for (const { data, ...record } of asides) this.#addError(data, timeOf({ data, ...record }));
    const isChat = source === "agent" && (message !== null || usage !== null);
    if (!isChat) this.#content.addInput(step);
    const done = [...calls, ...late].filter(({ finished }) => finished !== null);
    const lost = late.filter(({ finished }) => finished === null);
    const spans = [
      ...(isChat ? [this.#chat(step)] : []),
      ...done.map((call) => this.#call(call, step.time)),
      ...lost.map((call) => this.#call(call, step.time)),
    ];
    if (isChat) this.#content.addResults(calls);
    this.#bounds = spans.reduce(widen, this.#bounds);
    return spans;
  }

  ofEnding({ summary, outcome, time, asides, open }: Ending): Span[] {
    for (const { data, ...record } of asides) this.#addError(data, timeOf({ data, ...record }));
    const { startedAt = time, parentSessionId } = this.#head ?? { parentSessionId: null };
    const links = [...(parentSessionId === null ? [] : [parentSessionId]), ...this.#children].map((id) => ({
      traceId: traceIdOf(id),
      spanId: spanIdOf(id, "agent", 1),
    }));
    const lost = open.map((call) => this.#call(call, time));
    const failed = outcome === null || outcome === "success" ? undefined : outcome;
    const run: Span = {
      ...this.#ids("agent", 1),
      name: wellFormed(`invoke_agent ${this.#head?.role || UNKNOWN}`),
      kind: KIND.internal,
      ...lost.reduce<Bounds>(widen, widen(this.#bounds, span(startedAt, time))),
      attributes: [
        ...this.#common("invoke_agent"),
        ...attributes({
          "gen_ai.agent.version": this.#options.agentVersion,
          "gen_ai.request.model": this.#model || undefined,
          ...usageAttributes(summary.tokenUsage),
          "error.type": failed,
        }),
      ],
      ...(this.#errors.length === 0 ? {} : { events: this.#errors }),
      ...(this.#droppedErrors === 0 ? {} : { droppedEventsCount: this.#droppedErrors }),
      ...(links.length === 0 ? {} : { links }),
      ...(this.#droppedChildren === 0 ? {} : { droppedLinksCount: this.#droppedChildren }),
      ...(failed === undefined ? {} : { status: { code: STATUS_ERROR } }),
    };
    return [...lost, run];
  }

  #chat(step: Step): Span {
    const { seq, message, usage, startedAt, time } = step;
    const said = (message ?? {}) as { model?: unknown; id?: unknown };
    const model = usage?.model ?? (typeof said.model === "string" ? said.model : this.#model);
    const responseId = usage?.responseId ?? (typeof said.id === "string" ? said.id : undefined);
    return {
      ...this.#ids("chat", seq),
      parentSpanId: this.#root,
      name: wellFormed(`chat ${this.#model || model || UNKNOWN}`),
      kind: KIND.client,
      ...span(startedAt, time),
      attributes: [
        ...this.#common("chat"),
        ...attributes({
          "gen_ai.request.model": this.#model || model || undefined,
          "gen_ai.response.model": model || undefined,
          "gen_ai.response.id": responseId,
          ...(usage === null ? {} : usageAttributes(usage)),
          ...this.#content.ofChat(step),
        }),
      ],
    };
  }

  #call(call: ExportedCall, lastKnown: string): Span {
    const { seq, callId, name, timestamp, startedAt, isTimed, finished, governance } = call;
    const began = isTimed && epochMs(timestamp) !== undefined ? timestamp : startedAt;
    const failed = errorOf(call);
    const content = this.#content.ofCall(call);
    const { message, ...said } = content;
    return {
      ...this.#ids("call", seq),
      parentSpanId: this.#root,
      name: wellFormed(`execute_tool ${name}`),
      kind: KIND.internal,
      ...span(began, finished?.at ?? lastKnown, finished?.durationMs),
      attributes: [
        ...this.#common("execute_tool"),
        ...attributes({
          "gen_ai.tool.name": name,
          "gen_ai.tool.type": "function",
          "gen_ai.tool.call.id": callId,
          ...said,
          "choragen.governance.allowed": governance.allowed ? undefined : false,
          "error.type": failed,
        }),
      ],
      ...(failed === undefined
        ? {}
        : { status: { ...(message === undefined ? {} : { message }), code: STATUS_ERROR } }),
    };
  }

  #ids(what: "agent" | "chat" | "call", seq: number) {
    return { traceId: this.#traceId, spanId: spanIdOf(this.#id, what, seq) };
  }

  /** What every span of its kind has, made once. */
  #common(operation: "invoke_agent" | "chat" | "execute_tool"): readonly Attribute[] {
    this.#made[operation] ??= attributes({
      "gen_ai.operation.name": operation,
      "gen_ai.provider.name": this.#options.provider ?? providerOf(this.#model),
      "gen_ai.conversation.id": this.#id,
      "gen_ai.agent.id": this.#id,
      "gen_ai.agent.name": this.#head?.role || UNKNOWN,
    });
    return this.#made[operation];
  }

  #addError(data: unknown, time: string): void {
    if (!isErrorRecorded(data)) return;
    if (this.#errors.length === MOST_KEPT) this.#droppedErrors += 1;
    else {
      const { message, stack, recoverable } = data;
      const words = this.#options.includeContent
        ? { "exception.message": message, "exception.stacktrace": stack }
        : {};
      const about = attributes({ "exception.type": recoverable ? "recoverable" : "fatal", ...words });
      this.#errors.push({ timeUnixNano: unixNano(time), name: "exception", attributes: about });
    }
  }
}

/** Why it failed, in a word; undefined where it did not. */
function errorOf({ governance, finished }: ExportedCall): string | undefined {
  if (!governance.allowed) return "denied";
  if (finished === null) return "no_result";
  return finished.result.success ? undefined : "tool_error";
}

function usageAttributes(usage: Usage) {
  return {
    "gen_ai.usage.input_tokens": promptTokens(usage),
    "gen_ai.usage.output_tokens": usage.output,
    "gen_ai.usage.cache_read.input_tokens": usage.cacheRead,
    "gen_ai.usage.cache_creation.input_tokens": usage.cacheWrite,
    "gen_ai.usage.reasoning.output_tokens": usage.reasoning,
  };
}
