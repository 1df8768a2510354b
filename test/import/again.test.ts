import { copyFileSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { importTranscript } from "../../src/import/entry.js";
import { type JournalRecord, Session } from "../../src/index.js";
import { temporaryFolder } from "../support/folders.js";
import { fixture, importInto, recordsOf } from "./import-into.js";

const lines = (count: number) =>
  ["pi-v1.jsonl"]
    .flatMap((name) => readFileSync(fixture(name), "utf8").split("\n").slice(0, count))
    .join("\n");

/** A run long enough that an interrupted import has written a part of it. */
const long = [
  lines(1),
  ...Array.from({ length: 3000 }, (_, index) =>
    JSON.stringify({
      type: "message",
      timestamp: `t${index}`,
      message: { role: "user", content: "x".repeat(200) },
    }),
  ),
].join("\n");

describe("a source that was imported before", () => {
  it("and has grown since gives what it has gained, once", async () => {
    const { report: first, sessionsDir } = await importInto(Buffer.from(lines(4)));
    const id = first.sessions[0]?.id ?? "";
    const before = await recordsOf(sessionsDir, id);
    const { report: second } = await importInto(Buffer.from(lines(7)), { sessionsDir });
    expect(second.sessions[0]).toMatchObject({ id, status: "extended" });
    const after = await recordsOf(sessionsDir, id);
    expect(after.slice(0, before.length)).toEqual(before);
    const whole = await importInto(Buffer.from(lines(7)));
    expect(saidIn(after)).toEqual(saidIn(await recordsOf(whole.sessionsDir, id)));
    const { report: third } = await importInto(Buffer.from(lines(7)), { sessionsDir });
    expect(third.sessions[0]?.status).toBe("already-imported");
    expect(await recordsOf(sessionsDir, id)).toEqual(after);
  });

  it("and grows again and again is in the end what it would be at once", async () => {
    const sessionsDir = temporaryFolder();
    const total = readFileSync(fixture("claude-code.jsonl"), "utf8").trimEnd().split("\n");
    for (let count = 2; count <= total.length; count++) {
      await importInto(Buffer.from(total.slice(0, count).join("\n")), { sessionsDir });
    }
    const whole = await importInto(Buffer.from(total.join("\n")));
    for (const { id } of whole.report.sessions) {
      const grown = saidIn(await recordsOf(sessionsDir, id));
      expect(grown).toEqual(saidIn(await recordsOf(whole.sessionsDir, id)));
    }
  });

  it("and says something else now, or less, is told as changed; the journal stays as it is", async () => {
    const { report: first, sessionsDir } = await importInto(Buffer.from(lines(7)));
    const id = first.sessions[0]?.id ?? "";
    const before = await recordsOf(sessionsDir, id);
    const shorter = await importTranscript(Buffer.from(lines(4)), { sessionsDir });
    expect(shorter.sessions[0]).toMatchObject({ id, status: "changed" });
    const last = lines(7).trimEnd().split("\n").at(-1) ?? "";
    const other = lines(7).replace(
      last,
      last.replace(/"timestamp":"[^"]*"/, '"timestamp":"2026-05-05T05:05:05.000Z"'),
    );
    expect(other).not.toBe(lines(7));
    const changed = await importTranscript(Buffer.from(other), { sessionsDir });
    expect(changed.sessions[0]).toMatchObject({
      id,
      status: "changed",
      reason: expect.stringMatching(/something else/),
    });
    expect(await recordsOf(sessionsDir, id)).toEqual(before);
  });

  it("and has ended is not added to: that it has grown is told", async () => {
    const text = readFileSync(fixture("codex.jsonl"), "utf8");
    const { report: first, sessionsDir } = await importInto(Buffer.from(text));
    expect(first.sessions[0]?.outcome).toBe("success");
    const more =
      '{"timestamp":"t","type":"response_item","payload":{"type":"message","role":"user","content":[]}}\n';
    const second = await importTranscript(Buffer.from(text + more), { sessionsDir });
    expect(second.sessions[0]).toMatchObject({
      status: "changed",
      reason: expect.stringMatching(/has ended/),
    });
  });

  it("leaves nothing of what was not whole when it is told to stop; the next import has all", async () => {
    const sessionsDir = temporaryFolder();
    const abort = new AbortController();
    const chunks = async function* () {
      yield Buffer.from(long.slice(0, 400_000));
      abort.abort(new Error("enough"));
      yield Buffer.from(long.slice(400_000));
    };
    await expect(importTranscript(chunks(), { sessionsDir, signal: abort.signal })).rejects.toThrow("enough");
    expect(readdirSync(sessionsDir).filter((name) => name !== ".gitignore")).toEqual([]);
    const { report } = await importInto(Buffer.from(long), { sessionsDir });
    expect(report.sessions[0]?.status).toBe("imported");
    expect((await importInto(Buffer.from(long), { sessionsDir })).report.sessions[0]?.status).toBe(
      "already-imported",
    );
  });

  it("by two imports at once is there once", async () => {
    const sessionsDir = temporaryFolder();
    const reports = await Promise.all(
      [1, 2, 3].map(() => importTranscript(Buffer.from(long), { sessionsDir })),
    );
    expect(reports.map(({ sessions }) => sessions[0]?.status).sort()).toEqual([
      "already-imported",
      "already-imported",
      "imported",
    ]);
    expect(readdirSync(sessionsDir).filter((name) => name !== ".gitignore").length).toBe(1);
  });

  it("is not added to where what lies under its id is no import", async () => {
    const sessionsDir = temporaryFolder();
    const session = new Session({ role: "r", model: "m", sessionId: "live", sessionsDir });
    session.addMessage({ role: "user", content: "one" });
    const journal = () => readFileSync(join(sessionsDir, "live.ndjson"), "utf8");
    const copy = journal();
    expect((await importTranscript(Buffer.from(copy), { sessionsDir })).sessions[0]?.status).toBe(
      "already-imported",
    );
    session.addMessage({ role: "user", content: "two" });
    const longer = journal();
    expect((await importTranscript(Buffer.from(copy), { sessionsDir })).sessions[0]?.status).toBe("changed");
    expect(journal()).toBe(longer);
    await session.close();
  });

  it("from another place has the same id, and one from another run another", async () => {
    const [one, same] = [await importInto(Buffer.from(lines(7))), await importInto(fixture("pi-v1.jsonl"))];
    expect(one.report.sessions[0]?.id).toBe(same.report.sessions[0]?.id);
    const other = await importInto(Buffer.from(lines(7).replace('"pi-1"', '"pi-2"')));
    expect(other.report.sessions[0]?.id).not.toBe(one.report.sessions[0]?.id);
  });
});

describe("a whole-file session in its own workspace", () => {
  it("gets a journal beside it under another id, once", async () => {
    const sessionsDir = temporaryFolder();
    const id = "session-20251208-143052-abc123";
    const path = join(sessionsDir, `${id}.json`);
    copyFileSync(fixture("choragen-session.json"), path);
    const { report } = await importInto(path, { sessionsDir });
    expect(report.sessions[0]?.id).toMatch(/^session-20251208-143052-[0-9a-f]{12}$/);
    expect((await importInto(path, { sessionsDir })).report.sessions[0]?.status).toBe("already-imported");
    expect((await Session.load(id, { sessionsDir }))?.messageCount).toBe(3);
  });
});

/** What the source says, without what is the import's own. */
function saidIn(records: readonly JournalRecord[]) {
  return records
    .filter(({ type }) => type !== "session.started" && type !== "writer.closed")
    .map(({ type, data: { timestamp, ...data } }) =>
      data.at === undefined ? { type, data } : { type, data, timestamp },
    );
}
