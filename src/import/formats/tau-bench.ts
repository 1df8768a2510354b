/** tau-bench results: a list of runs, each with its chat messages and its reward. There are no times, tokens or models in it. */
import { createHash } from "node:crypto";
import { begin, note, RECORD } from "../entries.js";
import { has, idOf, isMembers, jsonOf, listOf, type Members, without } from "../foreign-values.js";
import type { DocumentFormat, Entry } from "../types.js";
import { beside, chatMessage } from "./chat-messages.js";

const FORMAT = "tau-bench";

export const tauBench: DocumentFormat = {
  name: FORMAT,
  title: "tau-bench",
  mark: "a list of runs {task_id, traj, reward}",
  layout: "document",
  detect: (value) => Array.isArray(value) && value.some((run) => has(run, "task_id", "traj")),
  read: readDocument,
};

function* readDocument(value: unknown): Generator<Entry, void> {
  for (const [index, run] of listOf(value).entries()) {
    if (isMembers(run)) yield* readRun(String(index), run);
    else yield { kind: "unreadable", reason: `run ${index + 1} is no object` };
  }
}

function* readRun(session: string, run: Members): Generator<Entry, void> {
  const { task_id, trial, reward, traj } = run;
  yield begin(session, {
    sourceId: `${idOf(task_id) ?? "task"}/${idOf(trial) ?? "0"}/${digestOf(run)}`,
    role: "agent",
    model: "unknown",
    taskId: idOf(task_id),
    metadata: { taskId: task_id ?? null, trial: trial ?? null, reward: reward ?? null },
  });
  for (const said of listOf(traj)) {
    yield RECORD;
    if (isMembers(said)) yield* chatMessage(session, said, said.tool_call_id, { source: beside(said) });
    else yield note(session, FORMAT, "message", said);
  }
  const rest = without(run, "task_id", "trial", "reward", "traj");
  if (rest !== undefined) yield note(session, FORMAT, "run", rest);
  const outcome = typeof reward !== "number" ? undefined : reward >= 1 ? "success" : "failure";
  yield { kind: "end", session, outcome };
}

/** The same task and trial stand in the results of every model: what was said at both ends tells them apart. */
function digestOf({ task_id, trial, reward, traj }: Members): string {
  const said = listOf(traj);
  const ends = [task_id, trial, reward, said.length, said.slice(1, 4), said.slice(-2)];
  return createHash("sha256")
    .update(jsonOf(ends) ?? "")
    .digest("hex")
    .slice(0, 16);
}
