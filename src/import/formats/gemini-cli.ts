/**
 * Gemini CLI sessions: one JSON document. A call and its result are one object in the reply that made it. Its `output` leaves
 * out what was thought and its `input` includes what was cached.
 */
import {
  begin,
  callFinished,
  callStarted,
  message,
  note,
  RECORD,
  resultOf,
  usage,
  withoutCached,
} from "../entries.js";
import {
  countOf,
  has,
  isMembers,
  listOf,
  type Members,
  membersOf,
  paramsOf,
  textOf,
  without,
} from "../foreign-values.js";
import type { DocumentFormat, Entry } from "../types.js";

const FORMAT = "gemini-cli";
const SESSION = "main";

export const geminiCli: DocumentFormat = {
  name: FORMAT,
  title: "Gemini CLI",
  mark: "a document with sessionId, projectHash, startTime and messages",
  layout: "document",
  detect: (value) =>
    has(value, "sessionId", "startTime", "messages") &&
    (has(value, "projectHash") || has(value, "lastUpdated")),
  read: readDocument,
};

function* readDocument(value: unknown, digest: () => string): Generator<Entry, void> {
  const root = membersOf(value);
  const messages = listOf(root.messages);
  yield begin(SESSION, {
    sourceId: textOf(root.sessionId) ?? digest(),
    startTime: textOf(root.startTime),
    role: FORMAT,
    model: messages.map((said) => textOf(membersOf(said).model)).find(Boolean) ?? "unknown",
    metadata: without(root, "sessionId", "startTime", "messages") ?? {},
  });
  for (const said of messages) {
    yield RECORD;
    if (isMembers(said)) yield* readMessage(said);
    else yield note(SESSION, FORMAT, "message", said);
  }
  yield { kind: "end", session: SESSION };
}

function* readMessage(said: Members): Generator<Entry, void> {
  const { type, content, model, tokens, toolCalls } = said;
  const at = textOf(said.timestamp);
  if (type !== "user" && type !== "gemini") {
    yield note(SESSION, FORMAT, type, said, { at });
    return;
  }
  const source = without(said, "type", "content", "timestamp", "toolCalls");
  const role = type === "user" ? "user" : "assistant";
  const calls = listOf(toolCalls);
  // A call's result is not part of the message that makes it.
  const made =
    calls.length === 0 ? undefined : calls.map((call) => without(membersOf(call), "result", "resultDisplay"));
  yield message(SESSION, { role, content, toolCalls: made }, { at, source });
  if (isMembers(tokens)) yield tokensOf(tokens, said.id, model, at);
  for (const call of calls.map(membersOf)) yield* readCall(call, at);
}

function tokensOf(tokens: Members, responseId: unknown, model: unknown, at: string | undefined): Entry {
  const { input, output, cached, thoughts, tool } = tokens;
  const counts = {
    input: (withoutCached(input, cached) ?? 0) + (countOf(tool) ?? 0),
    output: (countOf(output) ?? 0) + (countOf(thoughts) ?? 0),
    cacheRead: cached,
    reasoning: thoughts,
    responseId,
    model,
  };
  return usage(SESSION, counts, { at });
}

function* readCall(call: Members, saidAt: string | undefined): Generator<Entry, void> {
  const { id, name, args, result, status, resultDisplay } = call;
  const at = textOf(call.timestamp) ?? saidAt;
  const source = without(call, "id", "name", "args", "result", "resultDisplay", "timestamp");
  yield callStarted(SESSION, { callId: id, name, params: paramsOf(args) }, { at: saidAt, source });
  if (result === undefined && status !== "error" && status !== "cancelled") return;
  const more = resultDisplay === undefined ? undefined : { resultDisplay };
  const isError = status === "error" || status === "cancelled";
  yield callFinished(SESSION, id, resultOf(result, isError, more), { at });
}
