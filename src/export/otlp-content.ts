/**
 * What was said, as the GenAI conventions put it on spans: the messages that went into a response and came out of it,
 * a call's arguments and result. Gives nothing unless content was asked for; each message goes in once.
 */
import { askedCallsOf, contentText, reasoningOf, resultIdsOf, textOf } from "./message.js";
import { wellFormed } from "./otlp-span.js";
import { sizeOf } from "./size.js";
import type { ExportedCall, Step } from "./step.js";

/** How much of what came before a response is kept for it, in characters. */
const MOST_INPUT = 512 * 1024;

type Part = { readonly type: string; readonly [key: string]: unknown };
interface Said {
  readonly role: string;
  readonly parts: readonly Part[];
}

export class ChatContent {
  readonly #isIncluded: boolean;
  #input: Said[] = [];
  #inputSize = 0;

  constructor(isIncluded: boolean) {
    this.#isIncluded = isIncluded;
  }

  /** A message that the next response follows. */
  addInput({ source, message, isEcho }: Step): void {
    if (!this.#isIncluded || message === null || isEcho) return;
    const text = textOf(message);
    if (source === "tool") {
      const [id = null] = resultIdsOf(message);
      this.#add({ role: "tool", parts: [{ type: "tool_call_response", id, response: text }] });
    } else this.#add({ role: source, parts: [{ type: "text", content: text }] });
  }

  /** The results that the next response follows. */
  addResults(calls: readonly ExportedCall[]): void {
    if (!this.#isIncluded) return;
    for (const { callId, finished } of calls) {
      if (finished === null) continue;
      const { data, error } = finished.result;
      const response = data ?? error ?? null;
      this.#add({ role: "tool", parts: [{ type: "tool_call_response", id: callId, response }] });
    }
  }

  ofChat({ message, calls }: Step): { [key: string]: string | undefined } {
    if (!this.#isIncluded) return {};
    const input = this.#input;
    this.#input = [];
    this.#inputSize = 0;
    const reasoning = reasoningOf(message);
    const text = textOf(message);
    const asked =
      calls.length > 0
        ? calls.map(({ callId: id, name, params }) => ({ id, name, arguments: params }))
        : askedCallsOf(message).map(({ id, name, params }) => ({ id, name, arguments: params }));
    const parts: Part[] = [
      ...(reasoning === null ? [] : [{ type: "reasoning", content: reasoning }]),
      ...(text === "" ? [] : [{ type: "text", content: text }]),
      ...asked.map((call) => ({ type: "tool_call", ...call })),
    ];
    const output = [{ role: "assistant", parts, finish_reason: asked.length > 0 ? "tool_call" : "stop" }];
    return {
      "gen_ai.input.messages": input.length === 0 ? undefined : json(input),
      "gen_ai.output.messages": json(output),
    };
  }

  /** `message` is what the status of a failed call says. */
  ofCall({ params, finished }: ExportedCall): {
    readonly message?: string;
    readonly [key: string]: string | undefined;
  } {
    if (!this.#isIncluded) return {};
    const error = finished?.result.error;
    const result = finished === null ? undefined : (finished.result.data ?? error);
    return {
      "gen_ai.tool.call.arguments": json(params),
      "gen_ai.tool.call.result":
        typeof result === "string" ? result : result === undefined ? undefined : json(result),
      ...(error === undefined ? {} : { message: wellFormed(contentText(error)) }),
    };
  }

  #add(said: Said): void {
    this.#input.push(said);
    this.#inputSize += sizeOf(said);
    // The oldest give way: what came just before says most.
    while (this.#inputSize > MOST_INPUT && this.#input.length > 1) {
      this.#inputSize -= sizeOf(this.#input.shift());
    }
  }
}

function json(value: unknown): string {
  return JSON.stringify(value);
}
