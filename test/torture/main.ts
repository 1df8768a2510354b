/**
 * Tortures the recorder: random lives in memory with deaths, faults and damage, fuzzed inputs, faults of a real disk, and real
 * processes that are killed. Ends with a table, and with 1 where anything was lost.
 * usage: node main.js [--seconds N] [--seed N] [--only lives|fuzz|real|kills] [--lives N] [--fuzz N] [--kills N] [--real N] [--steps 0,1,5] [--shrink SECONDS] [--json]
 */
import { parseArgs } from "node:util";
import { fuzz } from "./fuzz.js";
import { killRounds } from "./kills.js";
import { live } from "./lives.js";
import { realFaults } from "./real-faults.js";
import { shrink } from "./shrink.js";
import { addTally, emptyTally, tableOf } from "./tally.js";

const { values } = parseArgs({
  options: {
    seconds: { type: "string" },
    seed: { type: "string" },
    only: { type: "string" },
    lives: { type: "string" },
    fuzz: { type: "string" },
    kills: { type: "string" },
    real: { type: "string" },
    steps: { type: "string" },
    shrink: { type: "string", default: "60" },
    json: { type: "boolean", default: false },
  },
});

const PARTS = ["lives", "fuzz", "real", "kills"] as const;
type Part = (typeof PARTS)[number];
if (values.only !== undefined && !PARTS.includes(values.only as Part)) {
  process.stderr.write(`--only takes ${PARTS.join(", ")}\n`);
  process.exit(2);
}

/** The real clock: a life has one of its own. */
const now = Date.now;
const startMs = now();
const seed = Number(values.seed ?? Math.floor(Math.random() * 1e9));
const hasCounts = PARTS.some((part) => values[part] !== undefined);
const seconds = values.seconds ?? (hasCounts ? undefined : "60");
const endMs = seconds === undefined ? Number.POSITIVE_INFINITY : startMs + Number(seconds) * 1_000;
const tally = emptyTally();
/** What failed, with all that is needed to see it again. */
let failure: { part: Part; check: string; told: string } | null = null;
/** Part by part: how many were done, and how many are to be. */
const done = { lives: 0, fuzz: 0, real: 0, kills: 0 };

// A repair that died before its snapshot warns of it, as it should; here it dies often.
process.removeAllListeners("warning");
say(`seed ${seed}`);

const steps = values.steps === undefined ? undefined : new Set(values.steps.split(",").map(Number));
const jobs: { readonly [part in Part]: (n: number) => Promise<void> } = {
  lives: async (n) => {
    const lived = await live(seed + n, steps);
    addTally(tally, lived.tally);
    tally.lives += 1;
    tally.steps += lived.history.length;
    if (lived.failure === undefined) return;
    const { violation } = lived.failure;
    const short =
      values.json || steps !== undefined ? { lived } : await shrink(lived, Number(values.shrink) * 1_000);
    const only = "steps" in short ? ` --steps ${short.steps.join(",")}` : "";
    const again = `npm run torture -- --only lives --lives 1 --seed ${seed + n}`;
    const { history, failure: shortFailure } = short.lived;
    const what = shortFailure?.violation.stack ?? "";
    fail(
      "lives",
      violation.check,
      [...history, what, `Again: ${again}`, `Shorter: ${again}${only}`].join("\n"),
    );
  },
  fuzz: async (n) => {
    const found = await fuzz(seed + n, tally);
    if (found === null) return;
    const again = `npm run torture -- --only fuzz --fuzz 1 --seed ${seed + n}`;
    fail("fuzz", found.violation.check, `${found.what}\n${found.violation.stack}\nAgain: ${again}`);
  },
  real: async (n) => {
    const told = await realFaults(seed + n, tally);
    if (told !== null)
      fail(
        "real",
        told.check,
        `${told.message}\nAgain: npm run torture -- --only real --real 1 --seed ${seed + n}`,
      );
  },
  kills: async (n) => {
    const isLarge = n % 4 === 3;
    const told = await killRounds(seed + n, isLarge ? 2 : 9, isLarge ? 2 ** 22 : 300, tally);
    if (told !== null) fail("kills", "lost", told);
  },
};

function fail(part: Part, check: string, told: string): void {
  tally.losses += 1;
  failure ??= { part, check, told };
}

/** Whether the part has more to do: up to its count, or as long as there is time. */
function goesOn(part: Part): boolean {
  if (failure !== null || (values.only !== undefined && values.only !== part)) return false;
  const count = values[part];
  if (count !== undefined) return done[part] < Number(count);
  return !hasCounts && now() < endMs;
}

async function doPart(part: Part, most: number): Promise<void> {
  for (let i = 0; i < most && goesOn(part); i += 1) {
    const n = done[part];
    done[part] += 1;
    await jobs[part](n);
  }
}

/** The processes that are killed have the other processor. */
async function killAlong(): Promise<void> {
  while (goesOn("kills")) await doPart("kills", 1);
}

async function liveAlong(): Promise<void> {
  let saidMs = now();
  while (goesOn("lives") || goesOn("fuzz") || goesOn("real")) {
    await doPart("lives", 5);
    await doPart("fuzz", 100);
    await doPart("real", 2);
    if (now() - saidMs < 10_000) continue;
    saidMs = now();
    const { lives, crashStates, inputsFuzzed, kills, eventsChecked } = tally;
    say(
      `${Math.round((saidMs - startMs) / 1_000)} s: ${lives} lives, ${crashStates} crash states, ${inputsFuzzed} inputs, ${kills} kills, ${eventsChecked} events`,
    );
  }
}

await Promise.all([liveAlong(), killAlong()]);
report(failure);

function report(failed: typeof failure): void {
  if (values.json) process.stdout.write(`${JSON.stringify({ seed, failure: failed, tally })}\n`);
  else
    process.stdout.write(`\n${tableOf(tally)}\n\nseed ${seed}, ${Math.round((now() - startMs) / 1_000)} s\n`);
  if (failed === null) return;
  process.exitCode = 1;
  if (!values.json) process.stdout.write(`\nNot held: ${failed.part}, ${failed.check}\n${failed.told}\n`);
}

function say(text: string): void {
  if (!values.json) process.stdout.write(`${text}\n`);
}
