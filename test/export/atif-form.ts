/**
 * The form of ATIF v1.7, held to by hand, as no validator of it is on the npm registry: which fields an object may
 * have, of what kind, and the rules between them. Gives what is wrong, in words.
 */
type Members = { readonly [key: string]: unknown };
type Kind = "text" | "count" | "amount" | "object" | "list" | "content" | "true";
type Fields = { readonly [name: string]: Kind };

const ROOT: Fields = {
  schema_version: "text",
  session_id: "text",
  trajectory_id: "text",
  agent: "object",
  steps: "list",
  notes: "text",
  final_metrics: "object",
  continued_trajectory_ref: "text",
  subagent_trajectories: "list",
  extra: "object",
};
const AGENT: Fields = {
  name: "text",
  version: "text",
  model_name: "text",
  tool_definitions: "list",
  extra: "object",
};
const STEP: Fields = {
  step_id: "count",
  timestamp: "text",
  source: "text",
  model_name: "text",
  reasoning_effort: "text",
  message: "content",
  reasoning_content: "text",
  tool_calls: "list",
  observation: "object",
  metrics: "object",
  llm_call_count: "count",
  is_copied_context: "true",
  extra: "object",
};
const CALL: Fields = { tool_call_id: "text", function_name: "text", arguments: "object", extra: "object" };
const RESULT: Fields = {
  source_call_id: "text",
  content: "content",
  subagent_trajectory_ref: "list",
  extra: "object",
};
const CHILD: Fields = {
  trajectory_id: "text",
  session_id: "text",
  trajectory_path: "text",
  extra: "object",
};
const METRICS: Fields = {
  prompt_tokens: "count",
  completion_tokens: "count",
  cached_tokens: "count",
  cost_usd: "amount",
  extra: "object",
};
const FINAL: Fields = {
  total_prompt_tokens: "count",
  total_completion_tokens: "count",
  total_cached_tokens: "count",
  total_cost_usd: "amount",
  total_steps: "count",
  extra: "object",
};

const AGENTS_ONLY = ["model_name", "reasoning_content", "reasoning_effort", "tool_calls", "metrics"];

export function faultsOfAtif(document: unknown): string[] {
  const faults = faultsOf("root", document, ROOT, ["schema_version", "agent", "steps"]);
  const { schema_version, agent, steps, final_metrics } = document as Members;
  if (!/^ATIF-v1\.[5-7]$/.test(String(schema_version))) faults.push(`schema_version is ${schema_version}`);
  faults.push(...faultsOf("agent", agent, AGENT, ["name", "version"]));
  if (final_metrics !== undefined) faults.push(...faultsOf("final_metrics", final_metrics, FINAL, []));
  if (list(steps).length === 0) faults.push("root: no steps");
  for (const [index, step] of list(steps).entries()) faults.push(...faultsOfStep(step, index + 1));
  return faults;
}

function faultsOfStep(step: unknown, stepId: number): string[] {
  const place = `step ${stepId}`;
  const { step_id, source, timestamp, tool_calls, observation, metrics, ...others } = step as Members;
  const faults = faultsOf(place, step, STEP, ["step_id", "source", "message"]);
  if (step_id !== stepId) faults.push(`${place} has the id ${step_id}`);
  if (!["system", "user", "agent"].includes(String(source))) faults.push(`${place} is of ${source}`);
  if (timestamp !== undefined && Number.isNaN(Date.parse(String(timestamp))))
    faults.push(`${place}: ${timestamp}`);
  const odd = source === "agent" ? [] : AGENTS_ONLY.filter((name) => (step as Members)[name] !== undefined);
  if (odd.length > 0) faults.push(`${place} of ${source} has ${odd.join()}`);
  if (metrics !== undefined) faults.push(...faultsOf(`${place} metrics`, metrics, METRICS, []));
  const ids = new Set<unknown>();
  for (const call of list(tool_calls)) {
    faults.push(...faultsOf(`${place} call`, call, CALL, ["tool_call_id", "function_name", "arguments"]));
    const id = (call as Members).tool_call_id;
    if (ids.has(id)) faults.push(`${place} has two calls ${id}`);
    ids.add(id);
  }
  if (observation !== undefined)
    faults.push(...faultsOf(place, observation, { results: "list" }, ["results"]));
  for (const result of list((observation as Members | undefined)?.results)) {
    faults.push(...faultsOf(`${place} result`, result, RESULT, []));
    const { source_call_id, subagent_trajectory_ref } = result as Members;
    if (source_call_id !== undefined && !ids.has(source_call_id))
      faults.push(`${place}: no ${source_call_id}`);
    for (const child of list(subagent_trajectory_ref)) {
      faults.push(...faultsOf(`${place} child`, child, CHILD, ["trajectory_path"]));
    }
  }
  return others.extra === null ? [...faults, `${place}: extra is null`] : faults;
}

function faultsOf(place: string, value: unknown, fields: Fields, required: readonly string[]): string[] {
  if (typeof value !== "object" || value === null) return [`${place} is no object`];
  const missing = required
    .filter((name) => !Object.hasOwn(value, name))
    .map((name) => `${place}: no ${name}`);
  const odd = Object.entries(value).flatMap(([name, member]) => {
    const kind = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (kind === undefined) return [`${place} has a field ${name}`];
    return isOf(kind, member) ? [] : [`${place}: ${name} is not ${kind}`];
  });
  return [...missing, ...odd];
}

function isOf(kind: Kind, value: unknown): boolean {
  if (kind === "text") return typeof value === "string";
  if (kind === "count") return Number.isInteger(value) && (value as number) >= 0;
  if (kind === "amount") return typeof value === "number" && value >= 0;
  if (kind === "list") return Array.isArray(value);
  if (kind === "true") return typeof value === "boolean";
  if (kind === "object") return typeof value === "object" && value !== null && !Array.isArray(value);
  return typeof value === "string" || (Array.isArray(value) && value.every(isPart));
}

function isPart(part: unknown): boolean {
  const { type, text, ...others } = part as Members;
  return type === "text" && typeof text === "string" && Object.keys(others).length === 0;
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
