/** Many sessions at once in one process; and what happens where it may not have so many files open. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { listSessions } from "@choragen/session-journal";
import { measure } from "../measured.js";
import type { Row } from "../table.js";

interface Told {
  readonly opened: number;
  readonly refused: { readonly code: string; readonly errno?: number; readonly message: string } | null;
  readonly after: number;
  readonly told: number;
}

const EMFILE = -24;

export async function* manySessions(folder: string, count: number): AsyncGenerator<Row> {
  const sessionsDir = join(folder, "many");
  mkdirSync(sessionsDir);
  const { told, ...cost } = await measure<Told>(
    "many-sessions",
    [sessionsDir, count, 100],
    "ulimit -n 8192; ",
  );
  const messages = await countMessages(sessionsDir);
  yield {
    what: `${count} sessions at once in one process, 100 events each`,
    ...cost,
    found: `${told.opened} opened, ${messages} messages listed`,
    isRight: told.opened === count && told.refused === null && messages === count * 100,
  };
  yield await withFewDescriptors(folder, count);
}

async function withFewDescriptors(folder: string, count: number): Promise<Row> {
  const sessionsDir = join(folder, "few");
  mkdirSync(sessionsDir);
  const { told, ...cost } = await measure<Told>(
    "many-sessions",
    [sessionsDir, count, 100],
    "ulimit -n 256; ",
  );
  const { opened, refused, after, told: failures } = told;
  const messages = await countMessages(sessionsDir);
  return {
    what: `the same with 256 descriptors`,
    ...cost,
    found: `${opened} opened, then ${refused?.code} (errno ${refused?.errno}); snapshots that failed and said so: ${failures}; after they ended ${after} more`,
    isRight: refused?.errno === EMFILE && opened > 200 && after === 1 && messages === opened * 100,
  };
}

async function countMessages(sessionsDir: string): Promise<number> {
  let messages = 0;
  for await (const session of listSessions({ sessionsDir })) {
    if (session.lifecycle === "ended") messages += session.messages;
  }
  return messages;
}
