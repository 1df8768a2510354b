/**
 * Inspect logs: a JSON document, or the same in the members of a zip archive (`.eval`). Each sample is a session: its
 * messages are the conversation, its events stay notes and lend calls and replies their times. A sample's own totals are
 * its tokens: replies from Inspect's cache took none.
 */
import type { Outcome } from "../../event/types.js";
import { begin, note, RECORD, usage } from "../entries.js";
import { has, idOf, isMembers, listOf, type Members, membersOf, textOf, without } from "../foreign-values.js";
import type { DocumentFormat, Entry } from "../types.js";
import { beside, chatMessage } from "./chat-messages.js";
import { SampleMoments } from "./inspect-moments.js";

const FORMAT = "inspect";

export const inspect: DocumentFormat = {
  name: FORMAT,
  title: "Inspect",
  mark: "a document with version, status, eval and samples, or a zip archive of samples/*.json",
  layout: "document",
  detect: (value) => has(value, "eval", "status") && (has(value, "samples") || has(value, "plan")),
  read: readDocument,
};

function* readDocument(value: unknown, digest: () => string): Generator<Entry, void> {
  const log = membersOf(value);
  const samples = listOf(log.samples);
  const header = without(log, "samples") ?? {};
  for (const [index, sample] of samples.entries()) {
    if (!isMembers(sample)) {
      yield { kind: "unreadable", reason: `sample ${index + 1} is no object` };
      continue;
    }
    const session = String(index);
    yield* readSample(session, sample, header, () => `${digest()}/${index}`);
    if (index === 0) yield note(session, FORMAT, "log", header);
    yield endOf(session, sample, header);
  }
  if (samples.length === 0) yield { kind: "unreadable", reason: "it holds no sample" };
}

/** Everything of a sample but its end. */
export function* readSample(
  session: string,
  sample: Members,
  header: Members,
  fallback: () => string,
): Generator<Entry, void> {
  const run = membersOf(header.eval);
  const moments = new SampleMoments(listOf(sample.events));
  yield begin(session, {
    sourceId: textOf(sample.uuid) ?? sampleIdOf(sample, run) ?? fallback(),
    startTime: textOf(sample.started_at) ?? moments.first ?? textOf(run.created),
    role: textOf(run.task) ?? "agent",
    model: textOf(run.model) ?? "unknown",
    taskId: idOf(sample.id),
    metadata: { task: run.task, runId: run.run_id, sample: sample.id, epoch: sample.epoch },
  });
  for (const said of listOf(sample.messages)) {
    yield RECORD;
    if (!isMembers(said)) {
      yield note(session, FORMAT, "message", said);
      continue;
    }
    const source = beside(said);
    const at = moments.of(said);
    const durationMs = moments.durationOf(said.tool_call_id);
    const isError = said.error !== undefined && said.error !== null;
    yield* chatMessage(session, said, said.tool_call_id, { at, source, isError, durationMs });
  }
  for (const [model, counts] of Object.entries(membersOf(sample.model_usage))) {
    yield tokensOf(session, model, membersOf(counts));
  }
  for (const happened of listOf(sample.events)) {
    yield RECORD;
    const { event, timestamp } = membersOf(happened);
    yield note(session, FORMAT, event, happened, { at: textOf(timestamp) });
  }
  yield note(session, FORMAT, "sample", without(sample, "messages", "events"));
}

export function endOf(session: string, sample: Members, { status }: Members): Entry {
  const at = textOf(sample.completed_at) ?? new SampleMoments(listOf(sample.events)).last;
  return { kind: "end", session, outcome: outcomeOf(sample, status), at };
}

function outcomeOf(sample: Members, status: unknown): Outcome | undefined {
  if (isMembers(sample.error)) return "failure";
  if (status === "success") return "success";
  return status === "cancelled" ? "interrupted" : undefined;
}

function sampleIdOf({ id, epoch }: Members, run: Members): string | undefined {
  const runId = textOf(run.run_id);
  const sampleId = idOf(id);
  if (runId === undefined || sampleId === undefined) return undefined;
  return `${runId}/${sampleId}/${idOf(epoch) ?? "1"}`;
}

function tokensOf(session: string, model: string, counts: Members): Entry {
  const told = {
    input: counts.input_tokens,
    output: counts.output_tokens,
    cacheRead: counts.input_tokens_cache_read,
    cacheWrite: counts.input_tokens_cache_write,
    reasoning: counts.reasoning_tokens,
    costUsd: counts.total_cost,
    responseId: `${FORMAT}.${model}`,
    model,
  };
  return usage(session, told, {});
}
