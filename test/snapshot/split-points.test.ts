import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { RuntimeEvent } from "../../src/event/types.js";
import { MemoryFiles } from "../../src/files/testing.js";
import { readJournal } from "../../src/journal/read.js";
import { Session } from "../../src/session.js";
import { readSnapshot } from "../../src/snapshot/read.js";
import { replay } from "../../src/state/replay.js";
import { sessionPaths } from "../../src/store/names.js";
import { runtimeEventData } from "../event/arbitrary-events.js";
import { codeOf, toArray } from "../support/outcomes.js";
import { DIRECTORY, JOURNAL, memorySession, SNAPSHOT, where } from "../support/runs.js";

const event = fc.oneof(
  ...Object.entries(runtimeEventData).map(([type, data]) =>
    data.map((each) => ({ type, data: each }) as RuntimeEvent),
  ),
);
const finishing = fc.constantFrom("nothing", "close", "end");

async function append(session: Session, each: RuntimeEvent): Promise<void> {
  try {
    session.append(each);
  } catch {
    // A call that is open already, or not open, a turn that is not the next, what can be no child: refused, and not recorded.
    expect(["tool_call.started", "tool_call.finished", "turn.completed", "child_session.linked"]).toContain(
      each.type,
    );
  }
}

describe("for any run", () => {
  it("a snapshot and the records behind it give the same as the whole journal, wherever it was taken", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(event, { maxLength: 25 }), finishing, async (events, finish) => {
        const { session, files } = memorySession();
        const snapshots: Uint8Array[] = [];
        const save = async () => {
          await session.save();
          snapshots.push(files.readFile(SNAPSHOT));
        };
        await save();
        for (const each of events) {
          await append(session, each);
          await save();
        }
        if (finish === "close") await session.close();
        if (finish === "end") await session.end("failure");

        const whole = await replay(readJournal(JOURNAL, { files }));
        const shown = JSON.stringify(session);
        expect(JSON.stringify(whole.state)).toBe(shown);
        for (const bytes of snapshots) {
          const disk = new MemoryFiles();
          disk.writeFile(JOURNAL, files.readFile(JOURNAL));
          disk.writeFile(SNAPSHOT, bytes);
          expect(JSON.stringify(await Session.load(session.id, where(disk)))).toBe(shown);
          const found = readSnapshot(disk, sessionPaths(DIRECTORY, session.id));
          if (found?.cursor == null) throw new Error("the snapshot was not believed");
          const tail = await toArray(readJournal(JOURNAL, { files: disk, from: found.cursor }));
          const together = await replay(tail, found.replay);
          expect(JSON.stringify(together)).toBe(JSON.stringify(whole));
        }
      }),
      { numRuns: 40 },
    );
  });

  it("what a loaded session goes on with is what the writer would have gone on with", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(event, { maxLength: 15 }),
        fc.array(event, { maxLength: 15 }),
        fc.boolean(),
        async (before, after, withSnapshot) => {
          const one = memorySession();
          for (const each of before) await append(one.session, each);
          const two = memorySession();
          for (const each of before) await append(two.session, each);
          await two.session.close();
          if (!withSnapshot) two.files.remove(SNAPSHOT);
          const opened = await Session.open(two.session.id, where(two.files));
          if (opened === null) throw new Error("the session is gone");
          for (const each of after) {
            const outcomes = [one.session, opened].map((session) => codeOrSeq(session, each));
            expect(await outcomes[0]).toBe(await outcomes[1]);
          }
          expect(stateOf(opened)).toEqual(stateOf(one.session));
        },
      ),
      { numRuns: 60 },
    );
  });
});

async function codeOrSeq(session: Session, each: RuntimeEvent): Promise<string> {
  const before = session.health.writtenSeq;
  const code = await codeOf(() => {
    session.append(each);
    throw session.health.writtenSeq === before + 1 ? RECORDED : new Error("nothing was written");
  }).catch((error: unknown) => (error === RECORDED ? "recorded" : Promise.reject(error)));
  return code;
}
const RECORDED = new Error("recorded");

/** The state without the times at which it was recorded. */
function stateOf(session: Session): unknown {
  const { startTime: _, notes, ...state } = session.toJSON();
  return { ...state, notes: notes.map(({ kind, data }) => ({ kind, data })) };
}
