/**
 * What a session looks like to those who read it: steps, each a message with the calls and the usage that belong to
 * it. Types only; `fold-steps.ts` makes them of records, every format but NDJSON is written from them.
 */
import type { StartedData, UsageData } from "../event/guards.js";
import type { GovernanceResult, JournalRecord, Message, Outcome, ToolResult } from "../event/types.js";
import type { RunSummary } from "../state/types.js";

/** "tool" is a message that brings the result of a call. */
export type StepSource = "system" | "user" | "agent" | "tool";

export interface ExportedCall {
  /** Of the record that began it. */
  readonly seq: number;
  readonly callId: string;
  /** Whether the runtime gave the id; otherwise it is the record's own. */
  readonly hasGivenId: boolean;
  readonly name: string;
  /** Empty for a call whose step was let go before it finished. */
  readonly params: object;
  readonly governance: GovernanceResult;
  readonly timestamp: string;
  /** When the record of its start was written, or what the source says. */
  readonly startedAt: string;
  /** False where that is only the last time that is known. */
  readonly isTimed: boolean;
  finished: FinishedCall | null;
}

export interface FinishedCall {
  readonly result: ToolResult;
  readonly durationMs: number | undefined;
  readonly at: string;
  readonly isTimed: boolean;
}

export interface Step {
  readonly source: StepSource;
  /** Of the first record it was made of. */
  readonly seq: number;
  /** When whatever came before it had happened: about when the work on it began. */
  readonly startedAt: string;
  time: string;
  /** False where the time is only the last one that is known. */
  isTimed: boolean;
  message: Message | null;
  readonly calls: ExportedCall[];
  usage: UsageData | null;
  /** A tool's message that repeats the result of a call that is shown with its step. */
  readonly isEcho: boolean;
  /** Finished after their own step was let go; or never, because another call took their id. */
  readonly late: ExportedCall[];
  readonly childSessionId: string | null;
  /** Records that belong to no message, call or usage, where they happened. */
  readonly asides: JournalRecord[];
}

/** Null where the records do not begin with a sound `session.started`. */
export type Head = (StartedData & { readonly startedAt: string }) | null;

export interface Ending {
  readonly summary: RunSummary;
  readonly outcome: Outcome | null;
  /** Of `session.ended`, else of what happened last. */
  readonly time: string;
  /** What came before there was a step to put it with, if none ever came. */
  readonly asides: readonly JournalRecord[];
  /** Calls that never got a result. */
  readonly open: readonly ExportedCall[];
}

/** A head first, then steps in their order, then the ending. */
export type Folded =
  | { readonly kind: "head"; readonly head: Head }
  | { readonly kind: "step"; readonly step: Step }
  | { readonly kind: "ending"; readonly ending: Ending };

export type Records = AsyncIterable<JournalRecord> | Iterable<JournalRecord>;
