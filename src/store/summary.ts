/** A session in one line of a listing. */
import { isStatusChanged } from "../event/guards.js";
import { isImportedStart, toldStart } from "../event/imported.js";
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
  /** In an imported session the source's; "" where that does not say, or nothing of the session can be read. */
  startTime: string;
  /** The same; null where it is not known, or the session has not ended. */
  endTime: string | null;
  /** Of its end, else of the last record, in an imported session as the source tells it; "" where nothing tells it. */
  lastTime: string;
  outcome: Outcome | null;
  /** Stopped cleanly without an outcome, and nobody writes: it may go on later. An import is, whose source tells no outcome. */
  closed: boolean;
  status: Status;
  messages: number;
  turns: number;
  toolCalls: number;
  failedCalls: number;
  deniedCalls: number;
  openCalls: number;
  errors: number;
  tokenUsage: TokenUsage;
  /** Of the journal, or of the snapshot where there is no journal; and of the blobs where there are any. */
  bytes: number;
}

/** A session's state in one word: how a run ended, that it was closed, else its lifecycle. */
export type ListedState = SessionSummary["lifecycle"] | Outcome | "closed";

export const LISTED_STATES: readonly ListedState[] = [
  "running",
  "ended",
  "success",
  "failure",
  "interrupted",
  "closed",
  "unreadable",
];

export function stateOf({ lifecycle, outcome, closed }: SessionSummary): ListedState {
  if (lifecycle === "ended") return outcome ?? "ended";
  return closed ? "closed" : lifecycle;
}

/** How long it took, or has taken until `now` where it runs; null where that cannot be told. */
export function tookMs({ lifecycle, startTime, lastTime }: SessionSummary, now: number): number | null {
  const end = lifecycle === "running" ? now : Date.parse(lastTime);
  const took = end - Date.parse(startTime);
  return took >= 0 ? took : null;
}

/** What the head of a session says of it. */
export type SummaryHead = Pick<
  SessionState,
  "role" | "model" | "chainId" | "taskId" | "parentSessionId" | "startTime" | "endTime" | "outcome" | "status"
> &
  Pick<SessionSummary, "lastTime" | "closed">;

/** The head without times that are only those of an import, where its source told none. */
export function withToldTimes<Head extends Pick<SessionState, "startTime" | "endTime">>(
  head: Head,
  started: JournalRecord | undefined,
  ended?: JournalRecord,
): Head {
  if (started === undefined || !isImportedStart(started.data)) return head;
  const endTime = typeof ended?.data.at === "string" ? head.endTime : null;
  return { ...head, startTime: toldStart(started), endTime };
}

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
    lastTime: head.lastTime ?? head.endTime ?? "",
    outcome: head.outcome ?? null,
    closed: head.closed ?? false,
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

const LAST_WORDS: ReadonlySet<string> = new Set(["session.ended", "writer.closed"]);

/** What the last record of a run says of all of it. */
export type LastWord = JournalRecord & { readonly data: { readonly summary: RunSummary } };

/** Whether it says it in full: the listing then reads nothing else of the journal. */
export function isLastWord(record: JournalRecord | null): record is LastWord {
  if (record === null || !LAST_WORDS.has(record.type)) return false;
  const summary = record.data.summary as Partial<RunSummary> | undefined;
  const isInFull = typeof summary?.messages === "number" && typeof summary.tokenUsage?.total === "number";
  return isInFull && (record.type !== "writer.closed" || isStatusChanged(record.data));
}
