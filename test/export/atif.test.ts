import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { JournalRecord } from "../../src/event/types.js";
import { exportAtif } from "../../src/export/atif.js";
import { haveTranscript, readTranscript } from "../real-input/transcripts.js";
import { arbitraryRecords, fold, hostileRecords } from "../state/records.js";
import { ended, finished, message, note, recordsOf, started, usage } from "../support/made-records.js";
import { recoverFromAtif } from "./atif-back.js";
import { faultsOfAtif } from "./atif-form.js";
import { STARTED, textOf, WHOLE_RUN } from "./sessions.js";

interface Document {
  steps: (Parameters<typeof recoverFromAtif>[0]["steps"][number] & { [key: string]: unknown })[];
  [key: string]: unknown;
}

async function documentOf(records: readonly JournalRecord[]): Promise<Document> {
  return JSON.parse(await textOf(exportAtif(records))) as Document;
}

/** The state's side of what is had back. */
function expected(records: readonly JournalRecord[]) {
  const { state } = fold(records);
  const calls = state.toolCalls.map(({ callId, governanceResult, durationMs, ...call }) => ({
    ...call,
    governance: governanceResult,
    hasId: callId !== undefined,
    ...(durationMs === undefined ? {} : { durationMs }),
  }));
  return { messages: state.messages, calls, tokenUsage: state.tokenUsage };
}

function hadBack(document: Document) {
  const { messages, calls, tokenUsage } = recoverFromAtif(document);
  return { messages, calls: calls.map(({ seq, id, ...call }) => call), tokenUsage };
}

describe("an ATIF document", () => {
  it("has the root, the steps and the totals that interop asks for", async () => {
    const document = await documentOf(WHOLE_RUN);
    expect(faultsOfAtif(document)).toEqual([]);
    expect(document).toMatchObject({
      schema_version: "ATIF-v1.7",
      session_id: "run-1",
      trajectory_id: "run-1",
      agent: { name: "impl", version: "unknown", model_name: "claude-opus-4" },
      final_metrics: {
        total_prompt_tokens: 1180,
        total_completion_tokens: 30,
        total_cached_tokens: 1000,
        total_cost_usd: 0.5,
        total_steps: document.steps.length,
        extra: { total_cache_creation_input_tokens: 50, total_reasoning_output_tokens: 5 },
      },
      extra: { journal: { role: "impl", chain_id: "C-1", outcome: "failure", metadata: { ticket: 7 } } },
    });
    expect(document.steps.map(({ source }) => source).join(" ")).toBe(
      "system user agent system user agent system",
    );
  });

  it("puts calls and results with the step that asked for them, parallel ones too", async () => {
    const { steps } = await documentOf(WHOLE_RUN);
    expect(steps[2]).toMatchObject({
      step_id: 3,
      timestamp: "2025-12-08T14:31:04.000Z",
      source: "agent",
      message: "I look.",
      reasoning_content: "Look first.",
      tool_calls: [
        { tool_call_id: "c1", function_name: "read", arguments: { path: "a.ts" } },
        { tool_call_id: "c2", function_name: "list", arguments: { path: "." } },
      ],
      observation: {
        results: [
          { source_call_id: "c1", content: "found" },
          { source_call_id: "c2", content: '["a.ts","b.ts"]' },
        ],
      },
      metrics: { prompt_tokens: 1150, completion_tokens: 20, cached_tokens: 1000, cost_usd: 0.5 },
    });
  });

  it("tells denied and failed calls from others, and a call without a result has none", async () => {
    const { steps } = await documentOf(WHOLE_RUN);
    expect(steps[5]).toMatchObject({ model_name: "claude-haiku-4" });
    expect(steps[5]?.tool_calls?.map((call) => call.extra?.journal.governance)).toEqual([
      { allowed: false, reason: "not here" },
      undefined,
      undefined,
    ]);
    expect(steps[5]?.observation?.results).toMatchObject([
      { source_call_id: "c3", content: "denied", extra: { journal: { success: false } } },
      {
        source_call_id: "c4",
        content: '{"code":1}',
        extra: { journal: { success: false, error: "exit 1" } },
      },
    ]);
  });

  it("names child sessions, and keeps notes and errors", async () => {
    const { steps } = await documentOf(WHOLE_RUN);
    expect(steps[6]?.observation?.results).toEqual([
      {
        subagent_trajectory_ref: [
          { session_id: "run-2", trajectory_id: "run-2", trajectory_path: "run-2.trajectory.json" },
        ],
      },
    ]);
    const kept = steps.flatMap(({ extra }) => extra?.journal.records ?? []).map(({ type }) => type);
    expect(kept.sort()).toEqual(["error.recorded", "note.added", "turn.completed", "turn.completed"]);
  });

  it("counts a response once, however often it is reported", async () => {
    const records = recordsOf(
      STARTED,
      message("assistant", "One."),
      usage(10, 1, { responseId: "r" }),
      message("assistant", "Two."),
      usage(10, 1, { responseId: "r" }),
      message("assistant", "Three."),
      message("user", "More."),
      usage(10, 9, { responseId: "r" }),
      ended("success"),
    );
    const document = await documentOf(records);
    expect(document.steps.map(({ metrics }) => metrics?.completion_tokens)).toEqual([
      1,
      undefined,
      undefined,
      undefined,
    ]);
    expect(document.final_metrics).toMatchObject({ total_prompt_tokens: 10, total_completion_tokens: 9 });
    expect(hadBack(document)).toEqual(expected(records));
  });

  it("has a step also where nothing was said, and keeps what there is in it", async () => {
    for (const records of [recordsOf(STARTED), recordsOf(STARTED, note("kept"), ended("success"))]) {
      const document = await documentOf(records);
      expect(faultsOfAtif(document)).toEqual([]);
      expect(document.steps).toMatchObject([{ step_id: 1, source: "system", message: "" }]);
      expect(hadBack(document)).toEqual(expected(records));
    }
    const { steps } = await documentOf(recordsOf(STARTED, note("kept")));
    expect(steps[0]?.extra?.journal.records?.map(({ type }) => type)).toEqual(["note.added"]);
  });

  it("gives results in parts of text as such", async () => {
    const data = [{ type: "text", text: "found" }];
    const records = recordsOf(STARTED, started("c", "read"), finished("c", { success: true, data }));
    const document = await documentOf(records);
    expect(faultsOfAtif(document)).toEqual([]);
    expect(document.steps[0]?.observation?.results).toMatchObject([{ content: data }]);
    expect(hadBack(document)).toEqual(expected(records));
  });

  it("lets a step go that waits too long for a result, and gives the result where it comes", async () => {
    const long = "x".repeat(200_000);
    const records = recordsOf(
      STARTED,
      message("assistant", "I ask."),
      started("slow", "wait"),
      ...Array.from({ length: 12 }, () => message("user", long)),
      finished("slow", { success: true, data: "at last" }),
    );
    const document = await documentOf(records);
    expect(faultsOfAtif(document)).toEqual([]);
    expect(document.steps[0]?.observation).toBeUndefined();
    expect(document.steps.at(-1)?.observation?.results).toMatchObject([
      { content: "at last", extra: { journal: { call_id: "slow", call_seq: 3 } } },
    ]);
    expect(hadBack(document)).toEqual(expected(records));
  });

  it("shows the calls of a journal that holds only messages", async () => {
    const asked = { toolCalls: [{ id: "a", function: { name: "read", arguments: '{"path":"x"}' } }] };
    const records = recordsOf(
      STARTED,
      message("assistant", "I look.", asked),
      message("tool", "found", { toolCallId: "a" }),
    );
    const document = await documentOf(records);
    expect(document.steps[0]?.tool_calls).toEqual([
      { tool_call_id: "a", function_name: "read", arguments: { path: "x" } },
    ]);
    expect(document.steps[1]).toMatchObject({ source: "system", message: "found" });
    expect(hadBack(document)).toEqual(expected(records));
  });

  it("gives back conversation, calls, results and tokens", async () => {
    expect(hadBack(await documentOf(WHOLE_RUN))).toEqual(expected(WHOLE_RUN));
    await fc.assert(
      fc.asyncProperty(arbitraryRecords, async (records) => {
        if (records.length === 0) return;
        const document = await documentOf(records);
        expect(faultsOfAtif(document)).toEqual([]);
        const { messages, calls } = hadBack(document);
        const state = JSON.parse(JSON.stringify(expected(records))) as ReturnType<typeof expected>;
        expect(messages).toEqual(state.messages);
        expect(calls).toEqual(state.calls);
      }),
    );
  });

  it("gives back the tokens, in whatever order responses are reported", async () => {
    const count = fc.nat({ max: 50 });
    const report = fc
      .tuple(
        count,
        count,
        fc.record(
          { cacheRead: count, cacheWrite: count, responseId: fc.constantFrom("a", "b", "__proto__") },
          { requiredKeys: [] },
        ),
      )
      .map(([input, output, details]) => usage(input, output, details));
    const event = fc.oneof(
      report,
      fc.constantFrom(message("assistant", "a"), message("user", "u"), message("user", "u")),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(event, { maxLength: 30 }), async (events) => {
        const records = recordsOf(STARTED, ...events);
        expect(hadBack(await documentOf(records))).toEqual(expected(records));
      }),
    );
  });

  it("is JSON of that form whatever the records hold", async () => {
    await fc.assert(
      fc.asyncProperty(hostileRecords, async (records) => {
        if (records.length > 0) expect(faultsOfAtif(await documentOf(records))).toEqual([]);
      }),
    );
    expect(await textOf(exportAtif([]))).toBe("");
  });
});

const REAL = [
  "harbor-atif/terminus2-context-summarization.trajectory.json",
  "harbor-atif/terminus2-context-summarization.trajectory.cont-1.json",
];

describe.skipIf(!REAL.every(haveTranscript))("real ATIF files", () => {
  it.each(REAL)("have the same form as ours: %s", async (name) => {
    const real = readTranscript<Document>(name);
    expect(faultsOfAtif(real)).toEqual([]);
    const records = recordsOf(
      STARTED,
      ...real.steps.flatMap(({ source, message: text, metrics }) => [
        message(source === "agent" ? "assistant" : source, text),
        ...(metrics === undefined ? [] : [usage(metrics.prompt_tokens, metrics.completion_tokens)]),
      ]),
    );
    const { steps } = await documentOf(records);
    const told = (step: Document["steps"][number]) => [
      step.source,
      step.message,
      step.metrics?.prompt_tokens,
    ];
    expect(steps.map(told)).toEqual(real.steps.map(told));
    const fields = new Set(real.steps.flatMap((step) => Object.keys(step)));
    for (const step of steps) for (const field of Object.keys(step)) fields.delete(field);
    expect([...fields].sort()).toEqual(
      ["is_copied_context", "model_name", "observation"].filter((f) => fields.has(f)),
    );
  });
});
