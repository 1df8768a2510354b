/** Journals in a test's folder: made from lines of input without a process, asked what they hold, and damaged. */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { LineSplitter } from "../../src/cli/record/line-splitter.js";
import { EventReader } from "../../src/cli/record/read-event.js";
import { Recording } from "../../src/cli/record/recording.js";
import type { JournalRecord } from "../../src/event/types.js";
import { Session } from "../../src/session.js";

/** What `record` makes of the input, and returns the id; a process of its own would take longer than most tests. */
export async function recordHere(cwd: string, input: string, sessionId?: string): Promise<string> {
  const about = { role: "impl", model: "m-1", chainId: "C-1" };
  const session = new Session({ ...about, sessionId, workspaceRoot: cwd });
  const recording = new Recording(session);
  const events = new EventReader();
  for (const line of new LineSplitter(1e9).push(Buffer.from(input)))
    recording.add(line.number, events.read(line));
  await (recording.ending ?? session.close());
  return session.id;
}

export function journalPath(cwd: string, id: string): string {
  return join(cwd, ".choragen", "sessions", `${id}.ndjson`);
}

export function recordsOf(cwd: string, id: string): JournalRecord[] {
  const lines = readFileSync(journalPath(cwd, id), "utf8").trimEnd().split("\n");
  return lines.map((line) => JSON.parse(line) as JournalRecord);
}

export function typesOf(cwd: string, id: string): string[] {
  return recordsOf(cwd, id).map(({ type }) => type);
}

export function sessionIds(cwd: string): string[] {
  return readdirSync(join(cwd, ".choragen", "sessions"))
    .filter((name) => name.endsWith(".ndjson") && !name.startsWith("."))
    .map((name) => name.slice(0, -".ndjson".length));
}

/** Changes one letter of the text where it first stands. */
export function flip(path: string, text: string): void {
  const bytes = readFileSync(path);
  const at = bytes.indexOf(text);
  bytes[at] = (bytes[at] ?? 0) ^ 0x01;
  writeFileSync(path, bytes);
}

/** Takes that many bytes off the end. */
export function cut(path: string, bytes: number): void {
  const whole = readFileSync(path);
  writeFileSync(path, whole.subarray(0, whole.length - bytes));
}
