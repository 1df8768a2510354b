import { describe, expect, it } from "vitest";
import { crashPoints } from "../support/fault-crash-points.js";
import { WatchedFiles } from "../support/fault-files.js";
import { histories } from "../support/fault-histories.js";
import { stopClock } from "../support/fault-quiet.js";
import { isLong } from "../support/fault-random.js";
import { Stage } from "../support/fault-stage.js";
import { Survival } from "../support/fault-survival.js";

stopClock();

/** Smaller blocks make more disks: holes within lines, and whole lines behind lost ones. */
const BLOCK_BYTES = isLong ? [64, 128, 256, 512] : [512];
const CUTS = isLong ? 20_000 : 400;

describe.each(histories)("$name", ({ play, durability, blockBytes }) => {
  const sizes = blockBytes === undefined ? BLOCK_BYTES : [blockBytes];

  it.each(sizes)(
    "survives a kill and every power cut at every moment, in blocks of %i bytes",
    async (size) => {
      const stage = new Stage(new WatchedFiles({ blockBytes: size }), durability);
      const points = await crashPoints(stage, () => play(stage));
      const survival = new Survival();
      await survival.kills(points);
      await survival.cuts(points, CUTS);
      expect(survival.seen.different).toBeGreaterThan(points.length);
    },
  );
});
