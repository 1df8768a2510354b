/** In what orders sessions can be asked for: what each compares, and which way round. */
import { type SessionSummary, stateOf, tookMs } from "./summary.js";

type FigureOrder = "took" | "turns" | "calls" | "denied" | "failed" | "errors" | "tokens" | "bytes";
type TextOrder = "id" | "state" | "role" | "model" | "chain";

/** `started` is the newest first; of the others, figures descend and texts ascend. */
export type SessionOrder = "started" | FigureOrder | TextOrder;

const FIGURES: Readonly<Record<FigureOrder, (session: SessionSummary) => number>> = {
  took: (session) => tookMs(session, Date.now()) ?? -1,
  turns: ({ turns }) => turns,
  calls: ({ toolCalls }) => toolCalls,
  denied: ({ deniedCalls }) => deniedCalls,
  failed: ({ failedCalls }) => failedCalls,
  errors: ({ errors }) => errors,
  tokens: ({ tokenUsage }) => tokenUsage.total,
  bytes: ({ bytes }) => bytes,
};

const TEXTS: Readonly<Record<TextOrder, (session: SessionSummary) => string>> = {
  id: ({ id }) => id,
  state: stateOf,
  role: ({ role }) => role,
  model: ({ model }) => model,
  /** Those of no chain come last. */
  chain: ({ chainId, taskId }) =>
    chainId === null && taskId === null ? "\uffff" : `${chainId ?? ""}/${taskId ?? ""}`,
};

export const SESSION_ORDERS: readonly SessionOrder[] = [
  "started",
  ...(Object.keys(FIGURES) as FigureOrder[]),
  ...(Object.keys(TEXTS) as TextOrder[]),
];

export type Keyed = { readonly key: number | string };

/** What is compared of a session; a running one is measured once, when it is looked at. */
export function keyOf(order: Exclude<SessionOrder, "started">, session: SessionSummary): number | string {
  return order in FIGURES ? FIGURES[order as FigureOrder](session) : TEXTS[order as TextOrder](session);
}

/** Equals stay as they are. */
export function compareKeys({ key: a }: Keyed, { key: b }: Keyed): number {
  if (typeof a === "number" && typeof b === "number") return b - a;
  return a === b ? 0 : a < b ? -1 : 1;
}
