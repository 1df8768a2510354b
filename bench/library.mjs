// @ts-check
/** The library and its command-line program, as they were built. */
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const ENTRY = new URL("../dist/index.js", import.meta.url);

/** Where the sub-path that searches, and the command-line program, lie. */
export const ANALYSIS_PATH = fileURLToPath(new URL("../dist/analysis/entry.js", import.meta.url));
export const CLI_PATH = fileURLToPath(new URL("../dist/cli/main.js", import.meta.url));

if (!existsSync(ENTRY)) throw new Error("dist/ is missing: run `npm run build` first");

/** @type {typeof import("../src/index.js")} */
const exported = await import(ENTRY.href);

export const {
  followJournal,
  followSessions,
  listSessions,
  readJournal,
  replay,
  Session,
  verifyJournal,
  verifySessions,
} = exported;
