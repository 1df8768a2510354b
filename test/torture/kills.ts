/** Real processes that record and are killed: some rounds of `test/programs/kill-rounds.ts`, in a process of their own. */
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Tally } from "./tally.js";

const program = fileURLToPath(new URL("../programs/kill-rounds.js", import.meta.url));

/** What went wrong, in words; null where nothing did. */
export async function killRounds(
  seed: number,
  rounds: number,
  eventBytes: number,
  tally: Tally,
): Promise<string | null> {
  const parameters = { rounds, seed, bytes: eventBytes, "session-rounds": 9 };
  const args = Object.entries(parameters).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const child = spawn(process.execPath, [program, ...args], { stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  let errors = "";
  child.stdout.on("data", (bytes: Buffer) => {
    output += bytes.toString();
  });
  child.stderr.on("data", (bytes: Buffer) => {
    errors += bytes.toString();
  });
  const code = await new Promise((resolve) => child.once("close", resolve));
  if (code !== 0) return `kill-rounds ${args.join(" ")}: ${errors}`;
  const seen = JSON.parse(output) as { rounds: number; acknowledged: number };
  tally.kills += seen.rounds;
  tally.eventsChecked += seen.acknowledged;
  return null;
}
