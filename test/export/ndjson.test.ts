import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { exportNdjson } from "../../src/export/ndjson.js";
import { readJournal } from "../../src/journal/read.js";
import { Session } from "../../src/session.js";
import { arbitraryRecords } from "../state/records.js";
import { temporaryFolder } from "../support/folders.js";
import { textOf } from "./sessions.js";

describe("NDJSON", () => {
  it("reads back equal", async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryRecords, async (records) => {
        const lines = (await textOf(exportNdjson(records))).split("\n").slice(0, -1);
        expect(lines.map((line) => JSON.parse(line))).toEqual(JSON.parse(JSON.stringify(records)));
      }),
    );
  });

  it("is byte for byte the journal that a session wrote", async () => {
    const sessionsDir = temporaryFolder();
    const session = new Session({ role: "impl", model: "m-1", sessionId: "one", sessionsDir });
    session.addMessage({ role: "user", content: "a\u2028b \ud800 é 😀 \x07" });
    await session.recordToolCall({
      timestamp: "2025-12-08T14:31:05.000Z",
      name: "read",
      params: JSON.parse('{"__proto__":1,"1":2}'),
      result: { success: true, data: 1e21 },
      governanceResult: { allowed: true },
    });
    await session.end("success");
    const path = join(sessionsDir, "one.ndjson");
    expect(await textOf(exportNdjson(readJournal(path)))).toBe(readFileSync(path, "utf8"));
  });
});
