import { describe, expect, it } from "vitest";
import { randomFrom } from "../../src/testing/random-from.js";
import { live, type Seen } from "../support/fault-program.js";
import { stopClock } from "../support/fault-quiet.js";
import { isLong, seed } from "../support/fault-random.js";

stopClock();

const LIVES = isLong ? 3_000 : 12;
const GENERATIONS = isLong ? 12 : 6;

describe.each(["boundary", "always", "process"] as const)("a long life with durability %s", (durability) => {
  it(`loses nothing acknowledged and takes no damage for data (FAULTS_SEED=${seed})`, async () => {
    const all: Seen = { kills: 0, cuts: 0, failures: 0, records: 0 };
    for (let life = 0; life < LIVES; life += 1) {
      const random = randomFrom(seed + life);
      try {
        const seen = await live({ random, durability, generations: GENERATIONS });
        for (const key of ["kills", "cuts", "failures", "records"] as const) all[key] += seen[key];
      } catch (error) {
        throw new Error(`FAULTS_SEED=${seed + life}: ${String(error)}`, { cause: error });
      }
    }
    console.log(durability, all);
    expect(Math.min(...Object.values(all))).toBeGreaterThan(LIVES);
  });
});
