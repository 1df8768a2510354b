/**
 * Whether a parsed snapshot has the form that everything behind it relies on. A right checksum says that nothing has
 * changed since; it does not say who wrote it. It looks as deep as this library folds, and no deeper. Pure.
 */
import { isBlobRef } from "../event/blob-refs.js";
import { isObject } from "../event/guards.js";
import { lookUp } from "../state/state.js";
import type { SessionState } from "../state/types.js";
import type { SnapshotJournal } from "./format.js";

type Members = { readonly [key: string]: unknown };

/** What every kind of session file has had from the start. */
export interface AnyState {
  readonly id: string;
  readonly journal?: unknown;
}

const NAMES = ["id", "role", "model", "startTime"];
const LISTS = ["messages", "toolCalls", "childSessionIds", "errors", "notes"];
const NAMES_OR_NULL = ["chainId", "taskId", "parentSessionId", "endTime", "outcome"];

export function isState(value: unknown): value is AnyState {
  return (
    isObject(value) &&
    NAMES.every((key) => typeof value[key] === "string") &&
    Array.isArray(value.messages) &&
    Array.isArray(value.toolCalls)
  );
}

/** What this library has written itself: every member there, and of its kind. */
export function isWhole(value: Members): value is Members & SessionState {
  return (
    isState(value) &&
    LISTS.every((key) => Array.isArray(value[key])) &&
    NAMES_OR_NULL.every((key) => value[key] === null || typeof value[key] === "string") &&
    typeof value.status === "string" &&
    Number.isSafeInteger(value.lastTurnIndex) &&
    isFigures(value.tokenUsage) &&
    (value.metadata === undefined || isObject(value.metadata)) &&
    (value.toolCalls as unknown[]).every(isCall)
  );
}

/** The members of an older kind of session that are of their kind; the others are as in a new session. */
export function fittingMembers(state: Members): Members {
  const fitting = Object.entries(state).filter(([key, value]) => {
    if (LISTS.includes(key)) return Array.isArray(value);
    if (NAMES_OR_NULL.includes(key)) return value === null || typeof value === "string";
    if (key === "tokenUsage") return isFigures(value);
    if (key === "status") return typeof value === "string";
    if (key === "lastTurnIndex") return Number.isSafeInteger(value);
    return key !== "metadata" || isObject(value);
  });
  return Object.fromEntries(fitting);
}

/** `state` is the one that the link stands in. */
export function isLink(value: unknown, state: Members & SessionState): value is SnapshotJournal {
  return (
    isObject(value) &&
    isFrom(1, value.seq) &&
    isFrom(1, value.bytes) &&
    typeof value.hash === "string" &&
    isObject(value.open) &&
    Object.values(value.open).every((index) => isIndexOf(state.toolCalls, index)) &&
    isObject(value.responses) &&
    Object.values(value.responses).every(isFigures) &&
    (value.blobs === undefined || (Array.isArray(value.blobs) && value.blobs.every(isBlobRef)))
  );
}

function isIndexOf(list: readonly unknown[], index: unknown): boolean {
  return isFrom(0, index) && (index as number) < list.length;
}

function isFrom(least: number, value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= least;
}

/** With numbers for members, `input` and `output` among them. */
function isFigures(value: unknown): boolean {
  if (!isObject(value) || lookUp(value, "input") === undefined || lookUp(value, "output") === undefined)
    return false;
  return Object.values(value).every((figure) => typeof figure === "number");
}

function isCall(value: unknown): boolean {
  return (
    isObject(value) && isObject(value.governanceResult) && (value.result === null || isObject(value.result))
  );
}
