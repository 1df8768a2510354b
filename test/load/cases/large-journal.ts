/** A journal of many gigabytes: its readers need no more memory than for a small one. */
import { mkdirSync, rmSync, statfsSync } from "node:fs";
import { join } from "node:path";
import { measure } from "../measured.js";
import type { Row } from "../table.js";

const READERS_MIB = 64;
const GIBIBYTE = 2 ** 30;
const EVENT_BYTES = 4_096;
const LINE_BYTES = 4_350;

interface Read {
  readonly records?: number;
  readonly verdict?: string;
  readonly lifecycle?: string;
}

/** Why it cannot be done here; null where it can. A recovery makes a copy. */
export function lacksRoom(folder: string, gigabytes: number): string | null {
  const { bavail, bsize } = statfsSync(folder);
  const free = (bavail * bsize) / GIBIBYTE;
  const wanted = 2.2 * gigabytes + 1;
  return free > wanted ? null : `${wanted.toFixed(0)} GiB of disk are wanted and ${free.toFixed(0)} free`;
}

export async function* largeJournal(folder: string, gigabytes: number): AsyncGenerator<Row> {
  const sessionsDir = join(folder, "large");
  mkdirSync(sessionsDir);
  const events = Math.ceil((gigabytes * GIBIBYTE) / LINE_BYTES);
  const { told, ...cost } = await measure<{ durable: number }>("record-numbered", [
    sessionsDir,
    "large",
    events,
    EVENT_BYTES,
    "leave",
    "own",
  ]);
  const wanted = events + 1;
  yield {
    what: `a journal of ${gigabytes} GiB, recorded by a process that then dies`,
    ...cost,
    mostMiB: 4 * READERS_MIB,
    found: `${told.durable} durable`,
    isRight: told.durable === wanted,
  };
  const read = async (how: string, what: string, isRight: (found: Read) => boolean): Promise<Row> => {
    const { told: found, ...itsCost } = await measure<Read>("read-session", [sessionsDir, "large", how]);
    const { records, verdict, lifecycle } = found;
    const words = [records === undefined ? "" : `${records} records`, verdict ?? "", lifecycle ?? ""];
    return {
      what,
      ...itsCost,
      mostMiB: READERS_MIB,
      found: words.filter((word) => word !== "").join(", "),
      isRight: isRight(found),
    };
  };
  yield await read("read", "the same, read", ({ records }) => records === wanted);
  yield await read("verify", "verified", ({ records, verdict }) => records === wanted && verdict === "sound");
  yield await read("list", "listed, interrupted", ({ lifecycle }) => lifecycle === "interrupted");
  yield await read("open", "recovered by copy, and ended", ({ records }) => (records ?? 0) >= wanted);
  yield await read("follow", "followed from its start to its end", ({ records }) => (records ?? 0) > wanted);
  yield await read("list", "listed, ended", ({ lifecycle }) => lifecycle === "ended");
  rmSync(sessionsDir, { recursive: true });
}
