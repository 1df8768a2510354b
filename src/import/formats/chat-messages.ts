/**
 * Messages in the form of OpenAI's chat API, which several formats share: calls stand in an assistant's `tool_calls`,
 * results in messages of role `tool`.
 */
import { callFinished, callStarted, message, resultOf, type Told } from "../entries.js";
import { listOf, type Members, membersOf, paramsOf, without } from "../foreign-values.js";
import type { Entry } from "../types.js";

export interface ChatTold extends Told {
  readonly isError?: boolean;
  /** Of a result. */
  readonly durationMs?: number | undefined;
}

/** The message, then the calls it makes or the result it brings. `callId` is what a result belongs to. */
export function* chatMessage(
  session: string,
  said: Members,
  callId: unknown,
  { at, source, isError = false, durationMs }: ChatTold,
): Generator<Entry, void> {
  const { role, content, name, tool_calls } = said;
  const isResult = role === "tool";
  const toolCallId = isResult ? callId : undefined;
  yield message(session, { role, content, name, toolCalls: tool_calls, toolCallId }, { at, source });
  for (const call of listOf(tool_calls).map(membersOf)) {
    const { id, function: called } = call;
    const { name, arguments: given } = called === undefined ? call : membersOf(called);
    yield callStarted(session, { callId: id, name, params: paramsOf(given) }, { at });
  }
  if (isResult) yield callFinished(session, callId, resultOf(content, isError), { at, durationMs });
}

/** What a chat message says beside its conversation. */
export function beside(said: Members, ...also: string[]): Members | undefined {
  return without(said, "role", "content", "name", "tool_calls", "tool_call_id", ...also);
}
