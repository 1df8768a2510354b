/** Real processes that record and are killed: some rounds of `test/programs/kill-rounds.ts`, in a process of their own. */
import { fileURLToPath } from "node:url";
import { runToEnd } from "../support/run-to-end.js";
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
  const { code, output, errors } = await runToEnd(program, ...args);
  if (code !== 0) return `kill-rounds ${args.join(" ")}: ${errors}`;
  const seen = JSON.parse(output) as { rounds: number; acknowledged: number };
  tally.kills += seen.rounds;
  tally.eventsChecked += seen.acknowledged;
  return null;
}
