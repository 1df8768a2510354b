/** Processes that record and are killed at random moments, again and again: the rounds of `test/programs/kill-rounds.ts`. */
import { killRounds } from "../../torture/kills.js";
import { emptyTally } from "../../torture/tally.js";
import { type FaultCase, NotHeld, type Wanted } from "../fault-case.js";

function storm(what: string, covers: Wanted, rounds: number, eventBytes: number): FaultCase {
  return {
    name: `SIGKILL storm, ${what}`,
    covers: [covers],
    needs: ["signals"],
    does: `kills recording processes with SIGKILL at ${rounds} random moments: while they open, write, save or recover`,
    holds:
      "each event that was acknowledged is there, once, unchanged; at most one more; the next process goes on from it",
    limitSeconds: 300,
    run: async ({ seed }) => {
      const tally = emptyTally();
      const told = await killRounds(1 + (seed % 1_000_000), rounds, eventBytes, tally);
      if (told !== null) throw new NotHeld(told);
      return {
        kernelSaid: "SIGKILL",
        acknowledged: tally.eventsChecked,
        lost: 0,
        verdict: "sound or torn",
        wentOn: `${tally.kills} times`,
      };
    },
  };
}

export const storms: readonly FaultCase[] = [
  storm("events of 40 bytes", "SIGKILL storms with 40-byte events", 60, 40),
  storm("events of 4 MB", "SIGKILL storms with 4 MB events", 12, 4 * 2 ** 20),
];
