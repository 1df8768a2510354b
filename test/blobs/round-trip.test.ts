import fc from "fast-check";
import { expect, it } from "vitest";
import { resolveBlobs } from "../../src/blobs/resolve.js";
import { blobRefsOf, hasBlobs } from "../../src/event/blob-refs.js";
import type { JournalRecord } from "../../src/event/types.js";
import type { MemoryFiles } from "../../src/files/testing.js";
import { readJournal } from "../../src/journal/read.js";
import { replay } from "../../src/state/replay.js";
import { runtimeEventData } from "../event/arbitrary-events.js";
import { bigText, JOURNAL, load, newFiles, newSession, SNAPSHOT, textIn } from "./made-blobs.js";

/** Some of the texts of a value become big ones, few enough that they meet again. */
function enlarged(value: unknown, pick: () => string | undefined): unknown {
  if (typeof value === "string") return pick() ?? value;
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((each) => enlarged(each, pick));
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, enlarged(each, pick)]));
}

const big = fc.constantFrom(
  ...["a", "\u2028", "é", '"\\', "😀", "\ud800", "\0"].map((each) => bigText(each)),
);
const types = Object.keys(runtimeEventData).filter((type) => !/^(tool_call|turn|child|status)/.test(type));
const event = fc
  .tuple(fc.constantFrom(...types, "x-own"), fc.infiniteStream(fc.option(big, { nil: undefined })))
  .chain(([type, texts]) => {
    const data = runtimeEventData[type] ?? fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 2 }));
    return data.map((given) => ({ type, data: enlarged(given, () => texts.next().value) as object }));
  });
const call = fc.record({ params: big, result: big, error: fc.option(big, { nil: undefined }) });

async function recordsOf(files: MemoryFiles): Promise<JournalRecord[]> {
  const records: JournalRecord[] = [];
  for await (const record of readJournal(JOURNAL, { files })) records.push(record);
  return records;
}

/** What was said, behind the start and before the last word. */
function said(records: readonly JournalRecord[]) {
  return records.slice(1, -1).map(({ seq, type, data }) => ({ seq, type, data }));
}

it("says the same with blobs as without, live, loaded, from its snapshot and put back record by record", async () => {
  let offloaded = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(event, { maxLength: 5 }),
      fc.array(call, { maxLength: 2 }),
      async (events, calls) => {
        const [withBlobs, without] = [newFiles(), newFiles()];
        const states: unknown[] = [];
        for (const files of [withBlobs, without]) {
          const session = newSession(files, files === without ? { blobs: undefined } : {});
          for (const each of events) {
            try {
              session.append(each as Parameters<typeof session.append>[0]);
            } catch (error) {
              expect(error).toMatchObject({ code: "INVALID_EVENT" });
            }
          }
          for (const [index, { params, result, error }] of calls.entries()) {
            const open = session.startToolCall({
              callId: `call-${index}`,
              timestamp: "2025-12-08T14:31:05.000Z",
              name: "n",
              params: { params },
              governanceResult: { allowed: true },
            });
            await open.finish({ success: true, data: [result], ...(error === undefined ? {} : { error }) });
          }
          const live = session.toJSON();
          await session.close();
          const loaded = (await load(files)).toJSON();
          expect(loaded).toEqual(live);
          states.push({ ...loaded, startTime: "", notes: untimed(loaded.notes) });
          files.remove(SNAPSHOT);
          expect((await load(files)).toJSON()).toEqual(live);
        }
        expect(states[0]).toEqual(states[1]);

        const records = await recordsOf(withBlobs);
        offloaded += records.filter(hasBlobs).length;
        const whole = records.map((record) => resolveBlobs(record, JOURNAL, { files: withBlobs }));
        expect(said(whole)).toEqual(said(await recordsOf(without)));
        // Who knows nothing of blobs reads markers, and everything else as it was.
        const { state } = await replay(records);
        expect(state.messages).toHaveLength(((await load(without)).toJSON().messages as unknown[]).length);
      },
    ),
    { numRuns: 20 },
  );
  expect(offloaded).toBeGreaterThan(10);
});

function untimed(notes: readonly object[]): object[] {
  return notes.map((note) => ({ ...note, time: "" }));
}

it("shows in the snapshot what stands in the records", async () => {
  const files = newFiles();
  const session = newSession(files);
  session.addMessage({ role: "user", content: bigText("a") });
  await session.close();
  const snapshot = JSON.parse(textIn(files, SNAPSHOT)) as {
    journal: { blobs: unknown };
    messages: unknown[];
  };
  const [, record] = await recordsOf(files);
  expect(snapshot.messages[0]).toEqual(record?.data.message);
  expect(snapshot.journal.blobs).toEqual([
    { ...blobRefsOf(record as JournalRecord)[0], at: "/messages/0/content" },
  ]);
});
