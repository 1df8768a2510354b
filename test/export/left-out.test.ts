import { expect, test } from "vitest";
import { EVENT_TYPES } from "../../src/event/event-types.js";
import { EXPORT_FORMATS, exportSession } from "../../src/export/entry.js";
import { isLeftOut } from "../../src/export/left-out.js";
import { message, recordsOf, started } from "../support/made-records.js";
import { STARTED, textOf } from "./sessions.js";

/** Of each type one that says something no other record says. */
const SAYING: { readonly [type: string]: object } = {
  "message.added": { message: { role: "assistant", content: "MARK" } },
  "tool_call.started": {
    callId: "c2",
    timestamp: "t",
    name: "MARK",
    params: {},
    governanceResult: { allowed: true },
  },
  "tool_call.finished": { callId: "c1", result: { success: false, error: "MARK" } },
  "token_usage.updated": { input: 73_519, output: 1 },
  "status.changed": { status: "paused" },
  "child_session.linked": { sessionId: "MARK" },
  "error.recorded": { message: "MARK", recoverable: true },
  "note.added": { kind: "MARK", data: null },
  "x-own.type": { said: "MARK" },
  "journal.repaired": { removedBytes: 7, atByte: 1, quarantine: "MARK" },
  "journal.sealed": { seq: 4, hash: "MARK", keyId: "MARK" },
  "writer.closed": {},
  "session.ended": { outcome: "interrupted" },
};

test.each(EXPORT_FORMATS)("%s leaves out what it is said to leave out, and nothing else", async (format) => {
  const before = [STARTED, message("user", "Go."), started("c1", "run")];
  const textWith = (type: string, data: object) =>
    textOf(exportSession(recordsOf(...before, [type, data]), format, { includeContent: true }));
  // That a run was last heard of then is told of any record.
  const unheard = await textWith(["markdown", "html"].includes(format) ? "writer.closed" : "x-other", {});
  for (const [type, data] of Object.entries(SAYING)) {
    // It says nothing, and a run ends where its writer was last heard of before.
    if (format === "otlp" && type === "writer.closed") continue;
    const told = format === "ndjson" || (await textWith(type, data)) !== unheard;
    expect([type, isLeftOut(type, format)]).toEqual([type, !told]);
  }
  expect(EVENT_TYPES.filter((type) => !(type in SAYING))).toEqual(["session.started", "turn.completed"]);
});
