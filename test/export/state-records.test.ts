import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { exportSession, recordsOfState } from "../../src/export/entry.js";
import { arbitraryRecords, fold } from "../state/records.js";
import { finished, message, recordsOf, started } from "../support/made-records.js";
import { STARTED, textOf, WHOLE_RUN } from "./sessions.js";

const typesOf = (records: Parameters<typeof fold>[0]) => [...records].map(({ type }) => type.split(".")[0]);

describe("the records of a state", () => {
  it("make that state again, as far as it tells of the run", async () => {
    const check = (records: Parameters<typeof fold>[0]) => {
      const { state } = fold(records);
      const again = fold([...recordsOfState(state)]).state;
      const { messages, tokenUsage, childSessionIds, outcome, metadata } = state;
      expect(again).toMatchObject({ messages, tokenUsage, childSessionIds, outcome });
      expect(again.metadata).toEqual(metadata);
      const told = ({ name, params, result, timestamp }: (typeof state.toolCalls)[number]) =>
        JSON.stringify([timestamp, name, params, result]);
      expect(again.toolCalls.map(told).sort()).toEqual(state.toolCalls.map(told).sort());
    };
    check(WHOLE_RUN);
    await fc.assert(
      fc.property(arbitraryRecords, (records) => {
        // Sums beyond what is exact are no counts that a record may hold.
        const { input, output, ...details } = fold(records).state.tokenUsage;
        fc.pre(
          records.length > 0 &&
            [input, output, ...Object.values(details)].every((sum) => sum <= Number.MAX_SAFE_INTEGER),
        );
        check(records);
      }),
    );
  });

  it("put calls where ids tell that they belong", () => {
    const asks = { toolCalls: [{ id: "a", name: "read", arguments: {} }] };
    const { state } = fold(
      recordsOf(
        STARTED,
        started("free", "wait"),
        started("b", "list"),
        finished("b", { success: true }),
        started("a", "read"),
        finished("a", { success: true }),
        message("assistant", "I look.", asks),
        message("tool", "listed", { toolCallId: "b" }),
        message("assistant", "Done."),
      ),
    );
    const records = [...recordsOfState(state)];
    const calls = records.filter(({ type }) => type === "tool_call.started");
    expect(calls.map(({ data }) => (data as { callId: string }).callId)).toEqual(["a", "b", "free"]);
    expect(typesOf(records)).toEqual(
      "session message tool_call tool_call tool_call tool_call message message tool_call token_usage".split(
        " ",
      ),
    );
  });

  it("have no times but those of the calls", async () => {
    const { state } = fold(WHOLE_RUN);
    const text = await textOf(exportSession(recordsOfState(state), "markdown"));
    expect(text).toContain("\n## user\n");
    expect(text).toContain("- Outcome: failure\n");
  });
});
