/**
 * Trajectories in ATIF 1.0 to 1.8: one JSON document of numbered steps, each with its calls and their results. Steps that
 * are copied from an earlier trajectory are messages here, but their calls and tokens were counted there.
 */
import { begin, callFinished, callStarted, message, note, RECORD, resultOf, usage } from "../entries.js";
import {
  idOf,
  isMembers,
  listOf,
  type Members,
  membersOf,
  paramsOf,
  textOf,
  without,
} from "../foreign-values.js";
import type { DocumentFormat, Entry } from "../types.js";
import {
  aboutSession,
  endOf,
  headerOf,
  isStepOfJournal,
  type Left,
  readJournalStep,
} from "./atif-journal.js";
import { atifUsage } from "./atif-usage.js";

const FORMAT = "atif";
/** Trajectories of sub-agents of sub-agents; those below are kept whole. */
const MOST_LEVELS = 20;
const ROLES: ReadonlyMap<unknown, string> = new Map([["agent", "assistant"]]);

export const atif: DocumentFormat = {
  name: FORMAT,
  title: "ATIF",
  mark: 'a document with schema_version "ATIF-…" and steps',
  layout: "document",
  detect: (value) =>
    textOf(membersOf(value).schema_version)?.startsWith("ATIF-") === true &&
    Array.isArray(membersOf(value).steps),
  read: readDocument,
};

function* readDocument(value: unknown, digest: () => string): Generator<Entry, void> {
  const root = membersOf(value);
  const about = aboutSession(root);
  if (about === undefined) yield* readTrajectory("main", root, sourceIdOf(root, digest));
  else yield* readOwn("main", root, about, digest);
}

/** One that this library has exported. */
function* readOwn(
  session: string,
  root: Members,
  about: Members,
  digest: () => string,
): Generator<Entry, void> {
  yield begin(session, headerOf(root, about, digest));
  yield* readSteps(session, root);
  // The totals follow from the steps.
  const rest = without(root, ...ROOT, "final_metrics", "extra");
  if (rest !== undefined) yield note(session, FORMAT, "trajectory", rest);
  yield endOf(session, about);
}

const ROOT = ["schema_version", "session_id", "trajectory_id", "agent", "steps"];

function* readTrajectory(
  session: string,
  root: Members,
  sourceId: string,
  parent?: string,
  depth = 0,
): Generator<Entry, void> {
  const agent = membersOf(root.agent);
  const steps = listOf(root.steps).map(membersOf);
  yield begin(session, {
    sourceId,
    startTime: steps.map(({ timestamp }) => textOf(timestamp)).find((time) => time !== undefined),
    role: textOf(agent.name) ?? "agent",
    model:
      textOf(agent.model_name) ?? steps.map((step) => textOf(step.model_name)).find(Boolean) ?? "unknown",
    parent,
    metadata: {
      schemaVersion: root.schema_version,
      sessionId: root.session_id,
      trajectoryId: root.trajectory_id,
      agent,
    },
  });
  yield* readSteps(session, root);
  const rest = without(root, ...ROOT, "subagent_trajectories");
  if (rest !== undefined) yield note(session, FORMAT, "trajectory", rest);
  for (const [index, embedded] of listOf(root.subagent_trajectories).entries()) {
    const inner = membersOf(embedded);
    if (depth >= MOST_LEVELS) {
      yield note(session, FORMAT, "trajectory", embedded);
      continue;
    }
    const own = sourceIdOf(inner, () => sourceId);
    const child = own === sourceId ? `${sourceId}/${index + 1}` : own;
    yield* readTrajectory(`${session}/${index + 1}`, inner, child, sourceId, depth + 1);
    yield { kind: "child", session, child };
  }
  yield { kind: "end", session };
}

function* readSteps(session: string, root: Members): Generator<Entry, void> {
  const left: Left = { open: new Map(), stop: null };
  for (const step of listOf(root.steps)) {
    yield RECORD;
    if (!isMembers(step)) yield note(session, FORMAT, "step", step);
    else if (isStepOfJournal(step)) yield* readJournalStep(session, step, left);
    else yield* readStep(session, step);
  }
}

/** Continuations share the session's id; a trajectory's own id or its number tells them apart. */
function sourceIdOf({ session_id, trajectory_id, agent }: Members, fallback: () => string): string {
  const sessionId = textOf(session_id);
  const own = textOf(trajectory_id);
  const continuation = idOf(membersOf(membersOf(agent).extra).continuation_index);
  const name = [sessionId, own].filter(Boolean).join("/") || fallback();
  return continuation === undefined || own !== undefined ? name : `${name}/cont-${continuation}`;
}

function* readStep(session: string, step: Members): Generator<Entry, void> {
  const at = textOf(step.timestamp);
  const { source: speaker, message: content, tool_calls } = step;
  const calls = listOf(tool_calls).map(membersOf);
  const source = without(step, "timestamp", "message", "tool_calls");
  const role = ROLES.get(speaker) ?? textOf(speaker);
  yield message(session, { role, content, toolCalls: tool_calls }, { at, source });
  const isCopied = step.is_copied_context === true;
  if (!isCopied && isMembers(step.metrics))
    yield usage(session, atifUsage(step.metrics, step.model_name), { at });
  if (!isCopied) {
    for (const call of calls) {
      const { tool_call_id: callId, function_name: name, arguments: given } = call;
      yield callStarted(session, { callId, name, params: paramsOf(given) }, { at });
    }
  }
  const results = listOf(membersOf(step.observation).results).map(membersOf);
  const onlyCall = calls.length === 1 && results.length === 1 ? calls[0]?.tool_call_id : undefined;
  for (const { source_call_id, content, subagent_trajectory_ref } of results) {
    // A result that names no call stays with its step, where it is whole.
    const callId = textOf(source_call_id) ?? onlyCall;
    if (!isCopied && callId !== undefined)
      yield callFinished(session, callId, resultOf(content, false), { at });
    for (const ref of listOf(subagent_trajectory_ref)) {
      const { session_id, trajectory_id } = membersOf(ref);
      const child = [textOf(session_id), textOf(trajectory_id)].filter(Boolean).join("/");
      if (child !== "") yield { kind: "child", session, child, at };
    }
  }
}
