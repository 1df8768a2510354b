import { beforeEach, describe, expect, it } from "vitest";
import { MemoryFiles } from "../../src/files/testing.js";
import { type VerifyProgress, verifySessions } from "../../src/store/verify-sessions.js";
import { flipped } from "../support/journal-bytes.js";
import { codeOf, toArray } from "../support/outcomes.js";
import { DIRECTORY, memorySession, where } from "../support/runs.js";

let files: MemoryFiles;

beforeEach(() => {
  files = new MemoryFiles();
});

const NAMES = [
  "session-20251208-143105-aaaaaa",
  "session-20251209-143105-bbbbbb",
  "session-20251210-143105-cccccc",
];

async function record(sessionId: string): Promise<string> {
  const { session } = memorySession({ files, sessionId });
  session.addMessage({ role: "user", content: "x" });
  await session.end("success");
  return session.journalPath;
}

describe("verifying the sessions of a workspace", () => {
  it("gives each, the newest first, whatever is wrong with those before it", async () => {
    const [first = "", second = "", third = ""] = NAMES;
    await record(first);
    const damaged = await record(second);
    files.writeFile(damaged, flipped(files.readFile(damaged), 400));
    await record(third);
    files.makeDirectory(`${DIRECTORY}/session-20251211-143105-dddddd.ndjson`, 0o700);
    const found = await toArray(verifySessions(where(files)));
    expect(found.map(({ id, verification, error }) => [id, verification?.verdict ?? error?.code])).toEqual([
      ["session-20251211-143105-dddddd", "READ_FAILED"],
      [third, "sound"],
      [second, "corrupt"],
      [first, "sound"],
    ]);
    expect(files.openDescriptors).toBe(0);
  });

  it("tells a session whose journal is gone from one that never had a journal", async () => {
    files.remove(await record("gone"));
    files.writeFile(
      `${DIRECTORY}/old.json`,
      JSON.stringify({
        id: "old",
        role: "r",
        model: "m",
        startTime: "2025-12-01T00:00:00.000Z",
        messages: [],
        toolCalls: [],
      }),
    );
    files.writeFile(`${DIRECTORY}/broken.json`, "{");
    const found = await toArray(verifySessions(where(files)));
    expect(new Map(found.map(({ id, error }) => [id, error?.code]))).toEqual(
      new Map([
        ["gone", "JOURNAL_MISSING"],
        ["old", undefined],
        ["broken", "READ_FAILED"],
      ]),
    );
    expect(found.every(({ verification }) => verification === undefined)).toBe(true);
  });

  it("leaves out what is removed while it looks", async () => {
    for (const name of NAMES) await record(name);
    const [, second = ""] = NAMES;
    const found: string[] = [];
    for await (const { id } of verifySessions(where(files))) {
      found.push(id);
      if (found.length > 1) continue;
      for (const suffix of ["ndjson", "json"]) files.remove(`${DIRECTORY}/${second}.${suffix}`);
    }
    expect(found).toEqual([NAMES[2], NAMES[0]]);
  });

  it("tells where it is, and ends when its signal says so", async () => {
    for (const name of NAMES) await record(name);
    const told: VerifyProgress[] = [];
    const controller = new AbortController();
    const verifying = toArray(
      verifySessions({
        ...where(files),
        signal: controller.signal,
        onProgress: (progress) => {
          told.push(progress);
          if (progress.done === 1) controller.abort(new Error("enough"));
        },
      }),
    );
    await expect(verifying).rejects.toThrow("enough");
    expect(told[0]).toEqual({ done: 0, total: 3, id: NAMES[2], bytes: 0 });
    expect(told.find(({ bytes }) => bytes > 0)).toMatchObject({ done: 0, id: NAMES[2] });
    expect(told.at(-1)).toMatchObject({ done: 1, id: NAMES[1] });
    expect(files.openDescriptors).toBe(0);
  });

  it("has nothing to do in a folder that is not there, and says where one cannot be read", async () => {
    expect(await toArray(verifySessions({ sessionsDir: "/nowhere", files }))).toEqual([]);
    files.writeFile("/file", "x");
    expect(await codeOf(() => toArray(verifySessions({ sessionsDir: "/file", files })))).toBe("READ_FAILED");
  });
});
