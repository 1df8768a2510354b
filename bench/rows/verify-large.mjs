// @ts-check
/** A workspace of one gigabyte verified, against the least that reading all of its journals can cost. */
import { join } from "node:path";
import { verifySessions } from "../library.mjs";
import { interleave, timeOnce } from "../measure.mjs";
import { runProgram } from "../programs.mjs";
import { readPlainly } from "../read-floor.mjs";
import { compare, count } from "../table.mjs";

/** Long and short ones, as a workspace has them. */
const SIZES_MB = [1, 3, 10, 50];

/** @param {import("../place.mjs").Context} context */
export async function measure({ dir, quick }) {
  const megabytes = quick ? 200 : 1000;
  const journals = await fill(dir, megabytes);
  const what = `verify, ${count(megabytes)} MB in ${journals.length} journals`;
  const verify = async () => {
    let sound = 0;
    for await (const { verification } of verifySessions({ sessionsDir: dir })) {
      sound += Number(verification?.verdict === "sound" && verification.problems.length === 0);
    }
    if (sound !== journals.length) throw new Error(`${sound} of ${journals.length} journals are sound`);
  };
  const read = async () => {
    for (const path of journals) readPlainly(path);
  };
  const [ours, floor] = await interleave(
    [
      { name: "verifySessions", sample: () => timeOnce(verify) },
      { name: "read, split, hash, parse", sample: () => timeOnce(read) },
    ],
    { rounds: quick ? 4 : 6, warmup: 1 },
  );
  return [compare(what, ours, floor, 1.2)];
}

/**
 * The paths of journals that come to about so many megabytes.
 *
 * @param {string} dir
 * @param {number} megabytes
 */
async function fill(dir, megabytes) {
  /** @type {string[]} */
  const paths = [];
  for (let made = 0; made < megabytes; ) {
    const size = SIZES_MB[paths.length % SIZES_MB.length] ?? 1;
    const { id } = await runProgram("make-journal", [dir, String(size), "bare"]);
    paths.push(join(dir, `${id}.ndjson`));
    made += size;
  }
  return paths;
}
