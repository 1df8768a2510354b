// @ts-check
/**
 * Does one thing with the one session of a directory and says, as the last line of standard error, how much memory
 * the process had at most, in bytes.
 */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const [, , what, dir] = /** @type {[string, string, string, string]} */ (process.argv);

const EXPORT_AS = "export as ";
/** In the arguments of every call of a tool: all of the journal is verified, and a match made for each. */
const EVERYWHERE = "src/journal/part-";

process.once("exit", () => {
  process.stderr.write(`\n${process.resourceUsage().maxRSS * 1024}\n`);
});
if (what !== "nothing") {
  const library = await import("../library.mjs");
  const name = /** @type {string} */ (readdirSync(dir).find((each) => each.endsWith(".ndjson")));
  await run(library, join(dir, name));
}

/**
 * @param {typeof import("../library.mjs")} library
 * @param {string} path
 */
async function run(
  { ANALYSIS_PATH, CLI_PATH, verifyJournal, listSessions, followJournal, readJournal },
  path,
) {
  if (what === "verify") {
    const { verdict } = await verifyJournal(path);
    if (verdict !== "sound") throw new Error(`the journal is ${verdict}`);
  }
  if (what === "list") await exhaust(listSessions({ sessionsDir: dir }));
  if (what === "follow") await exhaust(followJournal(path, { from: "start", untilEnded: true }));
  if (what === "read") await exhaust(readJournal(path));
  if (what === "search") {
    /** @type {typeof import("../../src/analysis/entry.js")} */
    const { searchSessions } = await import(pathToFileURL(ANALYSIS_PATH).href);
    await exhaust(searchSessions({ pattern: EVERYWHERE, journals: [path] }));
  }
  if (what.startsWith(EXPORT_AS)) {
    const format = what.slice(EXPORT_AS.length);
    process.argv.splice(2, process.argv.length, "export", "--format", format, path);
    await import(pathToFileURL(CLI_PATH).href);
  }
}

/** @param {AsyncIterable<unknown>} things */
async function exhaust(things) {
  let count = 0;
  for await (const _ of things) count += 1;
  if (count === 0) throw new Error("there was nothing");
}
