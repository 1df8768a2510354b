/**
 * OpenHands conversations: one event a line, told apart by `kind`. Tokens are running totals per use of a model; each total
 * replaces the one before. Times have no zone and are kept so.
 */
import type { Outcome } from "../../event/types.js";
import {
  callFinished,
  callStarted,
  errorRecorded,
  message,
  note,
  resultOf,
  usage,
  withoutCached,
} from "../entries.js";
import { has, isMembers, type Members, membersOf, paramsOf, textOf, without } from "../foreign-values.js";
import { Opening } from "../opening.js";
import type { Entry, LineFormat, LineReader } from "../types.js";

const FORMAT = "openhands";
const SESSION = "main";
const OUTCOMES: ReadonlyMap<unknown, Outcome> = new Map([
  ["finished", "success"],
  ["error", "failure"],
  ["stuck", "failure"],
]);

export const openhands: LineFormat = {
  name: FORMAT,
  title: "OpenHands",
  mark: 'lines with id, timestamp, source and a kind that ends in "Event"',
  layout: "lines",
  detect: (records) =>
    records.some(
      (record) =>
        has(record, "id", "timestamp", "source") &&
        textOf(membersOf(record).kind)?.endsWith("Event") === true,
    ),
  open: (digest) => new OpenHandsReader(digest),
};

/** What an action says beside its message and its call. */
function sourceOf(record: Members): Members {
  const { action } = record;
  const told = isMembers(record.tool_call) ? "tool_call" : "";
  const source = without(record, "timestamp", "thought", told) ?? {};
  return isMembers(action) ? { ...source, action: { kind: action.kind } } : source;
}

class OpenHandsReader implements LineReader {
  readonly #opening: Opening;
  #sourceId: string | undefined;
  #startTime: string | undefined;
  #model: string | undefined;
  #outcome: Outcome | undefined;
  #endedAt: string | undefined;

  constructor(digest: string) {
    this.#opening = new Opening(SESSION, () => ({
      sourceId: this.#sourceId ?? digest,
      startTime: this.#startTime,
      role: FORMAT,
      model: this.#model ?? "unknown",
      metadata: {},
    }));
  }

  *read(value: unknown): Generator<Entry, void> {
    const record = membersOf(value);
    this.#sourceId ??= textOf(record.id);
    this.#startTime ??= textOf(record.timestamp);
    const entries = [...this.#entriesOf(record, textOf(record.timestamp))];
    yield* this.#opening.pass(entries, this.#model !== undefined);
  }

  *end(): Generator<Entry, void> {
    yield* this.#opening.open();
    yield { kind: "end", session: SESSION, outcome: this.#outcome, at: this.#endedAt };
  }

  *#entriesOf(record: Members, at: string | undefined): Generator<Entry, void> {
    const { kind, tool_call_id, tool_name } = record;
    const beside = (said: string) => without(record, "timestamp", said);
    if (kind === "ActionEvent") {
      const { tool_call, action, thought } = record;
      const toolCalls = isMembers(tool_call) ? [tool_call] : undefined;
      yield message(
        SESSION,
        { role: "assistant", content: thought, toolCalls },
        { at, source: sourceOf(record) },
      );
      const params = isMembers(action)
        ? (without(action, "kind") ?? {})
        : paramsOf(membersOf(tool_call).arguments);
      yield callStarted(SESSION, { callId: tool_call_id, name: tool_name, params }, { at });
    } else if (kind === "ObservationEvent" && isMembers(record.observation)) {
      const { content, is_error } = record.observation;
      const more = without(record.observation, "content");
      const said = { role: "tool", content, name: tool_name, toolCallId: tool_call_id };
      yield message(SESSION, said, { at, source: { ...beside("observation"), observation: more } });
      yield callFinished(SESSION, tool_call_id, resultOf(content, is_error === true), { at });
    } else if (kind === "AgentErrorEvent") {
      const error = textOf(record.error) ?? "error";
      yield errorRecorded(SESSION, error, { at, source: record });
      if (tool_call_id !== undefined)
        yield callFinished(SESSION, tool_call_id, { success: false, error }, { at });
    } else if (kind === "MessageEvent" && isMembers(record.llm_message)) {
      const { role, content } = record.llm_message;
      const rest = without(record.llm_message, "role", "content");
      yield message(
        SESSION,
        { role, content },
        { at, source: { ...beside("llm_message"), llm_message: rest } },
      );
    } else if (kind === "SystemPromptEvent" && has(record, "system_prompt")) {
      const { text } = membersOf(record.system_prompt);
      yield message(
        SESSION,
        { role: "system", content: text ?? record.system_prompt },
        { at, source: beside("system_prompt") },
      );
    } else yield* this.#state(record, at);
  }

  *#state(record: Members, at: string | undefined): Generator<Entry, void> {
    const { kind, key, value } = record;
    yield note(SESSION, FORMAT, kind, record, { at });
    if (kind !== "ConversationStateUpdateEvent") return;
    if (key === "execution_status") {
      this.#outcome = OUTCOMES.get(value);
      this.#endedAt = this.#outcome === undefined ? undefined : at;
    }
    for (const [use, metrics] of Object.entries(membersOf(membersOf(value).usage_to_metrics))) {
      yield* this.#tokens(use, membersOf(metrics), at);
    }
  }

  *#tokens(use: string, metrics: Members, at: string | undefined): Generator<Entry, void> {
    const { accumulated_token_usage, accumulated_cost, model_name } = metrics;
    if (!isMembers(accumulated_token_usage)) return;
    this.#model ??= textOf(model_name);
    const { prompt_tokens, completion_tokens, cache_read_tokens, cache_write_tokens, reasoning_tokens } =
      accumulated_token_usage;
    const counts = {
      input: withoutCached(prompt_tokens, cache_read_tokens, cache_write_tokens),
      output: completion_tokens,
      cacheRead: cache_read_tokens,
      cacheWrite: cache_write_tokens,
      reasoning: reasoning_tokens,
      costUsd: accumulated_cost,
      responseId: `${FORMAT}.stats.${use}`,
      model: model_name,
    };
    yield usage(SESSION, counts, { at });
  }
}
