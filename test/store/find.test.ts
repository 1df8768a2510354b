import { describe, expect, it } from "vitest";
import { MemoryFiles } from "../../src/files/testing.js";
import { findSessions } from "../../src/store/find.js";
import { codeOf } from "../support/outcomes.js";
import { DIRECTORY, memorySession, where } from "../support/runs.js";
import { putSession } from "./made-sessions.js";

const find = (files: MemoryFiles, wanted: string) => findSessions(wanted, where(files)).map(({ id }) => id);

describe("a session is found", () => {
  it("by its id, which goes before beginnings and ends", () => {
    const files = new MemoryFiles();
    for (const id of ["run", "run-1", "run-11", "other-run"]) putSession(files, id);
    expect(find(files, "run")).toEqual(["run"]);
    expect(find(files, "run-1")).toEqual(["run-1"]);
  });

  it("by its beginning or its end, and all are given that have it", () => {
    const files = new MemoryFiles();
    for (const id of ["run-1", "run-11", "other-run"]) putSession(files, id);
    expect(find(files, "o")).toEqual(["other-run"]);
    expect(find(files, "11")).toEqual(["run-11"]);
    expect(find(files, "run")).toEqual(["run-11", "run-1", "other-run"]);
    expect(find(files, "un-")).toEqual([]);
  });

  it("as the latest: by its id, and by its record among those of the same second", () => {
    const files = new MemoryFiles();
    expect(find(files, "latest")).toEqual([]);
    putSession(files, "chosen", { time: "2025-01-01T00:00:00.500Z" });
    expect(find(files, "latest")).toEqual(["chosen"]);
    putSession(files, "session-20250101-000000-aaaaaa", { time: "2025-01-01T00:00:00.600Z" });
    putSession(files, "session-20250101-000000-bbbbbb", { time: "2025-01-01T00:00:00.400Z" });
    expect(find(files, "latest")).toEqual(["session-20250101-000000-aaaaaa"]);
    putSession(files, "imported", { time: "2025-03-01T00:00:00.000Z", at: "2024-03-01T00:00:00.000Z" });
    expect(find(files, "latest")).toEqual(["session-20250101-000000-aaaaaa"]);
    putSession(files, "session-20250201-000000-aaaaaaaaaaaa");
    expect(find(files, "latest")).toEqual(["session-20250201-000000-aaaaaaaaaaaa"]);
  });

  it("with its files, also where only the snapshot is left", async () => {
    const { session, files } = memorySession({ sessionId: "run-1" });
    await session.end("success");
    const found = {
      id: "run-1",
      journal: `${DIRECTORY}/run-1.ndjson`,
      snapshot: `${DIRECTORY}/run-1.json`,
      hasJournal: true,
      hasSnapshot: true,
    };
    expect(findSessions("run-1", where(files))).toEqual([found]);
    files.remove(`${DIRECTORY}/run-1.ndjson`);
    expect(findSessions("1", where(files))).toEqual([{ ...found, hasJournal: false }]);
    expect(find(files, "latest")).toEqual(["run-1"]);
    putSession(files, "older", { time: "1999-01-01T00:00:00.000Z" });
    expect(find(files, "latest")).toEqual(["older"]);
  });
});

it("finding says where the folder cannot be read, and finds nothing where there is none", async () => {
  const files = new MemoryFiles();
  expect(find(files, "x")).toEqual([]);
  files.writeFile(DIRECTORY, "a file");
  expect(await codeOf(() => find(files, "x"))).toBe("READ_FAILED");
});
