import { describe, expect, it } from "vitest";
import type { ImportReport } from "../../src/import/types.js";
import { fixture, importInto, recordsOf, sumOf } from "./import-into.js";

interface Expected extends Omit<Partial<ImportReport["totals"]>, "tokens"> {
  readonly file: string;
  readonly format: string;
  readonly records: number;
  readonly notes: number;
  readonly sessions: number;
  readonly tokens: { readonly [name: string]: number };
}

const expected: readonly Expected[] = [
  {
    file: "claude-code.jsonl",
    format: "claude-code",
    records: 11,
    notes: 3,
    sessions: 2,
    messages: 8,
    calls: 2,
    results: 2,
    tokens: { input: 16, output: 33, total: 49, cacheRead: 210, cacheWrite: 7 },
  },
  {
    file: "pi-v1.jsonl",
    format: "pi",
    records: 7,
    notes: 1,
    sessions: 1,
    messages: 5,
    calls: 2,
    results: 1,
    tokens: { input: 4, output: 5, total: 9, cacheRead: 5, cacheWrite: 6, costUsd: 0.75 },
  },
  {
    file: "openclaw/parent.jsonl",
    format: "pi",
    records: 5,
    notes: 2,
    sessions: 1,
    messages: 2,
    calls: 1,
    results: 1,
    tokens: { input: 1, output: 2, total: 3, cacheRead: 3, cacheWrite: 4 },
  },
  {
    file: "codex.jsonl",
    format: "codex",
    records: 13,
    notes: 6,
    sessions: 1,
    messages: 2,
    calls: 1,
    results: 1,
    tokens: { input: 60, output: 10, total: 70, cacheRead: 40, reasoning: 6 },
  },
  {
    file: "codex-legacy.jsonl",
    format: "codex",
    records: 5,
    notes: 1,
    sessions: 1,
    messages: 1,
    calls: 1,
    results: 1,
    tokens: { input: 0, output: 0, total: 0 },
  },
  {
    file: "atif.json",
    format: "atif",
    records: 4,
    notes: 1,
    sessions: 2,
    messages: 4,
    calls: 2,
    results: 1,
    tokens: { input: 40, output: 9, total: 49, cacheRead: 60, costUsd: 0.5 },
  },
  {
    file: "mini-swe-agent-bare.json",
    format: "mini-swe-agent",
    records: 3,
    notes: 0,
    sessions: 1,
    messages: 3,
    calls: 0,
    results: 0,
    tokens: { input: 0, output: 0, total: 0 },
  },
  {
    file: "mini-swe-agent.json",
    format: "mini-swe-agent",
    records: 4,
    notes: 1,
    sessions: 1,
    messages: 4,
    calls: 1,
    results: 1,
    tokens: { input: 30, output: 5, total: 35, cacheRead: 20, costUsd: 0.25 },
  },
  {
    file: "swe-agent.traj",
    format: "swe-agent",
    records: 7,
    notes: 1,
    sessions: 1,
    messages: 6,
    calls: 2,
    results: 2,
    tokens: { input: 30, output: 3, total: 33, costUsd: 1.5 },
  },
  {
    file: "swe-agent-calls.traj",
    format: "swe-agent",
    records: 4,
    notes: 1,
    sessions: 1,
    messages: 3,
    calls: 1,
    results: 1,
    tokens: { input: 0, output: 0, total: 0 },
  },
  {
    file: "tau-bench.json",
    format: "tau-bench",
    records: 5,
    notes: 2,
    sessions: 2,
    messages: 5,
    calls: 1,
    results: 1,
    tokens: { input: 0, output: 0, total: 0 },
  },
  {
    file: "tau2-bench.json",
    format: "tau2-bench",
    records: 4,
    notes: 5,
    sessions: 2,
    messages: 4,
    calls: 1,
    results: 1,
    tokens: { input: 30, output: 3, total: 33, costUsd: 0.75 },
  },
  {
    file: "openhands.jsonl",
    format: "openhands",
    records: 8,
    notes: 5,
    sessions: 1,
    messages: 4,
    calls: 1,
    results: 1,
    unpairedResults: 1,
    tokens: { input: 120, output: 25, total: 145, cacheRead: 130, cacheWrite: 0, reasoning: 0, costUsd: 0.5 },
  },
  {
    file: "gemini-cli.json",
    format: "gemini-cli",
    records: 3,
    notes: 1,
    sessions: 1,
    messages: 2,
    calls: 2,
    results: 2,
    tokens: { input: 70, output: 15, total: 85, cacheRead: 30, reasoning: 5 },
  },
  {
    file: "inspect.json",
    format: "inspect",
    records: 5,
    notes: 4,
    sessions: 1,
    messages: 3,
    calls: 1,
    results: 1,
    tokens: { input: 10, output: 2, total: 12, cacheRead: 4, reasoning: 1 },
  },
  {
    file: "choragen-session.json",
    format: "choragen-session",
    records: 5,
    notes: 0,
    sessions: 1,
    messages: 3,
    calls: 2,
    results: 2,
    tokens: { input: 12450, output: 3200, total: 15650 },
  },
  {
    file: "choragen-metrics.jsonl",
    format: "choragen-metrics",
    records: 2,
    notes: 2,
    sessions: 1,
    messages: 0,
    calls: 0,
    results: 0,
    tokens: { input: 0, output: 0, total: 0 },
  },
  {
    file: "choragen-journal.ndjson",
    format: "choragen-journal",
    records: 7,
    notes: 1,
    sessions: 1,
    messages: 1,
    calls: 1,
    results: 1,
    tokens: { input: 5, output: 6, total: 11 },
  },
];

describe.each(expected)("$file", ({ file, format, records, notes, sessions, tokens, ...counts }) => {
  it("is recognised by its contents, and every record becomes an event or a note", async () => {
    const { report, states } = await importInto(fixture(file), { name: "a-name-that-says-nothing" });
    const { messages, calls, results, unpairedResults = 0 } = counts;
    expect([report.format, report.unreadable]).toEqual([format, []]);
    expect({ ...report.totals }).toEqual({ messages, calls, results, unpairedResults, tokens });
    expect(sumOf(states)).toEqual({ messages, calls, results, tokens });
    expect([report.records, report.notes, report.sessions.length]).toEqual([records, notes, sessions]);
    expect(report.sessions.map(({ status }) => status)).toEqual(states.map(() => "imported"));
  });

  it("is not imported twice", async () => {
    const { report: first, sessionsDir } = await importInto(fixture(file));
    const before = await Promise.all(first.sessions.map(({ id }) => recordsOf(sessionsDir, id)));
    const { report: second } = await importInto(fixture(file), { sessionsDir });
    expect(second.sessions.map(({ status }) => status)).toEqual(first.sessions.map(() => "already-imported"));
    expect(second.sessions.map(({ id }) => id)).toEqual(first.sessions.map(({ id }) => id));
    expect(second.totals).toEqual(first.totals);
    const after = await Promise.all(first.sessions.map(({ id }) => recordsOf(sessionsDir, id)));
    expect(after).toEqual(before);
  });
});
