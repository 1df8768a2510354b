// @ts-check
/** How much memory reading takes, over what Node takes for itself, for a short and for a long journal. */
import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { figure } from "../measure.mjs";
import { programPath, runProgram } from "../programs.mjs";
import { mebibytes } from "../table.mjs";

/** Four times the longest line is allowed beside it, which is some 1,000 bytes here. */
const LIMIT_BYTES = 64 * 1024 * 1024;

/** A session that has ended is listed by its last line; one that was interrupted must be read. */
const WAYS = /** @type {const} */ ([
  { name: "verify", manner: "ended" },
  { name: "list", manner: "ended" },
  { name: "follow", manner: "ended" },
  { name: "read", manner: "ended" },
  { name: "search", manner: "ended" },
  { name: "export as ndjson", manner: "ended" },
  { name: "export as openai", manner: "ended" },
  { name: "export as markdown", manner: "ended" },
  { name: "export as html", manner: "ended" },
  { name: "export as otlp", manner: "ended" },
  { name: "export as atif", manner: "ended" },
  { name: "list", manner: "interrupted" },
]);

/** @param {import("../place.mjs").Context} context */
export async function measure({ dir, quick }) {
  const sizes = quick ? [5, 50] : [20, 400];
  const bare = peak("nothing", dir);
  /** @type {{ [manner: string]: Made[] }} */
  const made = { ended: [], interrupted: [] };
  for (const [manner, places] of Object.entries(made)) {
    for (const megabytes of sizes) places.push(await make(dir, megabytes, manner));
  }
  return WAYS.map(({ name, manner }) =>
    against(`memory of ${name}, ${sizes[1]} MB ${manner}`, name, made[manner] ?? [], bare),
  );
}

/**
 * @param {string} what
 * @param {string} name
 * @param {readonly Made[]} places
 * @param {number} bare
 */
function against(what, name, places, bare) {
  const details = [];
  let over = 0;
  for (const { place, files } of places) {
    const bytes = peak(name, place);
    over = bytes - bare;
    details.push(`${files.padEnd(34)}${mebibytes(bytes)}, bare Node ${mebibytes(bare)}`);
  }
  return { what, value: mebibytes(over), limit: mebibytes(LIMIT_BYTES), met: over <= LIMIT_BYTES, details };
}

/** @typedef {{ place: string, files: string }} Made */

/**
 * @param {string} dir
 * @param {number} megabytes
 * @param {string} manner
 * @returns {Promise<Made>}
 */
async function make(dir, megabytes, manner) {
  const place = join(dir, `${manner}-${megabytes}`);
  mkdirSync(place);
  await runProgram("make-journal", [place, String(megabytes), manner]);
  const sizes = readdirSync(place)
    .filter((name) => /\.(ndjson|json)$/.test(name))
    .map((name) => `${Math.round(statSync(join(place, name)).size / 1e6)} MB ${name.split(".").at(-1)}`);
  return { place, files: sizes.reverse().join(", ") };
}

/**
 * The median of three processes, in bytes.
 *
 * @param {string} what
 * @param {string} dir
 */
function peak(what, dir) {
  const peaks = [1, 2, 3].map(() => {
    const { status, stderr } = spawnSync(process.execPath, [programPath("peak-memory"), what, dir], {
      stdio: ["ignore", "ignore", "pipe"],
      encoding: "utf8",
    });
    if (status !== 0) throw new Error(`${what} ended with ${status}: ${stderr}`);
    return Number(stderr.trim().split("\n").at(-1));
  });
  return figure(what, peaks).median;
}
