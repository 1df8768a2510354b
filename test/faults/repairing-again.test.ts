import { describe, expect, it } from "vitest";
import { repairJournal, verifyJournal } from "../../src/index.js";
import { crashPoints } from "../support/fault-crash-points.js";
import { afterKill } from "../support/fault-files.js";
import { stopClock } from "../support/fault-quiet.js";
import { situations } from "../support/fault-situations.js";
import { journal, Stage } from "../support/fault-stage.js";
import { cutsOf } from "../support/fault-survival.js";
import type { RowName } from "../support/recovery-table.js";

stopClock();

const damages: readonly RowName[] = ["bad-line", "snapshot-beyond-end", "snapshot-other-hash"];

describe.each(damages)("a repair of what another repair, cut short, has mended: %s", (name) => {
  it("is durable when it has resolved, though it found nothing to do", async () => {
    const [found] = await situations(name);
    if (found === undefined) throw new Error("there is no such situation");
    const stage = new Stage(afterKill(found.files.afterPowerCut({ names: "kept", files: "kept" })));
    const points = await crashPoints(stage, () => repairJournal(journal, { files: stage.files }));
    let untouched = 0;
    for (const { files } of points) {
      const { before, kept } = await repairJournal(journal, { files });
      if (before.verdict === "sound" && kept.length === 0) untouched += 1;
      for (const cut of cutsOf(files, 200)) {
        expect((await verifyJournal(journal, { files: cut })).verdict, cut.origin).toBe("sound");
      }
    }
    expect(untouched, "repairs that found it mended").toBeGreaterThan(0);
  });
});
