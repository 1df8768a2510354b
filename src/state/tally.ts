/**
 * The figures of a run counted record by record, for a listing that must not hold a whole state: it keeps
 * the ids of open calls and the responses counted (compactly), nothing else. It gives just what `summarize` would give.
 */
import * as is from "../event/guards.js";
import type { JournalRecord } from "../event/types.js";
import { CountedResponses } from "./counted-responses.js";
import type { RunSummary } from "./types.js";
import { addUsage, countedOf } from "./usage.js";

export interface Tally {
  /** @internal */ readonly counts: RunSummary;
  /** @internal */ readonly open: Set<string>;
  /** @internal */ readonly responses: CountedResponses;
}

export function initialTally(): Tally {
  return {
    counts: {
      messages: 0,
      turns: 0,
      toolCalls: 0,
      failedCalls: 0,
      deniedCalls: 0,
      openCalls: 0,
      errors: 0,
      tokenUsage: { input: 0, output: 0, total: 0 },
    },
    open: new Set(),
    responses: new CountedResponses(),
  };
}

/** Counts `record` into `tally` and returns that same object. Records go in by seq, each once. */
export function tallyRecord(tally: Tally, record: JournalRecord): Tally {
  const { counts } = tally;
  const data: unknown = record.data;
  switch (record.type) {
    case "message.added":
      if (is.isMessageAdded(data)) counts.messages += 1;
      break;
    case "tool_call.started":
      if (is.isCallStarted(data)) countStarted(tally, data);
      break;
    case "tool_call.finished":
      if (is.isCallFinished(data)) countFinished(tally, data);
      break;
    case "token_usage.updated":
      if (is.isUsage(data)) countReport(tally, data);
      break;
    case "turn.completed":
      if (is.isTurnCompleted(data)) counts.turns = data.index;
      break;
    case "error.recorded":
      if (is.isErrorRecorded(data)) counts.errors += 1;
      break;
  }
  return tally;
}

/** What the records counted so far came to; later counting does not change it. */
export function tallySummary(tally: Tally): RunSummary {
  return { ...tally.counts, tokenUsage: { ...tally.counts.tokenUsage } };
}

function countReport({ counts, responses }: Tally, data: is.UsageData): void {
  const { responseId } = data;
  const before = responseId === undefined ? undefined : responses.get(responseId);
  counts.tokenUsage = addUsage(counts.tokenUsage, before, data);
  if (responseId !== undefined) responses.set(responseId, countedOf(data));
}

function countStarted({ counts, open }: Tally, data: is.CallStartedData): void {
  counts.toolCalls += 1;
  counts.openCalls += 1;
  if (!data.governanceResult.allowed) counts.deniedCalls += 1;
  open.add(data.callId);
}

function countFinished({ counts, open }: Tally, data: is.CallFinishedData): void {
  if (!open.delete(data.callId)) return;
  counts.openCalls -= 1;
  if (!data.result.success) counts.failedCalls += 1;
}
