// @ts-check
/**
 * `npm run bench`: every row of the performance table, in one run on one machine. Each row has a process of its
 * own, so that none inherits another's heap or the code that was optimised for another.
 */
import { fork } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { describeMachine } from "./machine.mjs";
import { installPeers } from "./peers.mjs";
import { HEADING, render, tally } from "./table.mjs";

/** @typedef {import("./table.mjs").Result} Result */

const ROWS = [
  "append-floor",
  "append-peers",
  "append-durable",
  "append-signed",
  "append-millionth",
  "append-redact",
  "append-blobs",
  "autosave",
  "replay",
  "verify",
  "verify-large",
  "memory",
  "follow",
  "follow-many",
  "search",
  "import",
  "list",
  "cli",
];

const RESULT_PATH = fileURLToPath(new URL("results/last.txt", import.meta.url));
let said = "";

const USAGE = `npm run bench -- [--only <row>]… [--quick] [--dir <directory>]

  --only   this row alone, or all whose names begin so: ${ROWS.slice(0, 3).join(", ")},
           ${ROWS.slice(3).join(", ")}
  --quick  fewer rounds and smaller journals: for a look, not for the record
  --dir    where files are written; the disk under it is what is measured`;

const { values: options } = parseArgs({
  options: {
    only: { type: "string", multiple: true, default: [] },
    quick: { type: "boolean", default: false },
    dir: { type: "string", default: tmpdir() },
    help: { type: "boolean", short: "h", default: false },
  },
});

const chosen = ROWS.filter(
  (row) => options.only.length === 0 || options.only.some((name) => row.startsWith(name)),
);
if (options.help || chosen.length === 0) {
  console.log(USAGE);
  process.exit(options.help ? 0 : 1);
}

mkdirSync(options.dir, { recursive: true });
mkdirSync(dirname(RESULT_PATH), { recursive: true });
const problem = installPeers();
if (problem !== null) say(`${problem}\n`);
say(`${describeMachine(options.dir)}${options.quick ? "\nA quick run: these figures are rough." : ""}\n`);
say(HEADING);

/** @type {Result[]} */
const all = [];
for (const row of chosen) {
  const results = await measureRow(row);
  for (const result of results) say(render(result));
  all.push(...results);
}
say(`\n${tally(all)}`);

/**
 * To the terminal, and to a file for whoever wants to compare.
 *
 * @param {string} text
 */
function say(text) {
  console.log(text);
  said += `${text}\n`;
  writeFileSync(RESULT_PATH, said);
}

/**
 * @param {string} row
 * @returns {Promise<Result[]>}
 */
function measureRow(row) {
  const child = fork(fileURLToPath(new URL("row.mjs", import.meta.url)), [
    row,
    options.dir,
    String(options.quick),
  ]);
  return new Promise((resolve) => {
    /** @type {Result[] | undefined} */
    let results;
    child.on("message", (message) => {
      results = /** @type {Result[]} */ (message);
    });
    child.on("close", (code, signal) => {
      resolve(
        results ?? [{ what: row, skipped: `Measuring failed: the process ended with ${code ?? signal}.` }],
      );
    });
  });
}
