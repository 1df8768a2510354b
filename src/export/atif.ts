/**
 * ATIF v1.7, the Agent Trajectory Interchange Format: one JSON document a session, written while it is read. What ATIF
 * has no field for is kept under `extra.journal`, so that conversation, calls, results and tokens can be had back.
 */
import { isObject } from "../event/guards.js";
import { asideOf, atifStep } from "./atif-step.js";
import type { FormatOptions } from "./options.js";
import { piecesOf } from "./pieces.js";
import { promptTokens } from "./record-facts.js";
import type { Ending, Head, Records } from "./step.js";

export const ATIF_VERSION = "ATIF-v1.7";
const UNKNOWN = "unknown";

/** The pieces of one JSON document, a step a line. Memory is bounded by the longest records, not by how many there are. */
export function exportAtif(records: Records, options: FormatOptions = {}): AsyncGenerator<string, void> {
  let head: Head = null;
  let stepId = 0;
  return piecesOf(records, function* (folded) {
    if (folded.kind === "head") {
      head = folded.head;
      yield opening(head, options);
    } else if (folded.kind === "step") {
      stepId += 1;
      const step = atifStep(folded.step, stepId, head?.model ?? "");
      yield `${stepId === 1 ? "\n" : ",\n"}${JSON.stringify(step)}`;
    } else {
      // What came behind the last step; and a trajectory has at least one step, whether or not anything was said.
      if (stepId === 0 || folded.ending.asides.length > 0) {
        stepId += 1;
        const step = JSON.stringify(stepOfAsides(folded.ending, stepId));
        yield `${stepId === 1 ? "\n" : ",\n"}${step}`;
      }
      yield `\n],\n${closing(head, folded.ending, stepId)}\n`;
    }
  });
}

function opening(head: Head, { agentVersion }: FormatOptions): string {
  const id = head?.sessionId ?? UNKNOWN;
  const named = isObject(head?.metadata) ? head.metadata.agentVersion : undefined;
  const agent = {
    name: head?.role || UNKNOWN,
    version: agentVersion ?? (typeof named === "string" ? named : UNKNOWN),
    ...(head?.model ? { model_name: head.model } : {}),
  };
  const first = { schema_version: ATIF_VERSION, session_id: id, trajectory_id: id, agent };
  return `${JSON.stringify(first).slice(0, -1)},\n"steps":[`;
}

function closing(head: Head, ending: Ending, totalSteps: number): string {
  const { tokenUsage: usage } = ending.summary;
  const { cacheRead, cacheWrite, reasoning, costUsd } = usage;
  const beside = {
    ...(cacheWrite === undefined ? {} : { total_cache_creation_input_tokens: cacheWrite }),
    ...(reasoning === undefined ? {} : { total_reasoning_output_tokens: reasoning }),
  };
  const finalMetrics = {
    total_prompt_tokens: promptTokens(usage),
    total_completion_tokens: usage.output,
    ...(cacheRead === undefined ? {} : { total_cached_tokens: cacheRead }),
    ...(costUsd === undefined ? {} : { total_cost_usd: costUsd }),
    total_steps: totalSteps,
    ...(Object.keys(beside).length === 0 ? {} : { extra: beside }),
  };
  const last = { final_metrics: finalMetrics, extra: { journal: aboutSession(head, ending) } };
  return JSON.stringify(last).slice(1);
}

function stepOfAsides({ asides }: Ending, stepId: number): object {
  const records = asides.length === 0 ? {} : { records: asides.map(asideOf) };
  const journal = { seq: asides[0]?.seq ?? 1, without_message: true, ...records };
  return { step_id: stepId, source: "system", message: "", extra: { journal } };
}

function aboutSession(head: Head, { outcome, time }: Ending): object {
  return {
    ...(head === null
      ? {}
      : {
          role: head.role,
          model: head.model,
          chain_id: head.chainId,
          task_id: head.taskId,
          parent_session_id: head.parentSessionId,
          start_time: head.startedAt,
          ...(head.metadata === undefined ? {} : { metadata: head.metadata }),
        }),
    outcome,
    end_time: time,
  };
}
