/**
 * mini-swe-agent trajectories: a bare list of chat messages in old ones, a document with `trajectory_format` since. A
 * reply's raw response, with its usage, is in the message's `extra`.
 */
import type { Outcome } from "../../event/types.js";
import { begin, note, RECORD, usage, withoutCached } from "../entries.js";
import {
  has,
  isMembers,
  listOf,
  type Members,
  membersOf,
  momentOf,
  textOf,
  without,
} from "../foreign-values.js";
import type { DocumentFormat, Entry } from "../types.js";
import { beside, chatMessage } from "./chat-messages.js";

const FORMAT = "mini-swe-agent";
const SESSION = "main";

export const miniSweAgent: DocumentFormat = {
  name: FORMAT,
  title: "mini-swe-agent",
  mark: 'a list of messages {role, content}, or a document with trajectory_format "mini-swe-agent-…" and messages',
  layout: "document",
  detect: (value) => (Array.isArray(value) ? isConversation(value) : isTrajectory(membersOf(value))),
  read: readDocument,
};

function isConversation(value: readonly unknown[]): boolean {
  return value.length > 0 && value.every((said) => has(said, "role", "content") && !has(said, "traj"));
}

function isTrajectory({ trajectory_format, messages, info }: Members): boolean {
  if (!Array.isArray(messages)) return false;
  return textOf(trajectory_format)?.startsWith("mini-swe-agent") === true || has(info, "mini_version");
}

function* readDocument(value: unknown, digest: () => string): Generator<Entry, void> {
  const root: Members = Array.isArray(value) ? { messages: value } : membersOf(value);
  const info = membersOf(root.info);
  const messages = listOf(root.messages);
  const { model_name } = membersOf(membersOf(info.config).model);
  const instanceId = textOf(root.instance_id);
  const startTime = messages.map((said) => timeOf(membersOf(said))).find((time) => time !== undefined);
  yield begin(SESSION, {
    sourceId: instanceId === undefined ? digest() : `${instanceId}/${digest()}`,
    startTime,
    role: FORMAT,
    model: textOf(model_name) ?? "unknown",
    taskId: instanceId,
    metadata: { trajectoryFormat: root.trajectory_format ?? null, miniVersion: info.mini_version ?? null },
  });
  for (const said of messages) {
    yield RECORD;
    if (isMembers(said)) yield* readMessage(said);
    else yield note(SESSION, FORMAT, "message", said);
  }
  const rest = without(root, "messages");
  if (rest !== undefined) yield note(SESSION, FORMAT, "trajectory", rest);
  yield { kind: "end", session: SESSION, outcome: outcomeOf(info.exit_status), at: lastTime(messages) };
}

function* readMessage(said: Members): Generator<Entry, void> {
  const extra = membersOf(said.extra);
  const { returncode, exception_info } = extra;
  const isError =
    textOf(exception_info) !== undefined || (typeof returncode === "number" && returncode !== 0);
  const at = timeOf(said);
  yield* chatMessage(SESSION, said, said.tool_call_id, { at, source: beside(said), isError });
  const response = membersOf(extra.response);
  if (!isMembers(response.usage)) return;
  const { prompt_tokens, completion_tokens, prompt_tokens_details, completion_tokens_details } =
    response.usage;
  const cached = membersOf(prompt_tokens_details).cached_tokens ?? response.usage.prompt_cache_hit_tokens;
  const counts = {
    input: withoutCached(prompt_tokens, cached),
    output: completion_tokens,
    cacheRead: cached,
    reasoning: membersOf(completion_tokens_details).reasoning_tokens,
    costUsd: extra.cost,
    responseId: response.id,
    model: response.model,
  };
  yield usage(SESSION, counts, { at });
}

function timeOf(said: Members): string | undefined {
  const seconds = membersOf(said.extra).timestamp;
  return typeof seconds === "number" ? momentOf(seconds * 1000) : undefined;
}

function lastTime(messages: readonly unknown[]): string | undefined {
  return messages.map((said) => timeOf(membersOf(said))).findLast((time) => time !== undefined);
}

function outcomeOf(exitStatus: unknown): Outcome | undefined {
  if (textOf(exitStatus) === undefined) return undefined;
  return exitStatus === "Submitted" ? "success" : "failure";
}
