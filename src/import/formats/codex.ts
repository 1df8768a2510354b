/**
 * Codex rollouts: an envelope {timestamp, type, payload} a line, or, in old ones, bare items behind a first line. What is
 * said stands twice, as an item and as an event: the item is taken as the message and the event kept as a note.
 */

import type { Outcome } from "../../event/types.js";
import {
  callFinished,
  callStarted,
  errorRecorded,
  message,
  note,
  resultOf,
  turnCompleted,
} from "../entries.js";
import { has, isMembers, type Members, membersOf, paramsOf, textOf, without } from "../foreign-values.js";
import { Opening } from "../opening.js";
import type { Entry, LineFormat, LineReader } from "../types.js";
import { CodexTokens } from "./codex-tokens.js";

const FORMAT = "codex";
const SESSION = "main";

const ITEMS: ReadonlySet<unknown> = new Set([
  "message",
  "reasoning",
  "function_call",
  "function_call_output",
]);

export const codex: LineFormat = {
  name: FORMAT,
  title: "Codex rollout",
  mark: "lines {timestamp, type, payload}, the first a session_meta",
  layout: "lines",
  detect: (records) => records.some(isEnvelope) || isLegacy(records),
  open: (digest) => new CodexReader(digest),
};

function isEnvelope(record: unknown): boolean {
  const { type } = membersOf(record);
  const isKnown =
    type === "session_meta" || type === "turn_context" || type === "response_item" || type === "event_msg";
  return isKnown && has(record, "payload");
}

function isLegacy([first, second, third]: readonly unknown[]): boolean {
  const isItem = (record: unknown) =>
    ITEMS.has(membersOf(record).type) || membersOf(record).record_type === "state";
  return (
    has(first, "id", "timestamp", "instructions") && !has(first, "type") && (isItem(second) || isItem(third))
  );
}

class CodexReader implements LineReader {
  readonly #opening: Opening;
  readonly #tokens = new CodexTokens(SESSION);
  #meta: Members | undefined;
  #startTime: string | undefined;
  #model: string | undefined;
  #turns = 0;
  #outcome: Outcome | undefined;
  #endedAt: string | undefined;

  constructor(digest: string) {
    this.#opening = new Opening(SESSION, () => {
      const meta = this.#meta ?? {};
      return {
        sourceId: textOf(meta.id) ?? textOf(meta.session_id) ?? digest,
        startTime: textOf(meta.timestamp) ?? this.#startTime,
        role: FORMAT,
        model: this.#model ?? textOf(meta.model) ?? "unknown",
        parent: parentOf(meta),
        metadata: without(meta, "id", "timestamp") ?? {},
      };
    });
  }

  *read(value: unknown): Generator<Entry, void> {
    const record = membersOf(value);
    const isWrapped = isMembers(record.payload);
    const isFirst = this.#meta === undefined && !this.#opening.isOpen;
    if (isFirst && record.type === "session_meta" && isWrapped) {
      this.#meta = membersOf(record.payload);
      this.#startTime = textOf(record.timestamp);
      return;
    }
    if (isFirst && !has(record, "type") && has(record, "id", "timestamp")) {
      this.#meta = record;
      return;
    }
    const at = textOf(record.timestamp);
    this.#startTime ??= at;
    if (record.type === "turn_context") this.#model ??= textOf(membersOf(record.payload).model);
    yield* this.#opening.pass(this.#entriesOf(record, at), this.#model !== undefined);
  }

  *end(): Generator<Entry, void> {
    yield* this.#opening.open();
    yield { kind: "end", session: SESSION, outcome: this.#outcome, at: this.#endedAt };
  }

  *#entriesOf(record: Members, at: string | undefined): Generator<Entry, void> {
    const payload = membersOf(record.payload);
    if (record.type === "response_item") yield* this.#item(payload, at, record);
    else if (record.type === "event_msg") yield* this.#event(payload, at, record);
    else if (!has(record, "payload") && ITEMS.has(record.type)) yield* this.#item(record, at, record);
    else yield note(SESSION, FORMAT, record.type ?? record.record_type, record, { at });
  }

  *#item(item: Members, at: string | undefined, record: Members): Generator<Entry, void> {
    const { type, role, content, name, call_id, id } = item;
    const kind = textOf(type) ?? "unknown";
    if (kind === "message") {
      yield message(SESSION, { role, content }, { at, source: without(item, "type", "role", "content") });
    } else if (kind.endsWith("_output")) {
      const output = item.output ?? item.tools;
      const source = without(item, "type", "call_id", "output", "tools");
      yield callFinished(SESSION, call_id, resultOf(output, hasFailed(output)), { at, source });
    } else if (kind.endsWith("_call")) {
      const params = paramsOf(item.arguments ?? item.input ?? item.action);
      const source = without(item, "name", "call_id", "arguments", "input", "action");
      yield callStarted(SESSION, { callId: call_id ?? id, name: name ?? kind, params }, { at, source });
    } else yield note(SESSION, FORMAT, `response_item.${kind}`, record, { at });
  }

  *#event(payload: Members, at: string | undefined, record: Members): Generator<Entry, void> {
    const { type } = payload;
    if (type === "task_started") this.#outcome = undefined;
    if (type === "token_count") {
      const counted = this.#tokens.read(payload, this.#model, at);
      if (counted !== null) {
        yield counted;
        return;
      }
    }
    if (type === "task_complete") {
      this.#outcome = "success";
      this.#endedAt = at;
      yield turnCompleted(SESSION, ++this.#turns, { at, source: payload });
      return;
    }
    if (type === "turn_aborted") {
      this.#outcome = "interrupted";
      this.#endedAt = at;
    }
    if (type === "error")
      yield errorRecorded(SESSION, textOf(payload.message) ?? "error", { at, source: payload });
    else yield note(SESSION, FORMAT, `event_msg.${textOf(type) ?? "unknown"}`, record, { at });
    const child = textOf(payload.new_thread_id) ?? textOf(payload.agent_thread_id);
    if (child !== undefined) yield { kind: "child", session: SESSION, child, at };
  }
}

function parentOf(meta: Members): string | undefined {
  const spawn = membersOf(membersOf(membersOf(meta.source).subagent).thread_spawn);
  return textOf(meta.parent_thread_id) ?? textOf(spawn.parent_thread_id);
}

/** An output may say so itself, or be JSON in a string with the exit code of a command. */
function hasFailed(output: unknown): boolean {
  if (isMembers(output)) return output.success === false;
  if (typeof output !== "string" || !output.startsWith('{"output"')) return false;
  const code = membersOf(paramsOf(output).metadata).exit_code;
  return typeof code === "number" && code !== 0;
}
