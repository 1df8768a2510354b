/** A whole run for tests of the exports, and what an export of it says. */
import {
  STARTED as BEGUN,
  child,
  type Event,
  ended,
  failure,
  finished,
  message,
  note,
  recordsOf,
  started,
  turn,
  usage,
} from "../support/made-records.js";

export const STARTED: Event = [
  "session.started",
  { ...BEGUN[1], model: "claude-opus-4", chainId: "C-1", metadata: { ticket: 7 } },
];

/** Two turns with parallel calls, one of them denied, one failed and one without a result. */
export const WHOLE_RUN = recordsOf(
  STARTED,
  message("system", "You mend programs."),
  message("user", "Mend it."),
  message("assistant", [
    { type: "thinking", thinking: "Look first." },
    { type: "text", text: "I look." },
    { type: "tool_use", id: "c1", name: "read", input: {} },
  ]),
  usage(100, 20, { cacheRead: 1000, cacheWrite: 50, reasoning: 5, responseId: "r1", costUsd: 0.5 }),
  started("c1", "read", { path: "a.ts" }),
  started("c2", "list", { path: "." }),
  finished("c2", { success: true, data: ["a.ts", "b.ts"] }, 7),
  message("user", [{ type: "tool_result", tool_use_id: "c2", content: "a.ts b.ts" }]),
  finished("c1", { success: true, data: "found" }, 1500),
  turn(1),
  message("user", "Go on."),
  message("assistant", "I write."),
  usage(30, 10, { responseId: "r2", model: "claude-haiku-4" }),
  started("c3", "write", { path: "/etc" }, { governanceResult: { allowed: false, reason: "not here" } }),
  finished("c3", { success: false, error: "denied" }, 0),
  started("c4", "run", { command: "make" }),
  finished("c4", { success: false, error: "exit 1", data: { code: 1 } }, 20),
  failure("the tool failed"),
  child("run-2"),
  started("c5", "wait"),
  note("compaction", { kept: 3 }),
  turn(2),
  ended("failure"),
);

export async function textOf(pieces: AsyncIterable<string>): Promise<string> {
  let text = "";
  for await (const piece of pieces) text += piece;
  return text;
}
