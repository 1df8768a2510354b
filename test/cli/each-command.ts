/**
 * The commands as somebody types them, for the tests that hold all of them to the same: a new command is a row. Beside
 * them the workspace they are tried on, in which every text that may come from elsewhere is hostile.
 */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Session } from "../../src/session.js";
import { cut, flip, journalPath, recordHere } from "./journals.js";
import { callFinished, callStarted, ending, message } from "./program.js";

export interface Row {
  readonly line: string;
  /** What is typed, and the status it then exits with. */
  readonly answer?: string;
  readonly status?: number;
  /** Prints data or scripts, which are never cut. */
  readonly isData?: true;
  /** Nothing in it is of interest enough to be coloured. */
  readonly isPlain?: true;
  /** Which titles its table has on terminals of 40, 80 and 140 columns. */
  readonly titles?: readonly [narrow: string, usual: string, wide: string];
}

const SESSIONS = "SESSION STATE ROLE MODEL";

export const ROWS: readonly Row[] = [
  {
    line: "list",
    titles: [
      "SESSION STATE STARTED",
      `${SESSIONS} STARTED CALLS TOKENS`,
      `${SESSIONS} CHAIN/TASK STARTED TOOK TURNS CALLS DENIED TOKENS`,
    ],
  },
  { line: "show --no-pager hostile" },
  { line: "tail hostile" },
  { line: "tail corrupt", status: 1 },
  {
    line: "stats hostile",
    titles: [
      "TOOL CALLS FAILED DENIED",
      "TOOL CALLS FAILED DENIED OPEN P50 P95 TOGETHER BYTES",
      "TOOL CALLS FAILED DENIED OPEN P50 P95 MAX TOGETHER BYTES",
    ],
  },
  {
    line: "stats one hostile",
    titles: [
      "SESSION CALLS FAILED TOKENS",
      "SESSION STARTED TOOK CALLS FAILED DENIED TOKENS BYTES",
      "SESSION STARTED TOOK CALLS FAILED DENIED TOKENS BYTES",
    ],
  },
  { line: "search -i evil hostile" },
  { line: "scan-secrets", status: 1 },
  { line: "diff --full hostile one", status: 1 },
  { line: "verify", status: 1 },
  { line: "repair corrupt", answer: "n\n", status: 1, isPlain: true },
  {
    line: "prune --older-than 0s",
    answer: "n\n",
    status: 1,
    isPlain: true,
    titles: [
      "SESSION WRITTEN SIZE",
      "SESSION LAST WRITTEN OUTCOME SIZE",
      "SESSION LAST WRITTEN OUTCOME SIZE",
    ],
  },
  { line: "import --workspace other sources", status: 1 },
  { line: "export --format markdown hostile", isData: true, isPlain: true },
  { line: "export --format ndjson hostile", isData: true, isPlain: true },
  { line: "record --role r --model m --workspace other", answer: "\x04", isPlain: true },
  { line: "schema", isPlain: true },
  { line: "--help", isPlain: true },
  { line: "search --help", isPlain: true },
  { line: "completion bash", isData: true, isPlain: true },
];

/** Ends lines, moves and clears, recolours, links, fills the clipboard, turns the direction of writing, and hides. */
export const EVIL =
  "evil\r\x1b[2J\x1b[1;1H\x1b[31m\x1b]8;;http://evil.example\x1b\\\x1b]52;c;ZXZpbA==\x07\x9b31m\u202e\u2066\u200b\u2028\x08\x7f";

/** The sessions `hostile`, `one`, `torn` and `corrupt`, and in `sources` transcripts with hostile names and texts. */
export async function makeWorkspace(cwd: string): Promise<void> {
  await recordHostile(cwd);
  const work = message("word ".repeat(60)) + callStarted("c", "read") + callFinished("c", { success: true });
  const secret = message(`the key is ${"gh"}p_${"a1B2".repeat(9)} ${EVIL}`);
  await recordHere(cwd, `${work}${secret}${message("世界 👍🏽 ".repeat(20))}${ending("success")}`, "one");
  for (const id of ["torn", "corrupt"]) await recordHere(cwd, work + message("more"), id);
  rmSync(journalPath(cwd, "torn").replace(/ndjson$/, "json"));
  cut(journalPath(cwd, "torn"), 20);
  flip(journalPath(cwd, "corrupt"), "word");
  const sources = join(cwd, "sources");
  mkdirSync(sources);
  const about = { type: "assistant", uuid: "u", sessionId: EVIL, timestamp: "2026-01-21T06:20:30.851Z" };
  const said = { role: EVIL, model: EVIL, content: [{ type: "tool_use", id: "t", name: EVIL, input: {} }] };
  writeFileSync(
    join(sources, `a${EVIL.replaceAll("/", "|")}.jsonl`),
    `${JSON.stringify({ ...about, message: said })}\n{${EVIL}\n`,
  );
}

async function recordHostile(cwd: string): Promise<void> {
  const about = { role: EVIL, model: EVIL, chainId: EVIL, taskId: EVIL };
  const session = new Session({ ...about, sessionId: "hostile", workspaceRoot: cwd });
  session.addMessage({ role: EVIL, content: EVIL } as unknown as { role: "user"; content: string });
  const call = { name: EVIL, params: { [EVIL]: EVIL } };
  const denied = { ...call, governanceResult: { allowed: false, reason: EVIL } };
  await session.startToolCall(denied).finish({ success: false, error: EVIL });
  const allowed = { ...call, governanceResult: { allowed: true } };
  await session.startToolCall(allowed).finish({ success: false, error: EVIL }, { durationMs: 1234 });
  session.startToolCall(allowed);
  session.recordError({ message: EVIL, stack: EVIL, recoverable: true });
  session.addNote(EVIL, EVIL);
  session.append({ type: `x-${EVIL}`, data: { [EVIL]: EVIL } });
  session.updateTokenUsage(1_234_567, 89, { model: EVIL });
  await session.end("failure");
}
