/** What stands in a sound journal may be anything: each command that shows it does so, or says why it cannot. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { run } from "../cli/program.js";
import { temporaryFolder } from "../support/folders.js";
import { ID, sealLines, unsealed, unsealedStart } from "../support/journal-bytes.js";

const COMMANDS = [
  ...["show --no-pager", "show --json", "tail", "tail --json"],
  ...["ndjson", "markdown", "html", "atif", "otlp", "openai"].map((format) => `export --format ${format}`),
];

const deepList = `${"[".repeat(100_000)}${"]".repeat(100_000)}`;
const deepObject = `${'{"a":'.repeat(100_000)}1${"}".repeat(100_000)}`;
const governance = '"governanceResult":{"allowed":true}';

const CONTENTS: readonly (readonly [string, readonly (readonly [string, string])[]])[] = [
  [
    "members missing, of other types, or called __proto__",
    [
      ["message.added", '{"message":{}}'],
      ["message.added", '{"message":{"content":7,"toolCalls":{"__proto__":1},"toolCallId":[]}}'],
      ["message.added", '{"message":{"role":"__proto__","content":[null,7,[],{"type":7,"text":{}},"text"]}}'],
      [
        "tool_call.started",
        `{"callId":"__proto__","timestamp":"no time","name":"__proto__","params":{"__proto__":1},${governance}}`,
      ],
      [
        "tool_call.finished",
        '{"callId":"__proto__","result":{"success":false,"data":{"__proto__":{"x":1}},"error":""}}',
      ],
      ["tool_call.finished", '{"callId":"nobody","result":{"success":true}}'],
      ["token_usage.updated", '{"input":9007199254740991,"output":9007199254740991,"costUsd":1.7e308}'],
      ["note.added", '{"kind":"__proto__"}'],
      ["error.recorded", '{"message":"","recoverable":false}'],
      ["turn.completed", '{"index":9007199254740991}'],
      ["status.changed", '{"status":"nonsense"}'],
      ["child_session.linked", '{"sessionId":"../../etc/passwd"}'],
      ["journal.repaired", "{}"],
      ["writer.closed", '{"a":1}'],
      ["", "{}"],
      ["__proto__", '{"__proto__":[1]}'],
      ["session.ended", '{"outcome":"success","summary":{"messages":"many","tokenUsage":null}}'],
    ],
  ],
  [
    "numbers beyond every number",
    [["message.added", '{"message":{"role":"user","content":[1e400,-1e400]}}']],
  ],
  [
    "values nested 100,000 deep",
    [
      ["message.added", `{"message":{"role":"user","content":${deepObject}}}`],
      ["tool_call.started", `{"callId":"c","timestamp":"t","name":"n","params":${deepObject},${governance}}`],
      ["tool_call.finished", `{"callId":"c","result":{"success":true,"data":${deepList}}}`],
      ["note.added", `{"kind":"k","data":${deepObject}}`],
      ["x-own", deepObject],
    ],
  ],
];

describe.each(CONTENTS)("a sound journal with %s", (_what, events) => {
  let cwd: string;

  beforeEach(() => {
    cwd = temporaryFolder();
    const texts = events.map(([type, data], index) => unsealed(index + 2, { type, data }));
    writeFileSync(join(cwd, `${ID}.ndjson`), sealLines([unsealedStart(), ...texts]), { mode: 0o600 });
  });

  it.each(COMMANDS)("is taken by %s", async (command) => {
    const { status, stdout, stderr } = await run([...command.split(" "), `./${ID}.ndjson`], { cwd });
    const fault = /this should not happen.{0,300}|\n {4}at .{0,300}/.exec(stdout + stderr)?.[0];
    expect([status, fault]).toEqual([0, undefined]);
  });
});
