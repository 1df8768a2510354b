/** A session, exported and imported again, is the same: its conversation, calls, results and tokens. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { exportSession } from "../../src/export/entry.js";
import { MemoryFiles } from "../../src/files/testing.js";
import { importTranscript } from "../../src/import/entry.js";
import { readJournal, Session, type SessionState, verifyJournal } from "../../src/index.js";

type Life = (session: Session) => Promise<void>;

const text = fc.string({ maxLength: 12 });
const name = fc.string({ minLength: 1, maxLength: 8 });
const count = fc.nat({ max: 100_000 });
const amount = fc.double({ min: 0, max: 10, noNaN: true });
const json = fc.jsonValue({ maxDepth: 2 });
const anyObject = fc.dictionary(fc.oneof(name, fc.constant("__proto__")), json, { maxKeys: 3 });
const parts = fc.array(fc.record({ type: fc.constant("text"), text }), { maxLength: 2 });

const message = fc.record(
  {
    role: fc.oneof(fc.constantFrom("user", "assistant", "system", "tool", "developer", "toolResult"), name),
    content: fc.oneof(text, parts, json),
    name,
    toolCallId: fc.constantFrom("a", "b"),
    model: name,
    reasoning_content: text,
    toolCalls: fc.constant([{ id: "a", function: { name: "f", arguments: '{"x":1}' } }]),
  },
  { requiredKeys: ["role", "content"] },
);
const result = fc.record(
  { success: fc.boolean(), data: fc.oneof(text, parts, json), error: text, took: json },
  { requiredKeys: ["success"] },
);
const call = fc.record(
  {
    name,
    params: anyObject,
    governanceResult: fc.oneof(
      fc.constant({ allowed: true }),
      fc.record({ allowed: fc.boolean(), reason: text }),
    ),
    callId: fc.constantFrom("a", "b", "__proto__"),
  },
  { requiredKeys: ["name", "params", "governanceResult"] },
);
const usage = fc.record(
  { cacheRead: count, cacheWrite: count, reasoning: count, costUsd: amount, responseId: name, model: name },
  { requiredKeys: [] },
);

/** What a runtime may do. Calls of one id follow each other; several are open at once, and some stay so. */
const deed: fc.Arbitrary<Life> = fc.oneof(
  {
    weight: 4,
    arbitrary: message.map(
      (said): Life =>
        async (session) =>
          void session.addMessage(said),
    ),
  },
  {
    weight: 4,
    arbitrary: fc
      .array(fc.tuple(call, fc.option(result), fc.option(amount, { nil: undefined })), {
        minLength: 1,
        maxLength: 3,
      })
      .map(
        (calls): Life =>
          async (session) => {
            const open = calls.flatMap(([started, given, durationMs]) => {
              const isTaken = session.toolCalls.some(
                (known) =>
                  known.result === null && known.callId !== undefined && known.callId === started.callId,
              );
              return isTaken ? [] : [{ handle: session.startToolCall(started), given, durationMs }];
            });
            for (const { handle, given, durationMs } of open.reverse()) {
              if (given !== null)
                await handle.finish(given, durationMs === undefined ? undefined : { durationMs });
            }
          },
      ),
  },
  {
    weight: 3,
    arbitrary: fc.tuple(count, count, usage).map(
      ([input, output, details]): Life =>
        async (session) => {
          session.updateTokenUsage(input, output, details);
        },
    ),
  },
  fc.constant<Life>(async (session) => await session.completeTurn()),
  fc.tuple(name, json).map(
    ([kind, data]): Life =>
      async (session) =>
        void session.addNote(kind, data),
  ),
  text.map(
    (said): Life =>
      async (session) =>
        void session.recordError(new Error(said)),
  ),
  fc.constantFrom("paused" as const, "running" as const).map(
    (status): Life =>
      async (session) =>
        await session.setStatus(status),
  ),
  fc.constantFrom("child-1", "child-2").map(
    (id): Life =>
      async (session) =>
        await session.addChildSession(id),
  ),
  json.map(
    (data): Life =>
      async (session) =>
        void session.append({ type: "x-mine", data: { data } }),
  ),
);

const life = fc.record({
  config: fc.record(
    {
      role: name,
      model: name,
      chainId: fc.option(text),
      taskId: fc.option(text),
      parentSessionId: fc.constant("parent-1"),
      metadata: anyObject.map((given) => ({ ...given, own: true })),
    },
    { requiredKeys: ["role", "model", "metadata"] },
  ),
  deeds: fc.array(deed, { maxLength: 25 }),
  outcome: fc.constantFrom("success" as const, "failure" as const, "interrupted" as const, null),
});

async function live(
  files: MemoryFiles,
  {
    config,
    deeds,
    outcome,
  }: {
    config: Pick<Session, "role" | "model">;
    deeds: Life[];
    outcome: null | "success" | "failure" | "interrupted";
  },
): Promise<SessionState> {
  const session = new Session({
    ...config,
    sessionId: "lived",
    sessionsDir: "/lived",
    files,
    autosave: false,
  });
  for (const deed of deeds) await deed(session);
  if (outcome === null) await session.close();
  else await session.end(outcome);
  return session.toJSON();
}

/** Exported from one folder, imported into another. */
async function carried(files: MemoryFiles, format: "atif" | "ndjson"): Promise<SessionState> {
  let told = "";
  for await (const piece of exportSession(readJournal("/lived/lived.ndjson", { files }), format))
    told += piece;
  const report = await importTranscript(Buffer.from(told), { sessionsDir: "/carried", files });
  expect([report.unreadable, report.totals.unpairedResults]).toEqual([[], 0]);
  expect(report.sessions.map(({ id, status }) => [id, status])).toEqual([["lived", "imported"]]);
  const { verdict, problems } = await verifyJournal("/carried/lived.ndjson", { files });
  expect([verdict, problems]).toEqual(["sound", []]);
  const again = await importTranscript(Buffer.from(told), { sessionsDir: "/carried", files });
  expect(again.sessions[0]?.status).toBe("already-imported");
  const session = await Session.load("lived", { sessionsDir: "/carried", files });
  if (session === null) throw new Error("it is not there");
  return session.toJSON();
}

/** The import says of itself that it is one. */
function withoutImport({ metadata, ...state }: SessionState): object {
  const { import: about, ...given } = metadata as { import?: unknown };
  return { ...state, metadata: given };
}

describe("a session that is exported and imported", () => {
  it("as NDJSON is the same in everything", async () => {
    await fc.assert(
      fc.asyncProperty(life, async (lived) => {
        const files = new MemoryFiles();
        const before = await live(files, lived);
        expect(withoutImport(await carried(files, "ndjson"))).toEqual(withoutImport(before));
      }),
      { numRuns: 120 },
    );
  }, 120_000);

  it("as ATIF has the same conversation, calls, results and tokens, and what else the journal said", async () => {
    await fc.assert(
      fc.asyncProperty(life, async (lived) => {
        const files = new MemoryFiles();
        const before = await live(files, lived);
        expect(withoutImport(await carried(files, "atif"))).toEqual(withoutImport(before));
      }),
      { numRuns: 120 },
    );
  }, 120_000);

  it("as ATIF has results that came long after their calls", async () => {
    const files = new MemoryFiles();
    const before = await live(files, {
      config: { role: "impl", model: "m", metadata: {} } as never,
      deeds: [
        async (session) => {
          const slow = session.startToolCall({
            name: "slow",
            params: { a: 1 },
            governanceResult: { allowed: true },
            callId: "c",
          });
          for (let index = 0; index < 20; index++) {
            session.addMessage({ role: "user", content: `${index} ${"x".repeat(50_000)}` });
          }
          await slow.finish({ success: false, error: "too late", data: [1] }, { durationMs: 5 });
        },
      ],
      outcome: "failure",
    });
    expect(withoutImport(await carried(files, "atif"))).toEqual(withoutImport(before));
  });

  it("as ATIF, cut off, gives what stands before the cut, and says so", async () => {
    const files = new MemoryFiles();
    await live(files, {
      config: { role: "impl", model: "m" },
      deeds: [async (session) => void session.addMessage({ role: "user", content: "one" })],
      outcome: "success",
    });
    let told = "";
    for await (const piece of exportSession(readJournal("/lived/lived.ndjson", { files }), "atif"))
      told += piece;
    const cut = Buffer.from(told.slice(0, told.indexOf('"final_metrics"')));
    const report = await importTranscript(cut, { sessionsDir: "/carried", files });
    expect([report.totals.messages, report.unreadableCount]).toEqual([1, 1]);
  });

  it("as NDJSON tells of the records that are missing", async () => {
    const files = new MemoryFiles();
    await live(files, {
      config: { role: "impl", model: "m" },
      deeds: ["one", "two", "three"].map((content) => async (session) => {
        session.addMessage({ role: "user", content });
      }),
      outcome: null,
    });
    let told = "";
    for await (const piece of exportSession(readJournal("/lived/lived.ndjson", { files }), "ndjson"))
      told += piece;
    const lines = told.split("\n");
    lines.splice(2, 1);
    const report = await importTranscript(Buffer.from(lines.join("\n")), { sessionsDir: "/carried", files });
    expect(report.unreadable).toEqual([{ line: 3, reason: "its seq is 4, where 3 comes next" }]);
    expect(report.totals.messages).toBe(2);
  });
});
