/** Many processes that record at once, each a session of its own in the same folder. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { verifySessions } from "@choragen/session-journal";
import { measure } from "../measured.js";
import type { Row } from "../table.js";

const EVENTS = 1_000;

export async function* manyProcesses(folder: string, count: number): AsyncGenerator<Row> {
  const sessionsDir = join(folder, "processes");
  mkdirSync(sessionsDir);
  const start = performance.now();
  const all = await Promise.all(
    Array.from({ length: count }, (_, n) =>
      measure<{ durable: number }>("record-numbered", [
        sessionsDir,
        `process-${n}`,
        EVENTS,
        600,
        "leave",
        "messages",
      ]),
    ),
  );
  const seconds = (performance.now() - start) / 1_000;
  let sound = 0;
  let records = 0;
  for await (const { verification } of verifySessions({ sessionsDir })) {
    if (verification?.verdict === "sound") sound += 1;
    records += verification?.records ?? 0;
  }
  const acknowledged = all.reduce((sum, { told }) => sum + told.durable, 0);
  yield {
    what: `${count} processes that write at once, ${EVENTS} events of 600 bytes each`,
    seconds,
    memoryMiB: Math.max(...all.map(({ memoryMiB }) => memoryMiB)),
    found: `${acknowledged} acknowledged, ${records} found, ${sound} sound`,
    isRight: acknowledged === count * (EVENTS + 1) && records >= acknowledged && sound === count,
  };
}
