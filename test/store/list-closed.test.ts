/** What a listing says of sessions that were closed without an outcome, and what that costs it. */
import { createHash } from "node:crypto";
import { chmodSync, copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { RuntimeEvent } from "../../src/event/types.js";
import { MemoryFiles } from "../../src/files/testing.js";
import { verifyJournal } from "../../src/journal/verify.js";
import { Session } from "../../src/session.js";
import { listSessions } from "../../src/store/list.js";
import { selectSessions } from "../../src/store/select.js";
import type { SessionSummary } from "../../src/store/summary.js";
import { runtimeEventData } from "../event/arbitrary-events.js";
import { fixture, importInto } from "../import/import-into.js";
import { temporaryFolder } from "../support/folders.js";
import { linesOf, sealLines, statedHash } from "../support/journal-bytes.js";
import { toArray } from "../support/outcomes.js";
import { JOURNAL, memorySession, recordEveryKind, where } from "../support/runs.js";

async function only(files: MemoryFiles): Promise<SessionSummary> {
  const [summary, ...others] = await toArray(listSessions(where(files)));
  if (summary === undefined || others.length > 0) throw new Error(`${others.length + 1} sessions are listed`);
  return summary;
}

/** The same journal as an older version left it: its last record says nothing. */
function asOlder(journal: Uint8Array): Buffer {
  const lines = linesOf(Buffer.from(journal));
  const last = (lines.at(-1) as Buffer).toString();
  const body = last.slice(0, last.lastIndexOf(',"hash":"'));
  const silent = body.replace(/"data":\{.*\},"id"/, '"data":{},"id"');
  if (silent === body) throw new Error("the last record says nothing already");
  const before = lines.slice(0, -1);
  return Buffer.concat([...before, sealLines([silent], statedHash(before.at(-1) as Buffer))]);
}

describe("a session that was closed without an outcome", () => {
  it("costs a listing its two ends and that of its snapshot, however long they are", async () => {
    const { session, files } = memorySession({ files: new MemoryFiles({ log: true }), autosave: false });
    for (let n = 0; n < 500; n += 1) session.addMessage({ role: "user", content: "x".repeat(500) });
    await session.setStatus("paused");
    await session.close();
    const before = files.operations;
    expect(await only(files)).toMatchObject({
      lifecycle: "interrupted",
      closed: true,
      status: "paused",
      outcome: null,
      endTime: null,
      messages: 500,
    });
    const reads = files.log.filter(({ n, method }) => n > before && method === "read");
    expect(reads.length).toBe(3);
  });

  it("is said the same of, for any run, as where it is read through", async () => {
    const event = fc.oneof(
      ...Object.entries(runtimeEventData).map(([type, data]) =>
        data.map((each) => ({ type, data: each }) as RuntimeEvent),
      ),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(event, { maxLength: 20 }), async (events) => {
        const { session, files } = memorySession({ autosave: false });
        for (const each of events) {
          try {
            session.append(each);
          } catch {
            // A call that cannot be started or finished now.
          }
        }
        await session.close();
        const older = new MemoryFiles();
        older.writeFile(JOURNAL, asOlder(files.readFile(JOURNAL)));
        expect((await verifyJournal(JOURNAL, { files: older })).verdict).toBe("sound");
        const { bytes: _, ...listed } = await only(files);
        const { bytes: __, ...readThrough } = await only(older);
        expect(listed).toEqual(readThrough);
      }),
      { numRuns: 60 },
    );
  });

  it("runs once somebody has opened it again, and was interrupted where that one died", async () => {
    const { session, files } = memorySession();
    await recordEveryKind(session);
    await session.close();
    const closed = await only(files);
    const next = await Session.open("run-1", where(files));
    expect(await only(files)).toMatchObject({ lifecycle: "running", closed: false, messages: 2 });
    expect(await only(files.afterKill())).toEqual(closed);
    next?.addMessage({ role: "user", content: "more" });
    expect(await only(files.afterKill())).toMatchObject({
      lifecycle: "interrupted",
      closed: false,
      messages: 3,
    });
    await next?.close();
    expect(await only(files)).toMatchObject({ lifecycle: "interrupted", closed: true, messages: 3 });
    await (await Session.open("run-1", where(files)))?.end("success");
    expect(await only(files)).toMatchObject({ lifecycle: "ended", closed: false, messages: 3 });
  });

  it("is chosen as closed, and still as interrupted", async () => {
    const { session, files } = memorySession();
    await session.close();
    const chosen = async (states: SelectedStates) =>
      (await toArray(selectSessions({ ...where(files), states }))).length;
    expect([await chosen(["closed"]), await chosen(["interrupted"]), await chosen(["ended"])]).toEqual([
      1, 1, 0,
    ]);
  });

  it("is read through where its last record is not what this library writes", async () => {
    for (const data of [
      '{"status":"running","summary":{"messages":"many","tokenUsage":null}}',
      '{"summary":{"messages":7,"tokenUsage":{"total":1}}}',
    ]) {
      const { session, files } = memorySession();
      session.addMessage({ role: "user", content: "x" });
      await session.flush();
      const disk = files.afterKill();
      const before = Buffer.from(disk.readFile(JOURNAL));
      const last = linesOf(before).at(-1) as Buffer;
      const text = `{"seq":3,"time":"2025-12-08T14:31:05.000Z","type":"writer.closed","data":${data},"id":"0198f000-0000-7000-8000-000000000003"`;
      disk.writeFile(JOURNAL, Buffer.concat([before, sealLines([text], statedHash(last))]));
      expect(await only(disk)).toMatchObject({ lifecycle: "interrupted", closed: true, messages: 1 });
    }
  });
});

type SelectedStates = NonNullable<NonNullable<Parameters<typeof selectSessions>[0]>["states"]>;

describe("an import without an outcome", () => {
  it("took from the first to the last of its source's times, and is sorted by that", async () => {
    const { sessionsDir } = await importInto(fixture("claude-code.jsonl"));
    await importInto(fixture("tau-bench.json"), { sessionsDir });
    const listed = await toArray(selectSessions({ sessionsDir, sort: "took" }));
    const first = listed.find(({ closed }) => closed);
    expect(first).toMatchObject({ lifecycle: "interrupted", outcome: null, endTime: null });
    expect(listed[0]?.id).toBe(first?.id);
    const took = Date.parse(first?.lastTime ?? "") - Date.parse(first?.startTime ?? "");
    expect(took).toBeGreaterThan(0);
    expect(took).toBeLessThan(3_600_000);
    const lines = linesOf(readFileSync(join(sessionsDir, `${first?.id}.ndjson`)));
    const last = JSON.parse((lines.at(-1) as Buffer).toString());
    expect(last).toMatchObject({ type: "writer.closed", data: { at: first?.lastTime, status: "running" } });
    expect(last.data.summary).toMatchObject({ messages: first?.messages, toolCalls: first?.toolCalls });
  });

  it.each([
    ["nothing", '[{"role":"user","content":"x"},{"role":"assistant","content":"y"}]'],
    ["the source's last", readFileSync(fixture("claude-code.jsonl"), "utf8")],
  ])("tells %s of its time also where an older version imported it", async (_, source) => {
    const { sessionsDir } = await importInto(Buffer.from(source));
    const listed = await toArray(listSessions({ sessionsDir }));
    expect(listed.length).toBeGreaterThan(0);
    if (source.startsWith("[")) expect(listed[0]).toMatchObject({ closed: true, lastTime: "" });
    for (const { id } of listed) {
      const path = join(sessionsDir, `${id}.ndjson`);
      writeFileSync(path, asOlder(readFileSync(path)));
    }
    const older = await toArray(listSessions({ sessionsDir }));
    expect(older.map((each) => ({ ...each, bytes: 0 }))).toEqual(
      listed.map((each) => ({ ...each, bytes: 0 })),
    );
  });
});

describe("a session that the first version with figures closed", () => {
  const folder = fileURLToPath(new URL("../fixtures/closed-with-figures/", import.meta.url));
  const SUMS = {
    "closed.json": "bf606c800e3b6eb21fd722537d7d5aa2ecd06211ec4d59a8d817ecdc8a6320a0",
    "closed.ndjson": "ff8d2b1d656a9b34bffa48ddea88ac2cdbf7e4ab7f927952e6692284fd6a42ca",
  };

  it("is listed, loaded and gone on with, its files as they were", async () => {
    const sessionsDir = temporaryFolder();
    for (const [name, sum] of Object.entries(SUMS)) {
      const bytes = readFileSync(join(folder, name));
      expect([name, createHash("sha256").update(bytes).digest("hex")]).toEqual([name, sum]);
      copyFileSync(join(folder, name), join(sessionsDir, name));
      chmodSync(join(sessionsDir, name), 0o600);
    }
    expect(await toArray(listSessions({ sessionsDir }))).toMatchObject([
      {
        id: "closed",
        closed: true,
        status: "paused",
        lastTime: "2026-11-22T23:05:12.150Z",
        ...{ messages: 1, turns: 1, toolCalls: 1, failedCalls: 1, deniedCalls: 0, openCalls: 0, errors: 0 },
        tokenUsage: { input: 1200, output: 80, total: 1280, cacheRead: 50 },
      },
    ]);
    expect(await verifyJournal(join(sessionsDir, "closed.ndjson"))).toMatchObject({
      verdict: "sound",
      problems: [],
    });
    const session = await Session.open("closed", { sessionsDir });
    expect([session?.status, session?.messageCount, session?.health.writtenSeq]).toEqual(["paused", 1, 8]);
    await session?.end("success");
  });
});
