// @ts-check
/** A search for a text that stands once in many journals, against reading the same bytes and `Buffer.indexOf`. */
import { closeSync, copyFileSync, openSync, readdirSync, readSync } from "node:fs";
import { join } from "node:path";
import { Session } from "../library.mjs";
import { interleave, timeOnce } from "../measure.mjs";
import { runProgram } from "../programs.mjs";
import { compare } from "../table.mjs";

/** @type {typeof import("../../src/analysis/entry.js")} */
const { searchSessions } = await import(new URL("../../dist/analysis/entry.js", import.meta.url).href);

const PATTERN = "ENOSPC: no space left on device";
const JOURNAL_MEGABYTES = 10;

/** @param {import("../place.mjs").Context} context */
export async function measure({ dir, quick }) {
  const journals = quick ? 5 : 20;
  const what = `search for a rare text, ${journals * JOURNAL_MEGABYTES} MB`;
  const { id } = await runProgram("make-journal", [dir, String(JOURNAL_MEGABYTES), "bare"]);
  for (let copy = 1; copy < journals; copy += 1) {
    copyFileSync(join(dir, `${id}.ndjson`), join(dir, `copy-${copy}.ndjson`));
  }
  const session = new Session({ role: "bench", model: "none", sessionsDir: dir, autosave: false });
  session.addMessage({ role: "user", content: `It said: "${PATTERN}".` });
  await session.end("success");

  const [ours, floor] = await interleave(
    [
      { name: "searchSessions", sample: () => timeOnce(() => search(dir)) },
      { name: "read, Buffer.indexOf", sample: () => timeOnce(async () => look(dir)) },
    ],
    { rounds: quick ? 10 : 30, warmup: 3 },
  );
  return [compare(what, ours, floor, 2)];
}

/** @param {string} dir */
async function search(dir) {
  let found = 0;
  for await (const { seq } of searchSessions({ pattern: PATTERN, sessionsDir: dir }))
    found += Number(seq === 2);
  if (found !== 1) throw new Error(`it was found ${found} times`);
}

const PIECE_BYTES = 1024 * 1024;

/** What lies across two pieces is not found: that would only take longer. @param {string} dir */
function look(dir) {
  const piece = Buffer.allocUnsafeSlow(PIECE_BYTES);
  const wanted = Buffer.from(PATTERN);
  let found = 0;
  for (const name of readdirSync(dir)) {
    if (!name.endsWith(".ndjson")) continue;
    const fd = openSync(join(dir, name), "r");
    for (
      let got = readSync(fd, piece, 0, PIECE_BYTES, null);
      got > 0;
      got = readSync(fd, piece, 0, PIECE_BYTES, null)
    ) {
      found += Number(piece.subarray(0, got).indexOf(wanted) !== -1);
    }
    closeSync(fd);
  }
  if (found !== 1) throw new Error(`it was found ${found} times`);
}
