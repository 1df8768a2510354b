/** Makes up the first record of a journal that lost it: from what parses of it, from the snapshot, and else as unknown. */
import { type Draft, draftOwn } from "../event/draft.js";
import { FORMAT_VERSION } from "../event/format-version.js";
import type { Files } from "../files/files.js";
import { VERSION } from "../version.js";
import { type StartFacts, startFactsOf } from "./named-session.js";

/** `snapshot` is what a snapshot says of the session, or nothing. */
export function inferredStart(files: Files, fd: number, sessionId: string, snapshot: StartFacts): Draft {
  const sources = [startFactsOf(files, fd), snapshot];
  const text = (key: string): string | null => {
    for (const source of sources) {
      const value = source[key];
      if (typeof value === "string" && value !== "") return value;
    }
    return null;
  };
  return draftOwn("session.started", {
    formatVersion: FORMAT_VERSION,
    sessionId,
    role: text("role") ?? "unknown",
    model: text("model") ?? "unknown",
    chainId: text("chainId"),
    taskId: text("taskId"),
    parentSessionId: text("parentSessionId"),
    writer: { pid: process.pid, node: process.version, version: VERSION },
    inferred: true,
  });
}
