// @ts-check
/**
 * Importing recorded transcripts, against the least that a copy of them costs whoever looks at every value: reading, `JSON.parse`, and
 * writing the same bytes. The copy is not hashed, checked or made durable.
 */
import { hash } from "node:crypto";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { interleave, timeOnce } from "../measure.mjs";
import { compare, cost } from "../table.mjs";

/** @type {typeof import("../../src/import/entry.js")} */
const { importFolder } = await import(new URL("../../dist/import/entry.js", import.meta.url).href);

const TRANSCRIPTS = fileURLToPath(new URL("../../../shared/transcripts/", import.meta.url));
/** Those of agents at work, as text; what is damaged, composed or no conversation is left out. */
const FAMILIES = [
  "claude-code",
  "pi",
  "pi-openclaw",
  "swe-agent",
  "mini-swe-agent",
  "tau-bench",
  "tau2-bench",
  "openhands-events",
  "harbor-atif",
];

/** @param {import("../place.mjs").Context} context */
export async function measure({ dir, quick }) {
  const megabytes = quick ? 15 : 50;
  const what = `import, ${megabytes} MB of recorded transcripts`;
  if (!existsSync(TRANSCRIPTS)) {
    return [
      { what, skipped: "There are no recorded transcripts here: they belong in ../shared/transcripts." },
    ];
  }
  const copies = lay(join(dir, "transcripts"), megabytes * 1e6);
  const target = join(dir, "made");
  const importing = async () => {
    for (const [index, copy] of copies.entries()) await importAll(copy, placeIn(target, index));
  };
  const [ours, floor, writing] = await interleave(
    [
      { name: "importFolder", sample: () => cleaned(target, importing) },
      {
        name: "read, parse, write a copy",
        sample: () => cleaned(target, async () => copyAll(copies, target)),
      },
      {
        name: "the same, stringified, hashed",
        sample: () => cleaned(target, async () => copyAll(copies, target, again)),
      },
    ],
    { rounds: quick ? 5 : 9, warmup: 1 },
  );
  const result = compare(what, ours, floor, 3);
  return [{ ...result, details: [...(result.details ?? []), cost(writing)] }];
}

/**
 * Copies have the same ids, so each goes to a place of its own.
 *
 * @param {string} target
 * @param {number} index
 */
function placeIn(target, index) {
  const place = join(target, String(index));
  mkdirSync(place, { recursive: true });
  return place;
}

/**
 * Lays the transcripts out as often as they come to so many bytes.
 *
 * @param {string} folder
 * @param {number} bytes
 */
function lay(folder, bytes) {
  const sources = FAMILIES.flatMap((family) =>
    readdirSync(join(TRANSCRIPTS, family))
      .filter((name) => /\.(jsonl|traj|json)$/.test(name) && !name.includes("index"))
      .map((name) => join(TRANSCRIPTS, family, name)),
  );
  const size = sources.reduce((sum, path) => sum + readFileSync(path).length, 0);
  return Array.from({ length: Math.max(1, Math.round(bytes / size)) }, (_, index) => {
    const copy = join(folder, String(index));
    mkdirSync(copy, { recursive: true });
    for (const path of sources) copyFileSync(path, join(copy, basename(path)));
    return copy;
  });
}

/**
 * @param {string} folder
 * @param {string} sessionsDir
 */
async function importAll(folder, sessionsDir) {
  for await (const one of importFolder(folder, { sessionsDir })) {
    if ("error" in one) throw one.error;
    if (one.report.unreadableCount > 0) throw new Error(`${one.path} was not read as a whole`);
  }
}

/**
 * @param {readonly string[]} copies
 * @param {string} target
 * @param {(value: unknown) => void} [take] given each value parsed
 */
function copyAll(copies, target, take = () => {}) {
  for (const [index, copy] of copies.entries()) {
    const place = placeIn(target, index);
    for (const name of readdirSync(copy)) {
      const bytes = readFileSync(join(copy, name));
      if (name.endsWith("l")) parseLines(bytes, take);
      else take(JSON.parse(bytes.toString("utf8")));
      writeFileSync(join(place, name), bytes);
    }
  }
}

/**
 * @param {Buffer} bytes
 * @param {(value: unknown) => void} take
 */
function parseLines(bytes, take) {
  for (let start = 0; start < bytes.length; ) {
    const found = bytes.indexOf(0x0a, start);
    const end = found === -1 ? bytes.length : found;
    if (end > start) take(JSON.parse(bytes.toString("utf8", start, end)));
    start = end + 1;
  }
}

/**
 * What no journal can be made without, were it only the values themselves in one piece.
 *
 * @param {unknown} value
 */
function again(value) {
  hash("sha256", JSON.stringify(value), "base64url");
}

/**
 * What was made is taken away again, beside the clock.
 *
 * @param {string} target
 * @param {() => Promise<unknown>} work
 */
async function cleaned(target, work) {
  const taken = await timeOnce(work);
  rmSync(target, { recursive: true });
  return taken;
}
