import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { escapeSeparators } from "../../src/event/separators.js";
import type { JournalRecord } from "../../src/event/types.js";
import { upcast } from "../../src/event/upcast.js";
import {
  beginsAs,
  decodeLine,
  encodeSeal,
  encodeUnsealed,
  sealedHash,
  sealedMark,
} from "../../src/journal/line.js";
import { judge } from "../../src/journal/verdict.js";
import { deepFreeze } from "../../src/state/freeze.js";
import { reduce } from "../../src/state/reduce.js";
import { copyState, initialState } from "../../src/state/state.js";
import { summarize } from "../../src/state/summarize.js";
import { initialTally, tallyRecord, tallySummary } from "../../src/state/tally.js";
import { journalOf, linesOf } from "../support/journal-bytes.js";
import { edited, edits, traps } from "./edits.js";
import { expectPrototypesUntouched, PATIENCE_MS, rounds } from "./harmless.js";

afterEach(expectPrototypesUntouched);

const line = (linesOf(journalOf("a text"))[1] as Buffer).subarray(0, -1);

/** Takes a line apart in every way; what is made of it is a record whole, or a reason in words. */
function takeApart(bytes: Buffer): JournalRecord | string {
  const hash = sealedHash(bytes, 0, bytes.length);
  expect(hash === null || /^[\w-]{43}$/.test(hash)).toBe(true);
  const mark = sealedMark(bytes, 0, bytes.length);
  expect(mark >= 0 && Number.isInteger(mark)).toBe(true);
  const record = decodeLine(bytes);
  if (typeof record === "string") {
    expect(record).toMatch(
      /^it (is not UTF-8|is not JSON|lacks the form of a record|has more than one seq)$/,
    );
    return record;
  }
  expect(record).toMatchObject({
    seq: expect.any(Number),
    type: expect.any(String),
    data: expect.any(Object),
  });
  // There is no record 0, however it is written.
  expect(bytes.toString().startsWith('{"seq":')).toBe(
    record.seq === 0 ||
      beginsAs(record.seq, bytes, 0) ||
      /^\{"seq":[^,]*,(?!"time":")/.test(bytes.toString()),
  );
  return record;
}

describe("a line of any bytes", () => {
  it(
    "is a record, or is told what it is not",
    () => {
      fc.assert(
        fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => void takeApart(Buffer.from(bytes))),
        rounds(2000),
      );
      fc.assert(
        fc.property(edits, (changes) => void takeApart(edited(line, changes))),
        rounds(3000),
      );
    },
    PATIENCE_MS,
  );

  it(
    "is what was put together, whatever was put into it",
    () => {
      fc.assert(
        fc.property(
          fc.anything({ maxDepth: 4 }),
          fc.constantFrom(...traps),
          fc.nat(),
          (value, text, durable) => {
            const data = escapeSeparators(JSON.stringify({ value: JSON.stringify(value) ?? null, text }));
            const parts = { seq: durable + 1, time: "t", type: `x-${text}`, data, id: "i", durable };
            const bytes = Buffer.from(encodeUnsealed(parts) + encodeSeal("h".repeat(43))).subarray(0, -1);
            expect(sealedMark(bytes, 0, bytes.length)).toBe(durable);
            expect(takeApart(bytes)).toMatchObject({
              seq: durable + 1,
              type: parts.type,
              data: JSON.parse(data),
            });
            expect(bytes.includes("\n") || bytes.includes("\u2028")).toBe(false);
          },
        ),
        rounds(1000),
      );
    },
    PATIENCE_MS,
  );

  it("nested 100,000 deep is a record like any other", () => {
    const deep = `${"[".repeat(100_000)}${"]".repeat(100_000)}`;
    const parts = { seq: 1, time: "t", type: "x-a", data: `{"deep":${deep}}`, id: "i", durable: 0 };
    const record = takeApart(Buffer.from(encodeUnsealed(parts) + encodeSeal("h".repeat(43))).subarray(0, -1));
    expect(typeof record).toBe("object");
    const replay = reduce(initialState(), record as JournalRecord);
    expect(() => deepFreeze([record, replay])).not.toThrow();
  });

  it("with two members of one name is one record to every reader", () => {
    const parts = { seq: 2, time: "t", type: "x-a", data: "{}", id: "i", durable: 0 };
    const sealed = (extra: string) =>
      Buffer.from(`${encodeUnsealed(parts)}${extra},"hash":"${"h".repeat(43)}"}`);
    expect(decodeLine(sealed(',"seq":7'))).toBe("it has more than one seq");
    expect(decodeLine(sealed(',"seq":2'))).toMatchObject({ seq: 2 });
    // As every JSON reader has it, the last one counts.
    expect(decodeLine(sealed(',"type":"x-b"'))).toMatchObject({ seq: 2, type: "x-b" });
  });
});

describe("a verdict", () => {
  it("there is one for all that can be found, and it is sound only where nothing was found", () => {
    const count = fc.oneof(fc.nat({ max: 3 }), fc.constant(Number.MAX_SAFE_INTEGER));
    const facts = fc.record({
      soundRecords: count,
      mark: count,
      writerActive: fc.boolean(),
      break: fc.option(fc.record({ terminated: fc.boolean(), holdsNul: fc.boolean() })),
    });
    fc.assert(
      fc.property(facts, (found) => {
        const verdict = judge(found);
        expect(["sound", "growing", "torn", "corrupt", "empty"]).toContain(verdict);
        if (verdict === "sound") expect(found.break).toBeNull();
        if (found.mark > found.soundRecords && !found.writerActive) expect(verdict).toBe("corrupt");
      }),
      rounds(2000),
    );
  });
});

const TYPES = [
  ...["session.started", "message.added", "tool_call.started", "tool_call.finished", "token_usage.updated"],
  ...["turn.completed", "status.changed", "child_session.linked", "error.recorded", "note.added"],
  ...["session.ended", "journal.repaired", "__proto__", "constructor", "x-any"],
];
const NAMES =
  "callId name params timestamp result success error governanceResult allowed input output responseId message role index status kind data sessionId recoverable outcome at __proto__ constructor";
const value = fc.oneof(
  fc.anything({
    maxDepth: 2,
    withNullPrototype: true,
    withBigInt: true,
    withDate: true,
    withSparseArray: true,
  }),
  fc.constantFrom<unknown>(
    "__proto__",
    "constructor",
    2 ** 53,
    Number.POSITIVE_INFINITY,
    Number.NaN,
    -0,
    true,
  ),
);
/** Not only what JSON can hold: who folds records need not have them from a file. */
const record = fc.record({
  seq: fc.anything(),
  time: fc.anything(),
  id: fc.constantFrom("a", "__proto__"),
  hash: fc.constant(""),
  type: fc.constantFrom(...TYPES),
  data: fc.oneof(fc.dictionary(fc.constantFrom(...NAMES.split(" ")), value), fc.anything()),
});

describe("records of any form at all", () => {
  it(
    "fold into a state that can be shown, copied, counted and folded on",
    () => {
      fc.assert(
        fc.property(fc.array(record, { maxLength: 6 }), (records) => {
          const given = records.map((each) => upcast(each as unknown as JournalRecord, 1));
          const replay = given.reduce(reduce, initialState());
          const tally = given.reduce(tallyRecord, initialTally());
          expect(tallySummary(tally)).toEqual(summarize(replay));
          expect(copyState(replay)).toEqual(replay);
          deepFreeze(replay.state.tokenUsage);
          given.reduce(reduce, replay);
        }),
        rounds(600),
      );
    },
    PATIENCE_MS,
  );
});
