/** One line of very many bytes, through every reader. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { measure } from "../measured.js";
import type { Row } from "../table.js";

const READERS_MIB = 64;
const MEBIBYTE = 2 ** 20;

export async function* longLine(folder: string, mebibytes: number): AsyncGenerator<Row> {
  const sessionsDir = join(folder, "line");
  mkdirSync(sessionsDir);
  const { told, ...cost } = await measure<{ durable: number }>("record-numbered", [
    sessionsDir,
    "line",
    1,
    mebibytes * MEBIBYTE,
    "end",
    "own",
  ]);
  yield {
    what: `a line of ${mebibytes} MiB, recorded and ended`,
    ...cost,
    mostMiB: READERS_MIB + 8 * mebibytes,
    found: `${told.durable} durable`,
    isRight: told.durable === 2,
  };
  for (const how of ["read", "follow", "verify", "load"]) {
    const { told: read, ...itsCost } = await measure<{ records: number }>("read-session", [
      sessionsDir,
      "line",
      how,
    ]);
    yield {
      what: `the same, ${how}`,
      ...itsCost,
      mostMiB: READERS_MIB + 4 * mebibytes,
      found: `${read.records} records`,
      isRight: read.records === 3,
    };
  }
}
