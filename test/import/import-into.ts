/** Imports into a folder of its own, and reads back what came of it: the report, the states, the verdicts. */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "vitest";
import { importTranscript } from "../../src/import/entry.js";
import type { ImportOptions, ImportReport, ImportSource } from "../../src/import/types.js";
import {
  type JournalRecord,
  readJournal,
  Session,
  type SessionState,
  verifyJournal,
} from "../../src/index.js";
import { temporaryFolder } from "../support/folders.js";

export function fixture(name: string): string {
  return fileURLToPath(new URL(`fixtures/${name}`, import.meta.url));
}

export interface Imported {
  readonly report: ImportReport;
  readonly states: SessionState[];
  readonly sessionsDir: string;
}

export async function importInto(
  source: ImportSource,
  options: ImportOptions & { sessionsDir?: string } = {},
): Promise<Imported> {
  const sessionsDir = options.sessionsDir ?? temporaryFolder();
  const report = await importTranscript(source, { ...options, sessionsDir });
  return { report, states: await readBack(report, sessionsDir), sessionsDir };
}

/** Every session of the report must be sound, without a problem, and say what the report says of it. */
export async function readBack(report: ImportReport, sessionsDir: string): Promise<SessionState[]> {
  const states: SessionState[] = [];
  for (const { id, messages, toolCalls, openCalls, outcome, parentSessionId } of report.sessions) {
    const { verdict, problems } = await verifyJournal(join(sessionsDir, `${id}.ndjson`));
    expect([verdict, problems], id).toEqual(["sound", []]);
    const state = (await Session.load(id, { sessionsDir }))?.toJSON();
    if (state === undefined) throw new Error(`${id} is not there`);
    const open = state.toolCalls.filter(({ result }) => result === null).length;
    expect([state.messages.length, state.toolCalls.length, open]).toEqual([messages, toolCalls, openCalls]);
    expect([state.outcome, state.parentSessionId]).toEqual([outcome, parentSessionId]);
    states.push(state);
  }
  return states;
}

export async function recordsOf(sessionsDir: string, id: string): Promise<JournalRecord[]> {
  const records: JournalRecord[] = [];
  for await (const record of readJournal(join(sessionsDir, `${id}.ndjson`))) records.push(record);
  return records;
}

/** Messages, calls, results and tokens over all sessions, as the journals have them. */
export function sumOf(states: readonly SessionState[]) {
  const sum = { messages: 0, calls: 0, results: 0, tokens: {} as { [name: string]: number } };
  for (const { messages, toolCalls, tokenUsage } of states) {
    sum.messages += messages.length;
    sum.calls += toolCalls.length;
    sum.results += toolCalls.filter(({ result }) => result !== null).length;
    for (const [name, count] of Object.entries(tokenUsage))
      sum.tokens[name] = (sum.tokens[name] ?? 0) + count;
  }
  return sum;
}
