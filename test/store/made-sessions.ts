/** Journals of sessions that never ran, started whenever a test wants it: enough for what looks for sessions. */
import type { MemoryFiles } from "../../src/files/testing.js";
import { sealLines, TIME, unsealed, unsealedStart } from "../support/journal-bytes.js";
import { DIRECTORY } from "../support/runs.js";

export interface MadeSession {
  /** When its first record was written; the source's own time goes before it. */
  readonly time?: string;
  readonly at?: string;
  readonly role?: string;
  readonly model?: string;
  readonly chainId?: string | null;
  readonly taskId?: string | null;
  /** Null for a session that nobody ended. */
  readonly outcome?: "success" | "failure" | "interrupted" | null;
  readonly turns?: number;
  readonly calls?: number;
  readonly denied?: number;
  readonly failed?: number;
  readonly tokens?: number;
}

export function putSession(files: MemoryFiles, id: string, made: MadeSession = {}): void {
  const { time = TIME, at, role = "impl", model = "m", chainId = null, taskId = null } = made;
  const start = unsealedStart(id)
    .replace(`"time":"${TIME}"`, `"time":"${time}"`)
    .replace('"role":"impl","model":"m","chainId":null,"taskId":null', () =>
      JSON.stringify({ ...(at === undefined ? {} : { at }), role, model, chainId, taskId }).slice(1, -1),
    );
  const lines = [start];
  const { outcome = "success", turns = 0, calls = 0, denied = 0, failed = 0, tokens = 0 } = made;
  if (outcome !== null) {
    const tokenUsage = { input: tokens, output: 0, total: tokens };
    const counts = { toolCalls: calls, failedCalls: failed, deniedCalls: denied, openCalls: 0, errors: 0 };
    const summary = { messages: 0, turns, ...counts, tokenUsage };
    lines.push(unsealed(2, { type: "session.ended", data: JSON.stringify({ outcome, summary }) }));
  }
  files.writeFile(`${DIRECTORY}/${id}.ndjson`, sealLines(lines));
}
