import { describe, expect, it } from "vitest";
import type { MemoryFiles } from "../../src/files/testing.js";
import { randomFrom } from "../../src/testing/random-from.js";
import { type CrashPoint, crashPoints } from "../support/fault-crash-points.js";
import { WatchedFiles, watched } from "../support/fault-files.js";
import { histories } from "../support/fault-histories.js";
import { soundPrefix } from "../support/fault-oracle.js";
import { stopClock } from "../support/fault-quiet.js";
import { isLong, seed } from "../support/fault-random.js";
import { toolCall } from "../support/fault-runs.js";
import { killed } from "../support/fault-scenarios.js";
import { bytesAt, journal, Stage } from "../support/fault-stage.js";
import { cutsOf, SeenDisks, Survival } from "../support/fault-survival.js";

stopClock();

/** How many of the disks that a first death leaves are followed to a second one. */
const FOLLOWED = isLong ? 60 : 6;
const FIRST_CUTS = isLong ? 200 : 40;
const SECOND_CUTS = isLong ? 20 : 6;
/** Of the moments of a second death, the share that is looked at. */
const SHARE = isLong ? 1 : 0.25;

/** A disk that a death has left, and the beginning of the journal that must never be lost. */
interface Found {
  readonly files: MemoryFiles;
  readonly promised: Uint8Array;
}

/** The different disks that death may leave at these moments, with a sound record in them; so many of them by chance. */
function disksAfter(points: readonly CrashPoint[], count: number): Found[] {
  const seen = new SeenDisks();
  const random = randomFrom(seed);
  return points
    .flatMap(({ files, promised }) => [
      { files, promised },
      // What is found when the machine has died is durable.
      ...cutsOf(files, FIRST_CUTS).map((found) => ({ files: found, promised: soundBytes(found) })),
    ])
    .filter(({ files }) => soundBytes(files).length > 0 && seen.isNew(files) === "new")
    .map((found) => ({ found, at: random() }))
    .sort((one, other) => one.at - other.at)
    .slice(0, count)
    .map(({ found }) => found);
}

const soundBytes = (files: MemoryFiles) => soundPrefix(bytesAt(files, journal)).bytes;

/** The next process on such a disk. */
function nextGeneration({ files, promised }: Found): Stage {
  const stage = new Stage(watched(files.afterKill()));
  stage.written = soundBytes(files);
  stage.promised = promised;
  return stage;
}

async function dieAgain(disks: readonly Found[], play: (stage: Stage) => unknown): Promise<Survival> {
  const survival = new Survival();
  const random = randomFrom(seed + 1);
  for (const found of disks) {
    const stage = nextGeneration(found);
    const points = (await crashPoints(stage, () => play(stage))).filter(() => random() < SHARE);
    await survival.kills(points);
    await survival.cuts(points, SECOND_CUTS);
  }
  return survival;
}

const open = async (stage: Stage): Promise<void> => {
  if ((await stage.load())?.outcome === null) await stage.open();
};

describe("a death in the recovery", () => {
  it.each([0, 1, 100, 280])(
    "and another in the recovery of that lose nothing, %i bytes into a line",
    async (torn) => {
      const stage = await killed(torn);
      const disks = disksAfter(await crashPoints(stage, () => stage.open()), FOLLOWED);
      expect(disks.length).toBeGreaterThan(5);
      const { seen } = await dieAgain(disks, open);
      expect(seen.different).toBeGreaterThan(disks.length);
    },
  );
});

describe.each(histories)("after a death in $name", ({ play, durability, blockBytes = 512 }) => {
  it("the next writer's records survive its own death", async () => {
    const stage = new Stage(new WatchedFiles({ blockBytes }), durability);
    const points = await crashPoints(stage, () => play(stage));
    const { seen } = await dieAgain(disksAfter(points, FOLLOWED), async (next) => {
      await open(next);
      if (next.session.outcome !== null) return await next.sync((session) => session.save());
      next.append();
      await next.record((session) => session.recordToolCall(toolCall(next.text())));
      await next.stop((session) => session.close());
    });
    expect(seen.different).toBeGreaterThan(points.length);
  });
});
