import fc from "fast-check";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import type { JournalRecord } from "../../src/event/types.js";
import { MemoryFiles } from "../../src/files/testing.js";
import { followJournal } from "../../src/journal/follow.js";
import { readJournal } from "../../src/journal/read.js";
import { repairJournal } from "../../src/journal/repair.js";
import { readSoundPart } from "../../src/journal/sound-part.js";
import { verifyJournal } from "../../src/journal/verify.js";
import { Session } from "../../src/session.js";
import { reduce } from "../../src/state/reduce.js";
import { initialState } from "../../src/state/state.js";
import { findSessions } from "../../src/store/find.js";
import { listSessions } from "../../src/store/list.js";
import { ID, sealLines, unsealed, unsealedStart } from "../support/journal-bytes.js";
import { toArray, toArrayUntilError } from "../support/outcomes.js";
import { DIRECTORY, JOURNAL, memorySession, recordEveryKind, SNAPSHOT, where } from "../support/runs.js";
import { edited, edits, traps } from "./edits.js";
import { expectPrototypesUntouched, outcomeOf, PATIENCE_MS, rounds } from "./harmless.js";

afterEach(expectPrototypesUntouched);

const IN_ORDER = (records: readonly JournalRecord[]) => records.every(({ seq }, index) => seq === index + 1);

/** Looks at a journal in every way there is; none of them may change a byte, or find something else than the others. */
async function lookAt(files: MemoryFiles): Promise<void> {
  const bytes = Buffer.from(files.readFile(JOURNAL));
  const verified = await outcomeOf(() => verifyJournal(JOURNAL, { files }));
  const { given, error } = await toArrayUntilError(readJournal(JOURNAL, { files }));
  expect(IN_ORDER(given)).toBe(true);
  const sound = readSoundPart(JOURNAL, { files });
  const part = await outcomeOf(() => toArray(sound));
  const loaded = await outcomeOf(() => Session.load(ID, where(files)));

  if (verified.error !== undefined) {
    expect([error?.code, part.error?.code, loaded.error?.code]).toEqual(Array(3).fill(verified.error.code));
  } else {
    const { verdict, records, break: found } = verified.value;
    expect(part.value).toEqual(given);
    // Reading alone does not ask the snapshot: what that contradicts is sound to it.
    expect(given.length).toBeGreaterThanOrEqual(records);
    expect(loaded.error?.code).toBe(verdict === "corrupt" ? "CORRUPT_JOURNAL" : undefined);
    if (verdict === "corrupt")
      expect(loaded.error).toMatchObject({ line: found?.line, byteOffset: found?.byteOffset });
    if (loaded.value === null) expect(verdict).toBe("empty");
    if (loaded.value) {
      const { state } = given.reduce(reduce, initialState());
      expect(JSON.stringify(loaded.value.toJSON())).toBe(JSON.stringify(state));
      expect(loaded.value.health.torn !== undefined).toBe(verdict === "torn");
    }
  }
  for await (const { id, lifecycle } of listSessions(where(files))) {
    expect([id, lifecycle]).toEqual([ID, expect.stringMatching(/^(ended|interrupted|unreadable)$/)]);
  }
  expect(findSessions("latest", where(files)).map(({ id }) => id)).toEqual([ID]);
  expect(Buffer.from(files.readFile(JOURNAL)).equals(bytes)).toBe(true);
  expect(files.list(DIRECTORY).filter((name) => !name.startsWith(ID))).toEqual([]);
  expect(files.openDescriptors).toBe(0);
}

/** What a follower gives is what a reader gives. */
async function follow(files: MemoryFiles): Promise<void> {
  const ended = new AbortController();
  setTimeout(() => ended.abort(), 4);
  const followed = await toArrayUntilError(followJournal(JOURNAL, { files, signal: ended.signal }));
  const { given } = await toArrayUntilError(readJournal(JOURNAL, { files }));
  expect(followed.given.map(({ record }) => record)).toEqual(given.slice(0, followed.given.length));
  expect(files.openDescriptors).toBe(0);
}

/** Goes on with what can be gone on with, or mends what cannot; the records that were sound are there before and after. */
async function goOnWith(files: MemoryFiles): Promise<void> {
  const before = (await toArrayUntilError(readJournal(JOURNAL, { files }))).given;
  const session = (await outcomeOf(() => Session.open(ID, where(files)))).value;
  if (session) {
    expect(
      (await outcomeOf(() => session.addMessage({ role: "user", content: "on" }))).error,
    ).toBeUndefined();
    await outcomeOf(() => session.completeTurn());
    expect((await outcomeOf(() => session.end("success"))).error).toBeUndefined();
  } else {
    const repaired = await outcomeOf(() => repairJournal(JOURNAL, { files }));
    if (repaired.value !== undefined) expect(["sound", "empty"]).toContain(repaired.value.after.verdict);
  }
  expect(files.openDescriptors).toBe(0);
  const after = await toArrayUntilError(readJournal(JOURNAL, { files }));
  const kept = after.given.slice(0, before.length).map(({ hash }) => hash);
  // A journal whose damage a snapshot alone knows of is mended from further up.
  if (!files.list(DIRECTORY).includes(`${ID}.json`)) expect(kept).toEqual(before.map(({ hash }) => hash));
}

describe("a journal in which anything at all was changed", () => {
  let journal: Uint8Array;
  let snapshot: Uint8Array;

  beforeAll(async () => {
    const { session, files } = memorySession();
    await recordEveryKind(session);
    await session.save();
    session.addNote("behind the snapshot", [1, 2, 3]);
    await session.close();
    journal = files.readFile(JOURNAL);
    snapshot = files.readFile(SNAPSHOT);
  });

  it(
    "is read, followed, listed, gone on with or mended, or refused with a documented error",
    async () => {
      await fc.assert(
        fc.asyncProperty(edits, fc.boolean(), async (changes, hasSnapshot) => {
          const files = new MemoryFiles();
          files.writeFile(JOURNAL, edited(journal, changes));
          if (hasSnapshot) files.writeFile(SNAPSHOT, snapshot);
          if (!hasSnapshot) await lookAt(files);
          await goOnWith(files);
        }),
        rounds(120),
      );
    },
    PATIENCE_MS,
  );

  it(
    "never has a follower give what is not there, or less than a reader, in another order",
    async () => {
      await fc.assert(
        fc.asyncProperty(edits, async (changes) => {
          const files = new MemoryFiles();
          files.writeFile(JOURNAL, edited(journal, changes));
          await follow(files);
        }),
        rounds(40),
      );
    },
    PATIENCE_MS,
  );

  it(
    "may be any bytes",
    async () => {
      await fc.assert(
        fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => {
          const files = new MemoryFiles();
          files.writeFile(JOURNAL, bytes);
          await lookAt(files);
          await goOnWith(files);
        }),
        rounds(30),
      );
    },
    PATIENCE_MS,
  );
});

const TYPES = [
  ...["session.started", "message.added", "tool_call.started", "tool_call.finished", "token_usage.updated"],
  ...["turn.completed", "status.changed", "child_session.linked", "error.recorded", "note.added", "x-own"],
  ...["journal.repaired", "writer.closed", "session.ended", "__proto__", "constructor", "toString", ""],
];

/** JSON text: nearly what a record of the type holds, with members of all names, numbers that are none, and depth. */
const jsonText: fc.Arbitrary<string> = fc.letrec<{ value: string; object: string }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom(
      "null",
      "true",
      "0",
      "-1",
      "1.5",
      "1e400",
      "-0",
      "1e-400",
      "9007199254740993",
      '""',
      '"a"',
    ),
    fc.constantFrom(
      '"\\ud800"',
      '"\\u0000\\u001b[2J"',
      '"\u2028"',
      "[]",
      `${"[".repeat(1_500)}${"]".repeat(1_500)}`,
    ),
    fc.string({ maxLength: 5 }).map((text) => JSON.stringify(text)),
    fc.array(tie("value"), { maxLength: 3 }).map((values) => `[${values.join(",")}]`),
    tie("object"),
  ),
  object: fc
    .array(fc.tuple(fc.constantFrom(...memberNames()), tie("value")), { maxLength: 8 })
    .map((members) => `{${members.map(([key, value]) => `${JSON.stringify(key)}:${value}`).join(",")}}`),
})).object;

function memberNames(): string[] {
  const known =
    "callId name params timestamp result success error durationMs input output responseId costUsd message role content";
  const other =
    "index status kind data sessionId recoverable outcome summary tokenUsage at formatVersion governanceResult";
  return [...`${known} ${other} allowed __proto__ constructor length hasOwnProperty toJSON`.split(" ")];
}

const FITTING = [
  '{"callId":"__proto__","timestamp":"t","name":"n","params":{"__proto__":1},"governanceResult":{"allowed":true}}',
  '{"callId":"constructor","timestamp":"t","name":"n","params":{},"governanceResult":{"allowed":false}}',
  '{"callId":"__proto__","result":{"success":true,"__proto__":{"polluted":true}}}',
  '{"input":1,"output":1,"responseId":"__proto__"}',
  '{"input":9007199254740991,"output":9007199254740991,"responseId":"toString","costUsd":1.7e308}',
  '{"message":{"role":"user","content":{"__proto__":{"polluted":true}}}}',
  '{"kind":"__proto__","data":{"toJSON":1}}',
  '{"index":9007199254740991}',
  '{"outcome":"success","summary":{"messages":1e400,"tokenUsage":{"total":-1}}}',
];

describe("a journal whose every hash is right, and whose contents are not", () => {
  const line = fc.record({
    type: fc.constantFrom(...TYPES),
    data: fc.oneof(jsonText, fc.constantFrom(...FITTING)),
    odd: fc.oneof({ weight: 6, arbitrary: fc.constant("") }, fc.constantFrom(...traps)),
  });

  it(
    "is read, listed, gone on with or mended, or refused with a documented error",
    async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(line, { minLength: 1, maxLength: 8 }),
          fc.nat({ max: 3 }),
          async (lines, damage) => {
            const texts = lines.map(
              ({ type, data, odd }, index) => unsealed(index + 2, { type, data }) + odd,
            );
            const files = new MemoryFiles();
            const bytes = sealLines([unsealedStart(), ...texts]);
            // What stands behind a damaged second line is to be proved, and sealed anew.
            if (damage === 0) bytes.writeUInt8(0x23, bytes.indexOf("\n") + 12);
            files.writeFile(JOURNAL, bytes);
            await lookAt(files);
            await goOnWith(files);
          },
        ),
        rounds(120),
      );
    },
    PATIENCE_MS,
  );
});

describe("a damaged journal whose lines another program spelled in a way of its own", () => {
  it.each([
    [
      "escapes in a time",
      '{"seq":4,"time":"\\u0041\\n","type":"x-a","data":{"a":1},"id":"i"',
      { time: "A\n" },
    ],
    ["escapes in a type", '{"seq":4,"time":"t","type":"x-\\u0061","data":{"a":1},"id":"i"', { type: "x-a" }],
    ["a quote in a type", '{"seq":4,"time":"t","type":"f\\"oo","data":{"a":1},"id":"i"', { type: 'f"oo' }],
    ["a quote in an id", '{"seq":4,"time":"t","type":"x-a","data":{"a":1},"id":"\\"i"', { id: '"i' }],
    ["blanks", '{"seq":4,"time":"t", "type":"x-a", "data":{"a":1}, "id":"i"', {}],
    ["members in another order", '{"seq":4,"time":"t","data":{"a":1},"type":"x-a","id":"i"', {}],
    ["members of its own", '{"seq":4,"time":"t","type":"x-a","data":{"a":1},"id":"i","more":{}', {}],
    [
      "a number beyond every number",
      '{"seq":4,"time":"t","data":{"a":1e400},"type":"x-a","id":"i"',
      { data: { a: "Infinity" } },
    ],
  ])("is mended, and keeps time, type, data and id of each: %s", async (_what, odd, expected) => {
    const bytes = sealLines([unsealedStart(), unsealed(2), unsealed(3), odd, unsealed(5)]);
    bytes.writeUInt8(0x23, bytes.indexOf("\n") + 12);
    const files = new MemoryFiles();
    files.writeFile(JOURNAL, bytes);
    const { after, salvaged } = await repairJournal(JOURNAL, { files });
    expect([after.verdict, after.problems, salvaged]).toEqual(["sound", [], 3]);
    const records = await toArray(readJournal(JOURNAL, { files }));
    const again = records.find(({ data }) => "a" in data);
    expect(again).toMatchObject({ time: "t", type: "x-a", data: { a: 1 }, id: "i", ...expected });
  });
});
