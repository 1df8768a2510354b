import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MemoryFiles } from "../../src/files/testing.js";
import { importTranscript } from "../../src/import/entry.js";
import { FORMATS } from "../../src/import/formats.js";
import { Session, verifyJournal } from "../../src/index.js";
import { importInto } from "./import-into.js";

/** Names that the importers look for, so that what is made up comes near to what they expect. */
const words = [
  ..."type role content message messages uuid sessionId timestamp toolCalls tool_calls id name arguments".split(
    " ",
  ),
  ..."input usage tokens payload info last_token_usage total_token_usage steps trajectory history observation".split(
    " ",
  ),
  ..."samples eval status simulations traj task_id kind source key value data seq time hash isSidechain".split(
    " ",
  ),
  ..."__proto__ constructor toString hasOwnProperty model model_usage events metrics parent_thread_id".split(
    " ",
  ),
];
const values = [
  ..."user assistant tool system message session response_item event_msg token_count function_call".split(
    " ",
  ),
  ..."function_call_output toolResult tool_use tool_result ActionEvent ObservationEvent session.started".split(
    " ",
  ),
  ..."tool_call.started tool_call.finished token_usage.updated session.ended turn.completed".split(" "),
];

const { json } = fc.letrec<{ json: unknown; object: unknown }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    fc.constantFrom<unknown>(null, true, -1, 0, 1.5, Number.MAX_VALUE, "", ...values),
    fc.string(),
    fc.array(tie("json"), { maxLength: 4 }),
    tie("object"),
  ),
  object: fc.array(fc.tuple(fc.constantFrom(...words), tie("json")), { maxLength: 8 }).map(objectOf),
}));

/** `__proto__` is a member like any other in JSON. */
function objectOf(entries: [string, unknown][]): object {
  return JSON.parse(
    `{${entries.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`).join(",")}}`,
  );
}

describe("any JSON at all", () => {
  it.each(FORMATS.map(({ name }) => name))("is taken by the importer of %s without harm", async (format) => {
    await fc.assert(
      fc.asyncProperty(fc.array(json, { minLength: 1, maxLength: 6 }), async (records) => {
        const files = new MemoryFiles();
        const where = { sessionsDir: "/sessions", files };
        const isLines = FORMATS.find(({ name }) => name === format)?.layout === "lines";
        const text = isLines
          ? records.map((record) => JSON.stringify(record)).join("\n")
          : JSON.stringify(records[0]);
        const report = await importTranscript(Buffer.from(text), { ...where, format });
        for (const { id, messages, toolCalls } of report.sessions) {
          const { verdict, problems } = await verifyJournal(`/sessions/${id}.ndjson`, { files });
          expect([verdict, problems]).toEqual(["sound", []]);
          const session = await Session.load(id, where);
          expect([session?.messageCount, session?.toolCallCount]).toEqual([messages, toolCalls]);
        }
        expect(({} as { x?: unknown }).x).toBeUndefined();
      }),
      { numRuns: 60 },
    );
  });
});

const said = (content: string) =>
  `{"type":"user","uuid":"u","sessionId":"s","timestamp":"t","message":{"role":"user","content":${content}}}\n`;

describe("a hostile source", () => {
  it("cannot reach a prototype", async () => {
    const { report } = await importInto(
      Buffer.from(said('{"__proto__":{"polluted":true},"constructor":{"prototype":1}}')),
    );
    expect(report.totals.messages).toBe(1);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  it("may nest as deep as it likes", async () => {
    const deep = "[".repeat(50_000) + "]".repeat(50_000);
    const { report, states } = await importInto(Buffer.from(said(deep) + said('"after"')));
    expect(report.totals.messages).toBe(2);
    expect(states[0]?.messages[1]?.content).toBe("after");
  });

  it("may have numbers that are none", async () => {
    const usage = '{"input_tokens":1e400,"output_tokens":-5,"cache_read_input_tokens":1.5}';
    const line = `{"type":"assistant","uuid":"u","sessionId":"s","message":{"id":"m","role":"assistant","content":[1e400],"usage":${usage}}}`;
    const { report, states } = await importInto(Buffer.from(line));
    expect(report.totals.tokens).toEqual({ input: 0, output: 0, total: 0 });
    expect(states[0]?.messages[0]?.content).toEqual(["Infinity"]);
  });

  it("may have lines of megabytes, lone surrogates, NULs and U+2028", async () => {
    const content = JSON.stringify(`${"x".repeat(5_000_000)}\ud800\u2028\u0000`);
    const { states } = await importInto(Buffer.from(said(content)));
    expect(String(states[0]?.messages[0]?.content).length).toBe(5_000_003);
  });

  it("cannot name a file: ids are made, not taken", async () => {
    const line = '{"type":"session","id":"../../etc/passwd","timestamp":"2026-01-01T00:00:00Z"}';
    const { report } = await importInto(Buffer.from(line));
    expect(report.sessions[0]?.id).toMatch(/^session-20260101-000000-[0-9a-f]{12}$/);
  });
});
