import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { JournalRecord } from "../../src/event/types.js";
import type { FormatOptions } from "../../src/export/options.js";
import { exportOtlp } from "../../src/export/otlp.js";
import { type AttributeValue, type Span, spanIdOf, traceIdOf } from "../../src/export/otlp-span.js";
import { arbitraryRecords, hostileRecords } from "../state/records.js";
import { ended, failure, finished, message, recordsOf, started } from "../support/made-records.js";
import { type Line, throughSchema } from "./otlp-schema.js";
import { STARTED, textOf, WHOLE_RUN } from "./sessions.js";

async function linesOf(records: readonly JournalRecord[], options: FormatOptions = {}): Promise<Line[]> {
  const text = await textOf(exportOtlp(records, options));
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Line);
}

async function spansOf(records: readonly JournalRecord[], options: FormatOptions = {}): Promise<Span[]> {
  const lines = await linesOf(records, options);
  return lines.flatMap(({ resourceSpans }) =>
    resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans)),
  );
}

function attributesOf({ attributes }: Span): { [key: string]: unknown } {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, plain(value)]));
}

function plain(value: AttributeValue): unknown {
  return "intValue" in value ? Number(value.intValue) : Object.values(value)[0];
}

const COMMON = {
  "gen_ai.provider.name": "anthropic",
  "gen_ai.conversation.id": "run-1",
  "gen_ai.agent.id": "run-1",
  "gen_ai.agent.name": "impl",
};
const nano = (time: string) => String(BigInt(Date.parse(time)) * 1_000_000n);

describe("OTLP/JSON", () => {
  it("goes through OpenTelemetry's own schema and comes back the same", async () => {
    for (const options of [{}, { includeContent: true, agentVersion: "1.2" }]) {
      const lines = await linesOf(WHOLE_RUN, options);
      expect(lines.length).toBe(1);
      for (const line of lines) expect(throughSchema(line)).toEqual(line);
    }
    const [line] = await linesOf(WHOLE_RUN);
    expect(throughSchema({ ...line, odd: 1 })).toEqual(line);
  });

  it("makes lines of many spans, none too long for one request", async () => {
    const said = Array.from({ length: 1000 }, () => message("assistant", "I look."));
    const text = await textOf(exportOtlp(recordsOf(STARTED, ...said, ended("success"))));
    const lines = text.trimEnd().split("\n");
    expect(lines.length).toBeGreaterThan(3);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(150_000);
    const spans = await spansOf(recordsOf(STARTED, ...said, ended("success")));
    expect(spans.length).toBe(1001);
    expect(spans.at(-1)?.name).toBe("invoke_agent impl");
  });

  it("has one span for the run, one for each response and one for each call", async () => {
    const spans = await spansOf(WHOLE_RUN);
    expect(spans.map(({ name }) => name)).toEqual([
      "chat claude-opus-4",
      "execute_tool read",
      "execute_tool list",
      "chat claude-opus-4",
      "execute_tool write",
      "execute_tool run",
      "execute_tool wait",
      "invoke_agent impl",
    ]);
    const root = spans.at(-1);
    expect(root?.parentSpanId).toBeUndefined();
    for (const span of spans) {
      expect(span.traceId).toBe(traceIdOf("run-1"));
      if (span !== root) expect(span.parentSpanId).toBe(root?.spanId);
    }
    expect(new Set(spans.map(({ spanId }) => spanId)).size).toBe(spans.length);
    expect(spans.map(({ kind }) => kind)).toEqual([3, 1, 1, 3, 1, 1, 1, 1]);
  });

  it("says of the run how long it was, what it used and how it ended", async () => {
    const root = (await spansOf(WHOLE_RUN)).at(-1) as Span;
    expect(attributesOf(root)).toEqual({
      ...COMMON,
      "gen_ai.operation.name": "invoke_agent",
      "gen_ai.request.model": "claude-opus-4",
      "gen_ai.usage.input_tokens": 1180,
      "gen_ai.usage.output_tokens": 30,
      "gen_ai.usage.cache_read.input_tokens": 1000,
      "gen_ai.usage.cache_creation.input_tokens": 50,
      "gen_ai.usage.reasoning.output_tokens": 5,
      "error.type": "failure",
    });
    // A call says that it began a second before the session; the run holds all its spans.
    expect(root.startTimeUnixNano).toBe(nano("2025-12-08T14:31:00Z"));
    expect(root.endTimeUnixNano).toBe(nano("2025-12-08T14:31:24Z"));
    expect(root.status).toEqual({ code: 2 });
    expect(root.events?.map(({ name }) => name)).toEqual(["exception"]);
    expect(root.links).toEqual([{ traceId: traceIdOf("run-2"), spanId: spanIdOf("run-2", "agent", 1) }]);
  });

  it("says of a response which model gave it, and what it used, cached tokens included", async () => {
    const [chat, , , other] = await spansOf(WHOLE_RUN);
    expect(attributesOf(chat as Span)).toEqual({
      ...COMMON,
      "gen_ai.operation.name": "chat",
      "gen_ai.request.model": "claude-opus-4",
      "gen_ai.response.model": "claude-opus-4",
      "gen_ai.response.id": "r1",
      "gen_ai.usage.input_tokens": 1150,
      "gen_ai.usage.output_tokens": 20,
      "gen_ai.usage.cache_read.input_tokens": 1000,
      "gen_ai.usage.cache_creation.input_tokens": 50,
      "gen_ai.usage.reasoning.output_tokens": 5,
    });
    expect([chat?.startTimeUnixNano, chat?.endTimeUnixNano]).toEqual([
      nano("2025-12-08T14:31:03Z"),
      nano("2025-12-08T14:31:04Z"),
    ]);
    expect(attributesOf(other as Span)["gen_ai.response.model"]).toBe("claude-haiku-4");
  });

  it("says of a call when it ran and what became of it", async () => {
    const calls = (await spansOf(WHOLE_RUN)).filter(({ name }) => name.startsWith("execute_tool"));
    expect(attributesOf(calls[0] as Span)).toEqual({
      ...COMMON,
      "gen_ai.operation.name": "execute_tool",
      "gen_ai.tool.name": "read",
      "gen_ai.tool.type": "function",
      "gen_ai.tool.call.id": "c1",
    });
    expect([calls[0]?.startTimeUnixNano, calls[0]?.endTimeUnixNano, calls[0]?.status]).toEqual([
      nano("2025-12-08T14:31:00Z"),
      nano("2025-12-08T14:31:01.500Z"),
      undefined,
    ]);
    expect(calls.map((span) => attributesOf(span)["error.type"])).toEqual([
      undefined,
      undefined,
      "denied",
      "tool_error",
      "no_result",
    ]);
    expect(calls.map(({ status }) => status)).toEqual([
      undefined,
      undefined,
      { code: 2 },
      { code: 2 },
      { code: 2 },
    ]);
    expect(attributesOf(calls[2] as Span)["choragen.governance.allowed"]).toBe(false);
  });

  it("keeps what was said to itself unless it is asked for it", async () => {
    const secret = "hunter2";
    const records = recordsOf(
      STARTED,
      message("user", secret),
      message("assistant", [
        { type: "thinking", thinking: secret },
        { type: "text", text: secret },
      ]),
      started("c", "read", { secret }, { governanceResult: { allowed: false, reason: secret } }),
      finished("c", { success: false, error: secret, data: secret }),
      failure(secret),
      ended("failure"),
    );
    expect(await textOf(exportOtlp(records))).not.toContain(secret);
    const [chat, call, root] = await spansOf(records, { includeContent: true });
    const said = attributesOf(chat as Span);
    expect(JSON.parse(String(said["gen_ai.input.messages"]))).toEqual([
      { role: "user", parts: [{ type: "text", content: secret }] },
    ]);
    expect(JSON.parse(String(said["gen_ai.output.messages"]))).toEqual([
      {
        role: "assistant",
        parts: [
          { type: "reasoning", content: secret },
          { type: "text", content: secret },
          { type: "tool_call", id: "c", name: "read", arguments: { secret } },
        ],
        finish_reason: "tool_call",
      },
    ]);
    expect(attributesOf(call as Span)).toMatchObject({
      "gen_ai.tool.call.arguments": JSON.stringify({ secret }),
      "gen_ai.tool.call.result": secret,
    });
    expect(call?.status).toEqual({ message: secret, code: 2 });
    expect(JSON.stringify(root?.events)).toContain(secret);
  });

  it("gives each span once, also of calls that end late, never, or lose their id to another", async () => {
    const long = "x".repeat(300_000);
    const records = recordsOf(
      STARTED,
      message("assistant", "I ask."),
      started("late", "one"),
      started("taken", "two"),
      started("never", "three"),
      ...Array.from({ length: 8 }, () => message("user", long)),
      started("taken", "four"),
      finished("taken", { success: true }),
      finished("late", { success: true }),
      ended("success"),
    );
    const calls = (await spansOf(records)).filter(({ name }) => name.startsWith("execute_tool"));
    const told = calls.map((span) => [span.name.slice(13), attributesOf(span)["error.type"]]);
    expect(told.sort()).toEqual([
      ["four", undefined],
      ["one", undefined],
      ["three", "no_result"],
      ["two", "no_result"],
    ]);
  });

  it("has the same ids in every export, and its own for every session", async () => {
    const ids = async (records: readonly JournalRecord[]) =>
      (await spansOf(records)).map(({ spanId }) => spanId);
    expect(await ids(WHOLE_RUN)).toEqual(await ids(WHOLE_RUN));
    const [type, data] = STARTED;
    const other = await ids(recordsOf([type, { ...data, sessionId: "run-9" }], message("assistant", "a")));
    const one = await ids(recordsOf(STARTED, message("assistant", "a")));
    expect(new Set([...one, ...other]).size).toBe(one.length + other.length);
  });

  it("takes times without a zone for UTC, and bears what is no time", async () => {
    const at = (time: string): readonly [string, object] => [
      "message.added",
      { message: { role: "assistant", content: "a" }, at: time },
    ];
    const spans = await spansOf(recordsOf(STARTED, at("2025-12-08T14:31:00.250"), at("yesterday")));
    expect(spans[0]?.endTimeUnixNano).toBe(nano("2025-12-08T14:31:01.000Z"));
    for (const { startTimeUnixNano, endTimeUnixNano } of spans) {
      expect(BigInt(endTimeUnixNano)).toBeGreaterThanOrEqual(BigInt(startTimeUnixNano));
    }
  });

  it("is of the schema whatever the records hold", async () => {
    const check = async (records: JournalRecord[], includeContent: boolean) => {
      for (const line of await linesOf(records, { includeContent }))
        expect(throughSchema(line)).toEqual(line);
    };
    await fc.assert(fc.asyncProperty(arbitraryRecords, fc.boolean(), check));
    await fc.assert(fc.asyncProperty(hostileRecords, fc.boolean(), check));
  });
});
