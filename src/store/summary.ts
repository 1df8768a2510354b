/** A session in one line of a listing. */
import type { JournalRecord, Outcome, Status } from "../event/types.js";
import type { RunSummary, SessionState, TokenUsage } from "../state/types.js";

export interface SessionSummary {
  id: string;
  /** `interrupted`: no `session.ended`, and nobody writes. `unreadable`: empty, damaged, or of a later format. */
  lifecycle: "running" | "ended" | "interrupted" | "unreadable";
  role: string;
  model: string;
  chainId: string | null;
  taskId: string | null;
  parentSessionId: string | null;
  startTime: string;
  endTime: string | null;
  outcome: Outcome | null;
  status: Status;
  messages: number;
  turns: number;
  toolCalls: number;
  failedCalls: number;
  deniedCalls: number;
  openCalls: number;
  errors: number;
  tokenUsage: TokenUsage;
  /** Of the journal; of the snapshot where there is no journal. */
  bytes: number;
}

/** A session's state in one word: how a run ended, else its lifecycle. */
export type ListedState = SessionSummary["lifecycle"] | Outcome;

export const LISTED_STATES: readonly ListedState[] = [
  "running",
  "ended",
  "success",
  "failure",
  "interrupted",
  "unreadable",
];

export function stateOf({ lifecycle, outcome }: SessionSummary): ListedState {
  return lifecycle === "ended" ? (outcome ?? "ended") : lifecycle;
}

/** How long it took, or has taken until `now` where it runs; null where that cannot be told. */
export function tookMs({ lifecycle, startTime, endTime }: SessionSummary, now: number): number | null {
  const end = endTime !== null ? Date.parse(endTime) : lifecycle === "running" ? now : Number.NaN;
  const took = end - Date.parse(startTime);
  return took >= 0 ? took : null;
}

/** What the head of a session says of it. */
export type SummaryHead = Pick<
  SessionState,
  "role" | "model" | "chainId" | "taskId" | "parentSessionId" | "startTime" | "endTime" | "outcome" | "status"
>;

export function composeSummary(
  id: string,
  lifecycle: SessionSummary["lifecycle"],
  head: Partial<SummaryHead>,
  figures: RunSummary,
  bytes: number,
): SessionSummary {
  // Spelled out: put together from parts by spreading, it took 20 µs, more than all else of a listing.
  return {
    id,
    lifecycle,
    role: head.role ?? "unknown",
    model: head.model ?? "unknown",
    chainId: head.chainId ?? null,
    taskId: head.taskId ?? null,
    parentSessionId: head.parentSessionId ?? null,
    startTime: head.startTime ?? "",
    endTime: head.endTime ?? null,
    outcome: head.outcome ?? null,
    status: head.status ?? "running",
    messages: figures.messages,
    turns: figures.turns,
    toolCalls: figures.toolCalls,
    failedCalls: figures.failedCalls,
    deniedCalls: figures.deniedCalls,
    openCalls: figures.openCalls,
    errors: figures.errors,
    tokenUsage: figures.tokenUsage,
    bytes,
  };
}

/** Whether a record is the last word of a run, in full: the listing then reads nothing else of the journal. */
export function isFullEnd(
  record: JournalRecord | null,
): record is JournalRecord & { data: { summary: RunSummary } } {
  if (record?.type !== "session.ended") return false;
  const summary = record.data.summary as Partial<RunSummary> | undefined;
  return typeof summary?.messages === "number" && typeof summary.tokenUsage?.total === "number";
}
