import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { importFolder, importTranscript } from "../../src/import/entry.js";
import type { ImportReport } from "../../src/import/types.js";
import type { SessionState } from "../../src/index.js";
import { temporaryFolder } from "../support/folders.js";
import { fixture, importInto, readBack, recordsOf } from "./import-into.js";

describe("times", () => {
  it("are the source's own, and order is the source's order even where its clock runs backwards", async () => {
    const { report, sessionsDir } = await importInto(fixture("claude-code.jsonl"));
    const [main] = report.sessions;
    const records = await recordsOf(sessionsDir, main?.id ?? "");
    expect(records[0]?.data.at).toBe("2026-01-02T03:04:05.000Z");
    const replies = records.filter(({ type }) => type === "message.added").map(({ data }) => data.at);
    expect(replies.slice(1, 3)).toEqual(["2026-01-02T03:04:09.000Z", "2026-01-02T03:04:08.000Z"]);
    expect(main?.id).toMatch(/^session-20260102-030405-[0-9a-f]{12}$/);
  });

  it("keep the zone they have, or have none", async () => {
    const { report, sessionsDir } = await importInto(fixture("openhands.jsonl"));
    const [first] = await recordsOf(sessionsDir, report.sessions[0]?.id ?? "");
    expect(first?.data.at).toBe("2026-06-02T03:04:05.000001");
  });

  it("stay both where a record has two clocks", async () => {
    const { report, sessionsDir } = await importInto(fixture("pi-v1.jsonl"));
    const records = await recordsOf(sessionsDir, report.sessions[0]?.id ?? "");
    const said = records.find(({ type }) => type === "message.added")?.data;
    expect(said).toMatchObject({
      at: "2026-01-01T00:00:01.000Z",
      source: { message: { timestamp: 1767225600500 } },
    });
  });

  it("of the start and the end are the run's, not the import's", async () => {
    const { states } = await importInto(fixture("choragen-session.json"));
    expect(states[0]).toMatchObject({
      id: "session-20251208-143052-abc123",
      startTime: "2025-12-08T14:30:52.000Z",
      endTime: "2025-12-08T14:35:12.000Z",
    });
    const tau2 = await importInto(fixture("tau2-bench.json"));
    expect(tau2.states[0]?.endTime).toBe("2026-05-02T03:04:09.000000");
    const codex = await importInto(fixture("codex.jsonl"));
    expect(codex.states[0]?.endTime).toBe("2026-03-02T03:04:14.000Z");
  });
});

describe("calls", () => {
  it("are paired with their results by id, and stay open where the source has none", async () => {
    const { states } = await importInto(fixture("pi-v1.jsonl"));
    expect(states[0]?.toolCalls).toMatchObject([
      {
        callId: "t1",
        name: "read",
        params: { path: "a" },
        result: { success: true, data: { details: { lines: 1 } } },
      },
      { callId: "t2", result: null },
    ]);
  });

  it("say that they failed, and why", async () => {
    const { states } = await importInto(fixture("claude-code.jsonl"));
    expect(states[0]?.toolCalls[1]?.result).toMatchObject({ success: false, error: "It failed." });
  });

  it("whose id is used twice at once are both recorded, and a result without a call is kept", async () => {
    const call = (id: string) => ({
      role: "assistant",
      content: null,
      tool_calls: [{ id, function: { name: "f" } }],
    });
    const result = (id: string, content: string) => ({ role: "tool", tool_call_id: id, content });
    const traj = [call("a"), call("a"), result("a", "1"), result("a", "2"), result("a", "3")];
    const { report, states } = await importInto(Buffer.from(JSON.stringify([{ task_id: 1, traj }])));
    expect(states[0]?.toolCalls).toMatchObject([
      { callId: "a", result: { data: "1" } },
      { callId: "a~2", result: { data: "2" } },
    ]);
    expect(report.totals).toMatchObject({ calls: 2, results: 2, unpairedResults: 1 });
    expect(states[0]?.notes[0]).toMatchObject({
      kind: "tau-bench.unpaired_result",
      data: { result: { data: "3" } },
    });
  });

  it("keep what governance said of them", async () => {
    const { states } = await importInto(fixture("choragen-session.json"));
    expect(states[0]?.toolCalls[1]).toMatchObject({
      governanceResult: { allowed: false, reason: "not yours" },
    });
  });
});

describe("messages", () => {
  it("keep their blocks whole, and what else the record says beside them", async () => {
    const { report, states, sessionsDir } = await importInto(fixture("claude-code.jsonl"));
    expect(states[0]?.messages[1]?.content).toEqual([
      { type: "thinking", thinking: "List them.", signature: "s" },
    ]);
    const records = await recordsOf(sessionsDir, report.sessions[0]?.id ?? "");
    const result = records.filter(({ type }) => type === "message.added")[3]?.data.source;
    expect(result).toMatchObject({ uuid: "u4", parentUuid: "u3", toolUseResult: { stdout: "3" } });
  });
});

describe("outcomes", () => {
  it.each([
    ["codex.jsonl", "success"],
    ["swe-agent.traj", "interrupted"],
    ["swe-agent-calls.traj", "success"],
    ["mini-swe-agent.json", "success"],
    ["openhands.jsonl", "success"],
    ["inspect.json", "success"],
    ["choragen-journal.ndjson", "failure"],
    ["claude-code.jsonl", null],
    ["pi-v1.jsonl", null],
    ["atif.json", null],
  ])("of %s: %s", async (name, outcome) => {
    const { states } = await importInto(fixture(name));
    expect(states[0]?.outcome).toBe(outcome);
  });
});

describe("sub-agents", () => {
  it("in the same file become child sessions", async () => {
    for (const name of ["claude-code.jsonl", "atif.json"]) {
      const { report, states } = await importInto(fixture(name));
      const [main, child] = report.sessions;
      expect(child?.parentSessionId).toBe(main?.id);
      expect(`${states[1]?.role} ${states[1]?.model}`).toMatch(/^(subagent claude-y|helper unknown)$/);
      expect(states[0]?.childSessionIds).toEqual([child?.id]);
    }
  });

  it("in other files are found in a folder, whatever the order, and its index is kept with them", async () => {
    const sessionsDir = temporaryFolder();
    for (const path of [fixture("openclaw"), fixture("openclaw/sessions.json")]) {
      const reports: ImportReport[] = [];
      for await (const one of importFolder(path, { sessionsDir })) {
        if ("report" in one) reports.push(one.report);
      }
      const [index, child, parent] = reports;
      expect(index?.unreadable).toMatchObject([{ reason: expect.stringContaining("oc-gone") }]);
      expect(child?.sessions[0]?.parentSessionId).toBe(parent?.sessions[0]?.id);
      const states = parent === undefined ? [] : await readBack(parent, sessionsDir);
      expect(states[0]?.childSessionIds).toEqual([child?.sessions[0]?.id]);
      expect(states[0]?.notes[0]).toMatchObject({ kind: "pi.index", data: { key: "agent:main:main" } });
    }
  });

  it.each([
    [
      "Claude Code",
      '{"type":"user","uuid":"a","sessionId":"p","timestamp":"2026-01-01T00:00:00Z","message":{"role":"user","content":"x"}}',
      '{"type":"user","uuid":"b","sessionId":"p","agentId":"k","isSidechain":true,"timestamp":"2026-01-01T00:00:01Z","message":{"role":"user","content":"y"}}',
    ],
    [
      "Codex",
      '{"timestamp":"t","type":"session_meta","payload":{"id":"p","timestamp":"2026-01-01T00:00:00Z"}}',
      '{"timestamp":"t","type":"session_meta","payload":{"id":"k","timestamp":"2026-01-01T00:00:01Z","source":{"subagent":{"thread_spawn":{"parent_thread_id":"p"}}}}}',
    ],
  ])("of %s in a file of their own are linked both ways", async (_, parentLine, childLine) => {
    const [folder, sessionsDir] = [temporaryFolder(), temporaryFolder()];
    writeFileSync(join(folder, "z.jsonl"), parentLine);
    writeFileSync(join(folder, "a.jsonl"), childLine);
    const states: SessionState[] = [];
    for await (const one of importFolder(folder, { sessionsDir })) {
      if ("report" in one) states.push(...(await readBack(one.report, sessionsDir)));
    }
    const [child, parent] = states;
    expect(child?.parentSessionId).toBe(parent?.id);
    expect(parent?.childSessionIds).toEqual([child?.id]);
  });

  it("that were imported alone before are linked to their parents when the folder is imported", async () => {
    const sessionsDir = temporaryFolder();
    const alone = await importTranscript(fixture("openclaw/parent.jsonl"), { sessionsDir });
    expect((await readBack(alone, sessionsDir))[0]?.childSessionIds).toEqual([]);
    for (const status of ["extended", "already-imported"]) {
      const reports: ImportReport[] = [];
      for await (const one of importFolder(fixture("openclaw"), { sessionsDir })) {
        if ("report" in one) reports.push(one.report);
      }
      const parent = reports.find(({ source }) => source.endsWith("parent.jsonl"));
      expect(parent?.sessions[0]?.status).toBe(status);
      const [state] = parent === undefined ? [] : await readBack(parent, sessionsDir);
      expect(state?.childSessionIds.length).toBe(1);
    }
  });
});
