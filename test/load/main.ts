/**
 * Loads the recorder: many sessions, many processes, a long session, a large journal, a long line. Ends with a table, and with
 * 1 where anything was lost or took more memory than it may.
 * usage: node main.js [--only sessions,processes,session,journal,line] [--sessions N] [--processes N] [--events N] [--gigabytes N] [--megabytes N] [--folder DIR]
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { lacksRoom, largeJournal } from "./cases/large-journal.js";
import { longLine } from "./cases/long-line.js";
import { longSession } from "./cases/long-session.js";
import { manyProcesses } from "./cases/many-processes.js";
import { manySessions } from "./cases/many-sessions.js";
import { HEAD, holds, line, type Row } from "./table.js";

const { values } = parseArgs({
  options: {
    only: { type: "string", default: "sessions,processes,session,journal,line" },
    sessions: { type: "string", default: "1000" },
    processes: { type: "string", default: "100" },
    events: { type: "string", default: "1000000" },
    gigabytes: { type: "string", default: "5" },
    megabytes: { type: "string", default: "200" },
    folder: { type: "string", default: tmpdir() },
  },
});
const gigabytes = Number(values.gigabytes);
const folder = mkdtempSync(join(values.folder, "session-journal-load-"));
const cases: { readonly [name: string]: () => AsyncGenerator<Row> } = {
  sessions: () => manySessions(folder, Number(values.sessions)),
  processes: () => manyProcesses(folder, Number(values.processes)),
  session: () => longSession(folder, Number(values.events)),
  journal: () => largeJournal(folder, gigabytes),
  line: () => longLine(folder, Number(values.megabytes)),
};

for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(130));
process.once("exit", () => rmSync(folder, { recursive: true, force: true }));

process.stdout.write(`${HEAD}\n`);
for (const name of values.only.split(",")) {
  const run = cases[name];
  if (run === undefined) {
    process.stderr.write(`--only takes ${Object.keys(cases).join(", ")}\n`);
    process.exit(2);
  }
  const lacking = name === "journal" ? lacksRoom(folder, gigabytes) : null;
  if (lacking !== null) {
    process.stdout.write(`\nSkipped: a journal of ${gigabytes} GiB; ${lacking}.\n\n`);
    continue;
  }
  for await (const row of run()) {
    process.stdout.write(`${line(row)}\n`);
    if (!holds(row)) process.exitCode = 1;
  }
}
