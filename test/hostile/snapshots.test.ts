import { createHash } from "node:crypto";
import fc from "fast-check";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { MemoryFiles } from "../../src/files/testing.js";
import { verifyJournal } from "../../src/journal/verify.js";
import { Session } from "../../src/session.js";
import { CHECKSUM_CLOSE, CHECKSUM_OPEN } from "../../src/snapshot/format.js";
import { listSessions } from "../../src/store/list.js";
import { ID } from "../support/journal-bytes.js";
import { toArray } from "../support/outcomes.js";
import { JOURNAL, memorySession, recordEveryKind, SNAPSHOT, where } from "../support/runs.js";
import { edited, edits } from "./edits.js";
import { expectPrototypesUntouched, outcomeOf, PATIENCE_MS, rounds } from "./harmless.js";

afterEach(expectPrototypesUntouched);

let journal: Uint8Array;
let snapshot: string;
let shown: string;

beforeAll(async () => {
  const { session, files } = memorySession();
  await recordEveryKind(session);
  await session.save();
  snapshot = Buffer.from(files.readFile(SNAPSHOT)).toString();
  // What is folded on top of the snapshot: each of its parts is met once more.
  session.updateTokenUsage(1, 2, { responseId: "r1" });
  await session.completeTurn();
  session.addNote("later", null);
  session.recordError({ message: "later", recoverable: true });
  await session.addChildSession("child-2");
  session.addMessage({ role: "user", content: "later" });
  session.append({ type: "tool_call.finished", data: { callId: "c2", result: { success: true } } });
  journal = files.readFile(JOURNAL);
  shown = JSON.stringify(session.toJSON());
});

/** A checksum proves that nothing has changed since, not who has written it: anyone can make a right one. */
function sealed(text: string): string {
  return text + CHECKSUM_OPEN + createHash("sha256").update(text).digest("base64url") + CHECKSUM_CLOSE;
}

const textBeforeChecksum = () => snapshot.slice(0, snapshot.lastIndexOf(CHECKSUM_OPEN));

interface Linked {
  [key: string]: unknown;
  journal: { [key: string]: unknown; open: object; responses: object };
}

/** The snapshot with other members, and a checksum that is right for them. */
function forged(change: (parsed: Linked) => void): string {
  const parsed = JSON.parse(snapshot) as Linked;
  delete parsed.journal.sha256;
  change(parsed);
  const text = JSON.stringify(parsed, null, 2);
  return sealed(text.slice(0, text.lastIndexOf("\n  }\n}")));
}

/** Loads a session with that snapshot, looks at all of it, and goes on with it to its end. */
async function useWith(bytes: Uint8Array | string, withJournal = true): Promise<string | undefined> {
  const files = new MemoryFiles();
  files.writeFile(SNAPSHOT, bytes);
  if (withJournal) files.writeFile(JOURNAL, journal);
  const { value: session, error } = await outcomeOf(() => Session.load(ID, where(files)));
  if (withJournal) await outcomeOf(() => verifyJournal(JOURNAL, { files }));
  await toArray(listSessions(where(files)));
  if (error !== undefined) expect(["CORRUPT_JOURNAL", "READ_FAILED"]).toContain(error.code);
  const state = session === undefined || session === null ? undefined : JSON.stringify(session.toJSON());
  if (session) {
    expect([session.messageCount, session.toolCallCount].every(Number.isInteger)).toBe(true);
    await outcomeOf(() => session.addMessage({ role: "user", content: "on" }));
    await outcomeOf(() => session.completeTurn());
    await outcomeOf(() => session.end("success"));
  }
  expect(files.openDescriptors).toBe(0);
  return state;
}

describe("a snapshot in which anything was changed", () => {
  it(
    "is not believed, and the journal gives the same without it",
    async () => {
      await fc.assert(
        fc.asyncProperty(edits, async (changes) => {
          const bytes = edited(Buffer.from(snapshot), changes);
          // Some changes take the journal's key away with its seal, or leave all as it was.
          expect(await useWith(bytes)).toBe(shown);
        }),
        rounds(300),
      );
    },
    PATIENCE_MS,
  );

  it(
    "may have a checksum that is right for the change: it shows what it says, and harms nothing",
    async () => {
      await fc.assert(
        fc.asyncProperty(edits, async (changes) => {
          await useWith(sealed(edited(Buffer.from(textBeforeChecksum()), changes).toString()));
        }),
        rounds(300),
      );
    },
    PATIENCE_MS,
  );

  it(
    "may stand alone, without a journal",
    async () => {
      await fc.assert(
        fc.asyncProperty(edits, async (changes) => {
          await useWith(edited(Buffer.from(snapshot), changes), false);
          const older = JSON.stringify({ ...JSON.parse(snapshot), journal: undefined }, null, 2);
          await useWith(edited(Buffer.from(older), changes), false);
        }),
        rounds(200),
      );
    },
    PATIENCE_MS,
  );
});

const PARTS = [
  ...["messages", "toolCalls", "childSessionIds", "errors", "notes", "tokenUsage", "status", "lastTurnIndex"],
  ...["endTime", "outcome", "metadata", "chainId", "parentSessionId", "startTime", "id", "role"],
];
const ODD: unknown[] = [
  null,
  "text",
  7,
  -1,
  1e300,
  true,
  [],
  {},
  [null],
  [7],
  { length: 3 },
  { input: "1", output: "2" },
];

describe("a snapshot that says what no journal can have made of it", () => {
  it.each(PARTS)("in %s is passed over, or does no harm", async (part) => {
    for (const odd of ODD) {
      const state = await useWith(forged((parsed) => Object.assign(parsed, { [part]: odd })));
      expect(state).toBeDefined();
      await useWith(JSON.stringify({ ...JSON.parse(snapshot), journal: undefined, [part]: odd }), false);
    }
    expect(await useWith(forged((parsed) => void delete parsed[part]))).toBeDefined();
  });

  it.each([
    ["a place that no call stands at", { open: { c2: 99 } }],
    ["a place before the first", { open: { c2: -1 } }],
    ["a place that is a name", { open: { c2: "length" } }],
    ["a place that is a prototype", { open: { c2: "__proto__" } }],
    ["no table of open calls", { open: null }],
    ["usage that is none", { responses: { r1: "12" } }],
    ["usage of text", { responses: { r1: { input: "1", output: "2" } } }],
    ["no table of usage", { responses: [] }],
    ["a seq before the first", { seq: 0 }],
    ["a seq that is none", { seq: 1.5 }],
  ])("about its journal (%s) is passed over", async (_what, link) => {
    expect(await useWith(forged(({ journal }) => Object.assign(journal, link)))).toBe(shown);
  });

  it("about a record that cannot be is passed over by whoever reads it, in the same way", async () => {
    const text = textBeforeChecksum().replace(/"seq": \d+/, `"seq": ${"9".repeat(30)}`);
    const files = new MemoryFiles();
    files.writeFile(JOURNAL, journal);
    files.writeFile(SNAPSHOT, sealed(text));
    expect((await verifyJournal(JOURNAL, { files })).verdict).toBe("sound");
    expect(JSON.stringify(await Session.load(ID, where(files)))).toBe(shown);
  });

  it("by members of a prototype's name is data", async () => {
    const text = forged((parsed) => {
      parsed.journal.open = JSON.parse('{"__proto__":2,"c2":2}');
      parsed.metadata = JSON.parse(
        '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}',
      );
    });
    const state = await useWith(text);
    expect(state).toContain('"__proto__":{"polluted":true}');
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });
});
