import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { LineError } from "../../src/cli/record/line-error.js";
import { LineSplitter } from "../../src/cli/record/line-splitter.js";
import { EventReader } from "../../src/cli/record/read-event.js";
import { Recording } from "../../src/cli/record/recording.js";
import type { MemoryFiles } from "../../src/files/testing.js";
import { verifyJournal } from "../../src/journal/verify.js";
import { Session } from "../../src/session.js";
import { callFinished, callStarted, ending, message, RECORD, run } from "../cli/program.js";
import { temporaryFolder } from "../support/folders.js";
import { ID } from "../support/journal-bytes.js";
import { JOURNAL, memorySession, where } from "../support/runs.js";
import { edited, edits } from "./edits.js";
import { expectPrototypesUntouched, outcomeOf, PATIENCE_MS, rounds } from "./harmless.js";

afterEach(expectPrototypesUntouched);

const event = (type: string, data: object) => `${JSON.stringify({ type, data })}\n`;

const input = Buffer.from(
  [
    message("hello"),
    callStarted("c1", "read"),
    callStarted(undefined, "write", false),
    event("token_usage.updated", { input: 3, output: 4, responseId: "r", costUsd: 0.5 }),
    callFinished(undefined, { success: false, error: "denied" }),
    callFinished("c1", { success: true, data: [1, { a: null }] }),
    event("turn.completed", { index: 1 }),
    event("status.changed", { status: "paused" }),
    event("child_session.linked", { sessionId: "child" }),
    event("error.recorded", { message: "m", recoverable: true }),
    event("note.added", { kind: "k", data: { deep: [[[]]] } }),
    event("x-own", { any: "thing" }),
    ending("success"),
  ].join(""),
);

/** What `record` does with its input, but for the process: how many lines it took, and why it took no more. */
async function record(
  bytes: Uint8Array,
  pieceBytes: number,
): Promise<{ taken: number; files: MemoryFiles; fault: unknown }> {
  const { session, files } = memorySession({ autosave: false, durability: "process" });
  const recording = new Recording(session);
  const reader = new EventReader();
  const splitter = new LineSplitter(1_000_000);
  let taken = 0;
  const take = (lines: Iterable<{ number: number; bytes: Buffer }>) => {
    for (const line of lines) {
      recording.add(line.number, reader.read(line));
      taken += 1;
    }
  };
  let fault: unknown = null;
  try {
    for (let at = 0; at < bytes.length; at += pieceBytes) {
      take(splitter.push(Buffer.from(bytes.subarray(at, at + pieceBytes))));
    }
    take(splitter.end());
  } catch (error) {
    fault = error;
  }
  await (recording.ending ?? session.close());
  return { taken, files, fault };
}

describe("any bytes as input of record", () => {
  it(
    "are recorded line by line up to the first that is no event, which is told by its number",
    async () => {
      const pieceBytes = fc.constantFrom(1, 7, 64, 100_000);
      await fc.assert(
        fc.asyncProperty(edits, pieceBytes, async (changes, size) => {
          const bytes = edited(input, changes);
          const { taken, files, fault } = await record(bytes, size);
          if (fault !== null) {
            expect(fault).toBeInstanceOf(LineError);
            expect(fault).toMatchObject({ message: expect.stringContaining(String(taken + 1)) });
          }
          const { verdict, problems, records } = await verifyJournal(JOURNAL, { files });
          // A runtime may count its turns as it likes and link what it likes; verifying says what is odd about that.
          const odd = problems.filter(({ code }) => !["TURN_ORDER", "INVALID_CHILD"].includes(code));
          expect([verdict, odd]).toEqual(["sound", []]);
          const { value: session } = await outcomeOf(() => Session.load(ID, where(files)));
          const ended = session?.outcome !== null;
          // The start, each line, and the clean stop, where no line was the end.
          expect(records).toBe(1 + taken + (ended ? 0 : 1));
          expect(files.openDescriptors).toBe(0);
        }),
        rounds(300),
      );
    },
    PATIENCE_MS,
  );

  it(
    "are the same however they come in pieces",
    async () => {
      await fc.assert(
        fc.asyncProperty(edits, fc.integer({ min: 1, max: 50 }), async (changes, size) => {
          const bytes = edited(input, changes);
          const [whole, inPieces] = [await record(bytes, bytes.length + 1), await record(bytes, size)];
          expect([inPieces.taken, String(inPieces.fault)]).toEqual([whole.taken, String(whole.fault)]);
        }),
        rounds(150),
      );
    },
    PATIENCE_MS,
  );

  it(
    "never bring the program down: it ends with 0 or 1, says which line, and leaves a sound journal",
    async () => {
      const samples = fc.sample(edits, 5).map((changes) => edited(input, changes));
      const deep = `{"type":"x-a","data":{"d":${"[".repeat(100_000)}${"]".repeat(100_000)}}}\n`;
      const odd = [
        '{"type":"__proto__","data":{}}\n',
        "\0\0\0\n",
        '{"type":"x-a","data":{"n":1e400}}\n',
        deep,
      ];
      for (const bytes of [...samples, ...odd.map((text) => Buffer.from(message("first") + text))]) {
        const cwd = temporaryFolder();
        const { status, stderr } = await run([...RECORD, "--id", ID], { cwd, input: bytes });
        const shown = bytes.subarray(0, 300).toString();
        expect([0, 1], shown).toContain(status);
        const said = stderr.replace("choragen-session: made .choragen/sessions for this session\n", "");
        expect(said, shown).toMatch(status === 0 ? /^$/ : /line \d+ /);
        expect(stderr).not.toMatch(/this should not happen|\n {4}at /);
        const found = await verifyJournal(`${cwd}/.choragen/sessions/${ID}.ndjson`);
        expect(found.verdict, shown).toBe("sound");
      }
    },
    PATIENCE_MS,
  );
});
