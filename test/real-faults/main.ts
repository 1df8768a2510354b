/**
 * Tries every fault that can be made on this machine: full disks, limits, permissions, failing and short system calls,
 * kills, fights. Real files, real processes, the real kernel. Ends with a table, and with 1 where anything was lost or silent.
 * usage: node main.js [--only WORDS,WORDS] [--seed N] [--list]
 */
import { parseArgs } from "node:util";
import { listOf } from "./list.js";
import { runInOwnNamespace } from "./namespace.js";
import { cases } from "./registry.js";
import { tableOf } from "./table.js";
import { rooms, type Tried, tryCase } from "./try-case.js";

const { values } = readArguments();
// Whoever reads the output may have seen enough, as head has.
process.stdout.on("error", (error) => breakOff(error.message));
const words = values.only?.split(",");
const chosen = cases.filter(({ name }) => words?.some((word) => name.includes(word)) ?? true);

if (chosen.length === 0) {
  process.stderr.write(`--only: no case has ${words?.join(" or ")} in its name; --list shows them all\n`);
  process.exitCode = 2;
} else if (values.list) process.stdout.write(listOf(chosen, Math.min(process.stdout.columns ?? 110, 110)));
else {
  const code = await runInOwnNamespace();
  process.exitCode = code ?? (await tryAll());
  // What a case left behind that hangs must not keep the run from ending.
  process.exit();
}

function readArguments() {
  try {
    const options = {
      only: { type: "string" },
      seed: { type: "string" },
      list: { type: "boolean", default: false },
    } as const;
    const parsed = parseArgs({ options });
    if (!/^\d+$/.test(parsed.values.seed ?? "0")) throw new Error("--seed takes a whole number");
    return parsed;
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`);
    process.exit(2);
  }
}

async function tryAll(): Promise<number> {
  const seed = Number(values.seed ?? Math.floor(Math.random() * 1e9));
  const startMs = performance.now();
  process.stdout.write(`seed ${seed}, Node ${process.version} on ${process.platform} ${process.arch}\n\n`);
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => breakOff(signal));
  process.once("uncaughtException", (error) => breakOff(String(error.stack)));
  const tried: Tried[] = [];
  for (const fault of chosen) {
    // The same for a case whether it is tried alone or among the others.
    const one = await tryCase(fault, seed + cases.indexOf(fault));
    tried.push(one);
    tell(one);
  }
  process.stdout.write(`\n${tableOf(tried)}\n`);
  tellLeftOut(tried);
  const seconds = Math.round((performance.now() - startMs) / 1_000);
  process.stdout.write(`\nseed ${seed}, ${seconds} s\n`);
  return tried.some(({ notHeld }) => notHeld !== undefined) ? 1 : 0;
}

function tell({ name, outcome, leftOut, notHeld, seconds }: Tried): void {
  const what = leftOut === undefined ? (notHeld === undefined ? "held" : "NOT HELD") : "left out";
  process.stdout.write(`${what.padEnd(8)} ${name} (${seconds.toFixed(1)} s)\n`);
  for (const line of outcome?.shown ?? []) process.stdout.write(`         ${line}\n`);
  if (notHeld !== undefined) process.stdout.write(`         ${notHeld.replaceAll("\n", "\n         ")}\n`);
}

/** By what they need, for several may need the same. */
function tellLeftOut(tried: readonly Tried[]): void {
  const reasons = new Map<string, string[]>();
  for (const { name, leftOut } of tried) {
    if (leftOut !== undefined) reasons.set(leftOut, [...(reasons.get(leftOut) ?? []), name]);
  }
  if (reasons.size > 0) process.stdout.write("\nLeft out on this machine:\n");
  for (const [reason, names] of reasons) process.stdout.write(`- ${names.join("; ")}: ${reason}\n`);
}

function breakOff(why: string): never {
  for (const room of rooms) room.leave();
  process.stderr.write(`broken off: ${why}\n`);
  process.exit(130);
}
