import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { JournalRecord } from "../../src/event/types.js";
import { exportOpenai } from "../../src/export/openai.js";
import { arbitraryRecords } from "../state/records.js";
import { finished, message, recordsOf, started } from "../support/made-records.js";
import { STARTED, textOf, WHOLE_RUN } from "./sessions.js";

interface ChatMessage {
  role: string;
  content: unknown;
  tool_calls?: { id: string; type: string; function: { name: string; arguments: string } }[];
  tool_call_id?: string;
}

async function messagesOf(records: readonly JournalRecord[]): Promise<ChatMessage[]> {
  const text = await textOf(exportOpenai(records));
  expect(text.split("\n").length).toBe(2);
  return (JSON.parse(text) as { messages: ChatMessage[] }).messages;
}

/** What the form forbids. */
function faultsOf(messages: readonly ChatMessage[]): string[] {
  const faults: string[] = [];
  let open: string[] = [];
  for (const { role, content, tool_calls = [], tool_call_id } of messages) {
    if (!["system", "developer", "user", "assistant", "tool"].includes(role)) faults.push(`role ${role}`);
    if (content === null && tool_calls.length === 0) faults.push("nothing is said");
    if (role === "tool") {
      if (!open.includes(tool_call_id ?? "")) faults.push(`nobody asked for ${tool_call_id}`);
      open = open.filter((id) => id !== tool_call_id);
    } else {
      if (open.length > 0) faults.push(`${open} is not answered`);
      open = tool_calls.map(({ id }) => id);
      for (const call of tool_calls) JSON.parse(call.function.arguments);
    }
  }
  return open.length > 0 ? [...faults, `${open} is not answered`] : faults;
}

describe("OpenAI chat messages", () => {
  it("are the conversation, each call answered right behind it, and once", async () => {
    const messages = await messagesOf(WHOLE_RUN);
    expect(faultsOf(messages)).toEqual([]);
    const call = (id: string, name: string, args: object) => ({
      id,
      type: "function",
      function: { name, arguments: JSON.stringify(args) },
    });
    expect(messages).toEqual([
      { role: "system", content: "You mend programs." },
      { role: "user", content: "Mend it." },
      {
        role: "assistant",
        content: "I look.",
        tool_calls: [call("c1", "read", { path: "a.ts" }), call("c2", "list", { path: "." })],
      },
      { role: "tool", tool_call_id: "c1", content: "found" },
      { role: "tool", tool_call_id: "c2", content: '["a.ts","b.ts"]' },
      { role: "user", content: "Go on." },
      {
        role: "assistant",
        content: "I write.",
        tool_calls: [
          call("c3", "write", { path: "/etc" }),
          call("c4", "run", { command: "make" }),
          call("c5", "wait", {}),
        ],
      },
      { role: "tool", tool_call_id: "c3", content: "denied" },
      { role: "tool", tool_call_id: "c4", content: 'exit 1\n{"code":1}' },
      { role: "tool", tool_call_id: "c5", content: "No result was recorded." },
    ]);
  });

  it("are made of messages alone where no calls were recorded", async () => {
    const asked = {
      toolCalls: [
        { id: "a", function: { name: "read", arguments: "{}" } },
        { id: "b", name: "list", arguments: { path: "." } },
      ],
    };
    const messages = await messagesOf(
      recordsOf(
        STARTED,
        message("assistant", "I look.", asked),
        message("tool", "found", { toolCallId: "a" }),
        message("user", "Well?"),
        message("toolResult", "stray", { toolCallId: "z" }),
      ),
    );
    expect(faultsOf(messages)).toEqual([]);
    expect(messages.slice(1)).toEqual([
      { role: "tool", tool_call_id: "a", content: "found" },
      { role: "tool", tool_call_id: "b", content: "No result was recorded." },
      { role: "user", content: "Well?" },
      { role: "user", content: "stray" },
    ]);
  });

  it("keep parts that the form has as well, and names", async () => {
    const parts = [
      { type: "text", text: "See" },
      { type: "image_url", image_url: { url: "data:," } },
    ];
    const messages = await messagesOf(recordsOf(STARTED, message("user", parts, { name: "ann" })));
    expect(messages).toEqual([{ role: "user", content: parts, name: "ann" }]);
  });

  it("tell of a result that came when its place was gone", async () => {
    const long = "x".repeat(300_000);
    const messages = await messagesOf(
      recordsOf(
        STARTED,
        started("slow", "wait"),
        ...Array.from({ length: 8 }, () => message("user", long)),
        finished("slow", { success: true, data: "at last" }),
      ),
    );
    expect(faultsOf(messages)).toEqual([]);
    expect(messages.at(-1)).toEqual({ role: "system", content: "Result of call slow (wait): at last" });
  });

  it("keep the rules of the form whatever was recorded", async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryRecords, async (records) => {
        if (records.length > 0) expect(faultsOf(await messagesOf(records))).toEqual([]);
      }),
    );
  });
});
