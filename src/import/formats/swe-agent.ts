/**
 * SWE-agent `.traj` files, with commands in the text or with function calling. `trajectory` is the run: each step is a
 * call with its result. `history` is the conversation, which also holds demonstrations; they are messages like any
 * other, marked `is_demo` in their `source`.
 */
import type { Outcome } from "../../event/types.js";
import { begin, callFinished, callStarted, message, note, RECORD, resultOf, usage } from "../entries.js";
import {
  amountOf,
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

const FORMAT = "swe-agent";
const SESSION = "main";

export const sweAgent: DocumentFormat = {
  name: FORMAT,
  title: "SWE-agent",
  mark: "a document with trajectory, a list of {action, observation}",
  layout: "document",
  detect: (value) => isTrajectory(membersOf(value)),
  read: readDocument,
};

function isTrajectory({ trajectory, history, info, environment }: Members): boolean {
  if (!Array.isArray(trajectory)) return false;
  if (trajectory.length > 0) return has(trajectory[0], "action") || has(trajectory[0], "observation");
  return Array.isArray(history) || isMembers(info) || typeof environment === "string";
}

function* readDocument(value: unknown, digest: () => string): Generator<Entry, void> {
  const root = membersOf(value);
  const info = membersOf(root.info);
  yield begin(SESSION, {
    sourceId: digest(),
    role: FORMAT,
    model: modelOf(root.replay_config) ?? "unknown",
    taskId: textOf(root.instance_id),
    metadata: { environment: root.environment ?? null, exitStatus: info.exit_status ?? null },
  });
  const steps = new Steps(listOf(root.trajectory));
  for (const said of listOf(root.history)) {
    yield RECORD;
    if (isMembers(said)) yield* readMessage(said, steps);
    else yield note(SESSION, FORMAT, "message", said);
  }
  yield* steps.rest();
  const stats = membersOf(info.model_stats);
  const { tokens_sent: input, tokens_received: output, instance_cost: costUsd } = stats;
  if (has(stats, "tokens_sent")) yield usage(SESSION, { input, output, costUsd }, {});
  const rest = without(root, "trajectory", "history");
  if (rest !== undefined) yield note(SESSION, FORMAT, "trajectory", rest);
  yield { kind: "end", session: SESSION, outcome: outcomeOf(info.exit_status) };
}

function* readMessage(said: Members, steps: Steps): Generator<Entry, void> {
  const { role, content, tool_calls, tool_call_ids } = said;
  const isReply = role === "assistant" && said.is_demo !== true;
  if (isReply) yield* steps.upTo(said);
  const toolCallId = listOf(tool_call_ids)[0];
  const source = without(said, "role", "content", "tool_calls");
  yield message(SESSION, { role, content, toolCalls: tool_calls, toolCallId }, { source });
  if (isReply) yield* steps.take(said);
}

/** The steps of the run, each taken once: with the reply that it came from, or by itself. */
class Steps {
  readonly #steps: readonly Members[];
  #next = 0;

  constructor(steps: readonly unknown[]) {
    this.#steps = steps.map(membersOf);
  }

  /** The steps that the conversation leaves out before this reply. */
  *upTo(reply: Members): Generator<Entry, void> {
    const index = this.#indexOf(reply);
    while (index !== -1 && this.#next < index) yield* this.#alone();
  }

  *take(reply: Members): Generator<Entry, void> {
    if (this.#indexOf(reply) === this.#next) yield* this.#call(listOf(reply.tool_calls).map(membersOf));
  }

  *rest(): Generator<Entry, void> {
    while (this.#next < this.#steps.length) yield* this.#alone();
  }

  #indexOf({ content, action }: Members): number {
    return this.#steps.findIndex(
      (step, index) =>
        index >= this.#next &&
        (step.response === content || (action !== undefined && step.action === action)),
    );
  }

  *#alone(): Generator<Entry, void> {
    const { response, thought } = this.#steps[this.#next] ?? {};
    yield message(SESSION, { role: "assistant", content: response ?? thought }, {});
    yield* this.#call([]);
  }

  *#call(calls: readonly Members[]): Generator<Entry, void> {
    const index = this.#next++;
    const step = this.#steps[index] ?? {};
    yield RECORD;
    const { action, observation, execution_time } = step;
    const source = without(step, "action", "observation");
    const [first, ...others] = calls;
    const callId = textOf(first?.id) ?? `step-${index + 1}`;
    const called = membersOf(first?.function);
    const name = textOf(called.name) ?? commandOf(action);
    const params = first === undefined ? { action: action ?? null } : paramsOf(called.arguments);
    yield callStarted(SESSION, { callId, name, params }, { source });
    for (const { id, function: other } of others) {
      const { name, arguments: given } = membersOf(other);
      yield callStarted(SESSION, { callId: id, name, params: paramsOf(given) }, {});
    }
    const seconds = amountOf(execution_time);
    const durationMs = seconds === undefined ? undefined : seconds * 1000;
    if (observation !== undefined)
      yield callFinished(SESSION, callId, resultOf(observation, false), { durationMs });
  }
}

/** The command that an action begins with. */
function commandOf(action: unknown): string {
  return /^\s*([\w./-]{1,64})(?=\s|$)/.exec(typeof action === "string" ? action : "")?.[1] ?? "action";
}

function modelOf(replayConfig: unknown): string | undefined {
  const { agent } = paramsOf(replayConfig);
  return textOf(membersOf(membersOf(agent).model).name);
}

/** A run that was cut off may have been submitted all the same. */
function outcomeOf(exitStatus: unknown): Outcome | undefined {
  const status = textOf(exitStatus);
  if (status === undefined) return undefined;
  if (status === "submitted") return "success";
  return status.startsWith("submitted") ? "interrupted" : "failure";
}
