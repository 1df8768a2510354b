/** One session of very many events, read in every way. Its state is in the memory of whoever records or loads it. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { measure } from "../measured.js";
import type { Row } from "../table.js";

const READERS_MIB = 64;

export async function* longSession(folder: string, events: number): AsyncGenerator<Row> {
  const sessionsDir = join(folder, "long");
  mkdirSync(sessionsDir);
  const { told, ...cost } = await measure<{ durable: number; appendSeconds: number }>("record-numbered", [
    sessionsDir,
    "long",
    events,
    100,
    "end",
    "messages",
  ]);
  yield {
    what: `a session of ${events} messages, recorded and ended`,
    ...cost,
    found: `${told.durable} durable, appended in ${told.appendSeconds.toFixed(1)} s`,
    isRight: told.durable === events + 1,
  };
  for (const how of ["verify", "follow", "load"]) {
    const { told: read, ...itsCost } = await measure<{ records: number }>("read-session", [
      sessionsDir,
      "long",
      how,
    ]);
    yield {
      what: `the same, ${how}`,
      ...itsCost,
      ...(how === "load" ? {} : { mostMiB: READERS_MIB }),
      found: `${read.records} records`,
      isRight: read.records === events + 2,
    };
  }
}
