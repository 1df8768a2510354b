/**
 * tau2-bench results: many simulations in one document. The simulated user calls tools and takes tokens as well; both are
 * counted, each under its own model.
 */
import type { Outcome } from "../../event/types.js";
import { begin, note, RECORD, usage } from "../entries.js";
import { has, idOf, isMembers, listOf, type Members, membersOf, textOf, without } from "../foreign-values.js";
import type { DocumentFormat, Entry } from "../types.js";
import { beside, chatMessage } from "./chat-messages.js";

const FORMAT = "tau2-bench";

export const tau2Bench: DocumentFormat = {
  name: FORMAT,
  title: "tau2-bench",
  mark: "a document with info, tasks and simulations",
  layout: "document",
  detect: (value) => Array.isArray(membersOf(value).simulations) && has(value, "info"),
  read: readDocument,
};

interface Models {
  readonly agent: unknown;
  readonly user: unknown;
}

function* readDocument(value: unknown, digest: () => string): Generator<Entry, void> {
  const root = membersOf(value);
  const info = membersOf(root.info);
  const models = { agent: membersOf(info.agent_info).llm, user: membersOf(info.user_info).llm };
  const tasks = new Map(listOf(root.tasks).map((task) => [idOf(membersOf(task).id), task]));
  let first: string | undefined;
  for (const [index, simulation] of listOf(root.simulations).entries()) {
    const session = String(index);
    if (!isMembers(simulation)) {
      yield { kind: "unreadable", reason: `simulation ${index + 1} is no object` };
      continue;
    }
    first ??= session;
    const taskId = idOf(simulation.task_id);
    yield* readSimulation(session, simulation, models, () => `${digest()}/${index}`, info);
    if (tasks.has(taskId)) yield note(session, FORMAT, "task", tasks.get(taskId));
    tasks.delete(taskId);
    const { end_time } = simulation;
    // The first one stays open for what belongs to all of them.
    if (session !== first)
      yield { kind: "end", session, outcome: outcomeOf(simulation), at: textOf(end_time) };
  }
  if (first === undefined) {
    yield { kind: "unreadable", reason: "it holds no simulation" };
    return;
  }
  yield note(first, FORMAT, "results", without(root, "tasks", "simulations"));
  for (const task of tasks.values()) yield note(first, FORMAT, "task", task);
  const simulation = membersOf(listOf(root.simulations)[Number(first)]);
  yield { kind: "end", session: first, outcome: outcomeOf(simulation), at: textOf(simulation.end_time) };
}

function* readSimulation(
  session: string,
  simulation: Members,
  models: Models,
  fallback: () => string,
  info: Members,
): Generator<Entry, void> {
  const { trial, seed, termination_reason } = simulation;
  yield begin(session, {
    sourceId: textOf(simulation.id) ?? fallback(),
    startTime: textOf(simulation.start_time) ?? textOf(simulation.timestamp),
    role: "agent",
    model: textOf(models.agent) ?? "unknown",
    taskId: idOf(simulation.task_id),
    metadata: {
      trial,
      seed,
      terminationReason: termination_reason,
      domain: membersOf(info.environment_info).domain_name,
      userModel: models.user,
    },
  });
  for (const said of listOf(simulation.messages)) {
    yield RECORD;
    if (isMembers(said)) yield* readMessage(session, said, models);
    else yield note(session, FORMAT, "message", said);
  }
  const rest = without(simulation, "id", "messages");
  if (rest !== undefined) yield note(session, FORMAT, "simulation", rest);
}

function* readMessage(session: string, said: Members, models: Models): Generator<Entry, void> {
  const at = textOf(said.timestamp);
  const several = listOf(said.tool_messages);
  if (several.length > 0) {
    for (const one of several) {
      yield* readMessage(session, without(membersOf(one), "tool_messages") ?? {}, models);
    }
    return;
  }
  const source = beside(said, "timestamp", ...(said.role === "tool" ? ["id"] : []));
  yield* chatMessage(session, said, said.id, { at, source, isError: said.error === true });
  if (!isMembers(said.usage)) return;
  const { prompt_tokens: input, completion_tokens: output } = said.usage;
  const model = said.role === "user" ? models.user : models.agent;
  yield usage(session, { input, output, costUsd: said.cost, model }, { at });
}

function outcomeOf({ reward_info }: Members): Outcome | undefined {
  const { reward } = membersOf(reward_info);
  if (typeof reward !== "number") return undefined;
  return reward >= 1 ? "success" : "failure";
}
