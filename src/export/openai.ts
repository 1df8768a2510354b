/**
 * OpenAI chat messages: one line of JSON a session, `{"messages": […]}`. The form has rules of its own: each call is
 * answered by one `tool` message right behind it, so what is missing is said and what was said twice is said once.
 */
import { isObject } from "../event/guards.js";
import { escapeSeparators } from "../event/separators.js";
import type { Message } from "../event/types.js";
import { askedCallsOf, contentText, resultIdsOf, resultText, textOf } from "./message.js";
import { piecesOf } from "./pieces.js";
import type { ExportedCall, Records, Step } from "./step.js";

const NO_RESULT = "No result was recorded.";

interface ChatMessage {
  readonly role: string;
  readonly content: unknown;
  readonly [key: string]: unknown;
}

/** The pieces of one line; nothing where there are no records. */
export function exportOpenai(records: Records): AsyncGenerator<string, void> {
  const chat = new Chat();
  let before = '{"messages":[';
  return piecesOf(records, function* (folded) {
    if (folded.kind === "head") return;
    const messages = folded.kind === "step" ? chat.ofStep(folded.step) : chat.answerRest();
    for (const message of messages) {
      yield before + escapeSeparators(JSON.stringify(message));
      before = ",";
    }
    if (folded.kind === "ending") yield `${before === "," ? "" : before}]}\n`;
  });
}

class Chat {
  /** Calls that a message asked for, of which no record tells, and that no message has answered yet. */
  readonly #unanswered = new Set<string>();

  ofStep(step: Step): ChatMessage[] {
    const { source, message, late } = step;
    const told = late.flatMap(lateResult);
    if (source === "agent") return [...this.answerRest(), ...this.#agentMessages(step)];
    if (message === null) return told.length === 0 ? [] : [...this.answerRest(), ...told];
    if (source === "tool") return this.#toolMessages(step, message);
    const role = source === "system" && message.role === "developer" ? "developer" : source;
    return [...this.answerRest(), { role, content: contentOf(message), ...nameOf(message) }];
  }

  /** To be said before anything but an answer can be. */
  answerRest(): ChatMessage[] {
    const rest = [...this.#unanswered].map((id) => answer(id, NO_RESULT));
    this.#unanswered.clear();
    return rest;
  }

  #agentMessages({ message, calls }: Step): ChatMessage[] {
    const asked = calls.length > 0 ? [] : askedCallsOf(message);
    const made = calls.map(({ callId, name, params }) => toolCall(callId, name, JSON.stringify(params)));
    const wanted = asked.map(({ id, name, params }) =>
      toolCall(id, name, typeof params === "string" ? params : JSON.stringify(params)),
    );
    const toolCalls = [...made, ...wanted];
    const text = textOf(message);
    if (message === null && toolCalls.length === 0) return [];
    for (const { id } of asked) this.#unanswered.add(id);
    const said: ChatMessage = {
      role: "assistant",
      content: text === "" && toolCalls.length > 0 ? null : text,
      ...nameOf(message),
      ...(toolCalls.length === 0 ? {} : { tool_calls: toolCalls }),
    };
    const answers = calls.map(({ callId, finished }) =>
      answer(callId, finished === null ? NO_RESULT : resultText(finished.result)),
    );
    return [said, ...answers];
  }

  #toolMessages({ isEcho }: Step, message: Message): ChatMessage[] {
    if (isEcho) return [];
    const text = textOf(message);
    const ids = resultIdsOf(message).filter((id) => this.#unanswered.delete(id));
    return ids.length === 0
      ? [...this.answerRest(), { role: "user", content: text }]
      : ids.map((id) => answer(id, text));
  }
}

function toolCall(id: string, name: string, json: string): object {
  return { id, type: "function", function: { name, arguments: json } };
}

function answer(id: string, content: string): ChatMessage {
  return { role: "tool", tool_call_id: id, content };
}

/** Its place behind the call is gone. */
function lateResult({ callId, name, finished }: ExportedCall): ChatMessage[] {
  if (finished === null) return [];
  const content = `Result of call ${callId} (${name}): ${resultText(finished.result)}`;
  return [{ role: "system", content }];
}

/** Parts that the form has as well stay parts. */
function contentOf({ content }: Message): unknown {
  const isKnown = (part: unknown) => isObject(part) && (part.type === "text" || part.type === "image_url");
  return Array.isArray(content) && content.length > 0 && content.every(isKnown)
    ? content
    : contentText(content);
}

function nameOf(message: Message | null): { name?: string } {
  return typeof message?.name === "string" ? { name: message.name } : {};
}
