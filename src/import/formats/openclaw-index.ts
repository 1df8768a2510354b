/**
 * openclaw's `sessions.json`: which session a key means and which key started it. It holds no conversation; its token
 * totals are those of the last run alone and are not counted.
 */
import { has, isMembers, type Members, membersOf, textOf } from "../foreign-values.js";

export interface IndexEntry {
  readonly key: string;
  readonly sessionId: string;
  /** The session that started this one. */
  readonly parent: string | undefined;
  readonly entry: Members;
}

export function isOpenclawIndex(value: unknown): boolean {
  if (!isMembers(value)) return false;
  const entries = Object.entries(value);
  return (
    entries.length > 0 && entries.every(([key, entry]) => key.startsWith("agent:") && has(entry, "sessionId"))
  );
}

export function readOpenclawIndex(value: unknown): IndexEntry[] {
  const entries = new Map(Object.entries(membersOf(value)));
  return [...entries].flatMap(([key, value]) => {
    const entry = membersOf(value);
    const sessionId = textOf(entry.sessionId);
    if (sessionId === undefined) return [];
    const spawnedBy = membersOf(entries.get(textOf(entry.spawnedBy) ?? ""));
    return [{ key, sessionId, parent: textOf(spawnedBy.sessionId), entry }];
  });
}
