/**
 * pi sessions, versions 1 and 3, also as openclaw writes them: a header line, then one record a line. A record has two
 * clocks: `timestamp` is when it was written and becomes `at`; the message's own stays with the message.
 */
import {
  callFinished,
  callStarted,
  errorRecorded,
  message,
  note,
  resultOf,
  turnCompleted,
  usage,
} from "../entries.js";
import {
  has,
  isMembers,
  listOf,
  type Members,
  membersOf,
  paramsOf,
  textOf,
  without,
  wordsOf,
} from "../foreign-values.js";
import { Opening } from "../opening.js";
import type { Entry, LineFormat, LineReader } from "../types.js";

const FORMAT = "pi";
const SESSION = "main";

export const pi: LineFormat = {
  name: FORMAT,
  title: "pi",
  mark: "a line of type session with id and timestamp",
  layout: "lines",
  detect: (records) => records.some(isHeader) || records.filter(isEntry).length > 1,
  open: (digest) => new PiReader(digest),
};

function isHeader(record: unknown): boolean {
  return membersOf(record).type === "session" && has(record, "id", "timestamp");
}

/** Where the header is damaged, its records still tell. */
function isEntry(record: unknown): boolean {
  const { type, message } = membersOf(record);
  return type === "message" && has(record, "timestamp") && has(message, "role", "content", "timestamp");
}

class PiReader implements LineReader {
  readonly #opening: Opening;
  #header: Members | undefined;
  #model: string | undefined;
  #startTime: string | undefined;
  #turns = 0;

  constructor(digest: string) {
    this.#opening = new Opening(SESSION, () => ({
      sourceId: textOf(this.#header?.id) ?? digest,
      startTime: textOf(this.#header?.timestamp) ?? this.#startTime,
      role: FORMAT,
      model: this.#model ?? "unknown",
      metadata: this.#header === undefined ? {} : (without(this.#header, "type", "id", "timestamp") ?? {}),
    }));
  }

  *read(value: unknown): Generator<Entry, void> {
    const record = membersOf(value);
    if (record.type === "session" && this.#header === undefined && !this.#opening.isOpen) {
      this.#header = record;
      this.#model = textOf(record.modelId);
      return;
    }
    this.#startTime ??= textOf(record.timestamp);
    this.#model ??= textOf(record.modelId) ?? textOf(membersOf(record.message).model);
    yield* this.#opening.pass(this.#entriesOf(record), this.#model !== undefined);
  }

  *end(): Generator<Entry, void> {
    yield* this.#opening.open();
  }

  *#entriesOf(record: Members): Generator<Entry, void> {
    const at = textOf(record.timestamp);
    if (record.type !== "message" || !isMembers(record.message)) {
      yield note(SESSION, FORMAT, record.type, record, { at });
      return;
    }
    const { role, content, toolCallId, toolName } = record.message;
    // The details of a result stay with the result.
    const rest = without(
      record.message,
      "role",
      "content",
      "toolCallId",
      "toolName",
      role === "toolResult" ? "details" : "",
    );
    const outer = without(record, "type", "timestamp", "message");
    const source = { ...outer, ...(rest === undefined ? {} : { message: rest }) };
    if (role === "toolResult") {
      yield message(SESSION, { role: "tool", content, name: toolName, toolCallId }, { at, source });
      yield* this.#result(record.message, at);
    } else if (role === "assistant") {
      yield message(SESSION, { role, content }, { at, source });
      yield* this.#reply(record.message, at);
    } else if (content === undefined) {
      // What the user ran in the shell has no content but its parts.
      yield message(SESSION, { role, content: without(record.message, "role", "timestamp") }, { at, source });
    } else yield message(SESSION, { role, content }, { at, source });
  }

  *#reply(said: Members, at: string | undefined): Generator<Entry, void> {
    if (isMembers(said.usage)) {
      const { input, output, cacheRead, cacheWrite, reasoning, cost } = said.usage;
      const costUsd = membersOf(cost).total;
      const { responseId, model } = said;
      yield usage(
        SESSION,
        { input, output, cacheRead, cacheWrite, reasoning, costUsd, responseId, model },
        { at },
      );
    }
    for (const block of listOf(said.content)) {
      const { type, id, name, arguments: given } = membersOf(block);
      if (type === "toolCall")
        yield callStarted(SESSION, { callId: id, name, params: paramsOf(given) }, { at });
    }
    if (said.stopReason === "error") {
      yield errorRecorded(SESSION, textOf(said.errorMessage) ?? wordsOf(said.content), { at });
    }
    if (said.stopReason === "stop") yield turnCompleted(SESSION, ++this.#turns, { at });
  }

  *#result(
    { toolCallId, content, details, isError }: Members,
    at: string | undefined,
  ): Generator<Entry, void> {
    const more = details === undefined ? undefined : { details };
    yield callFinished(SESSION, toolCallId, resultOf(content, isError === true, more), { at });
    const child = childSessionKey(content);
    if (child !== undefined) yield { kind: "child", session: SESSION, child, at };
  }
}

/** openclaw starts sub-agents with a tool, whose result is JSON in a text. */
function childSessionKey(content: unknown): string | undefined {
  const block = listOf(content)[0];
  const text = typeof content === "string" ? content : (textOf(membersOf(block).text) ?? "");
  if (text.length > 100_000 || !text.includes('"childSessionKey"')) return undefined;
  try {
    return textOf(membersOf(JSON.parse(text)).childSessionKey);
  } catch {
    return undefined;
  }
}
