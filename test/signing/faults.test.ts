/** A signed session on a disk that fails, tears and loses power at every moment: nothing acknowledged is lost, no seal lies. */
import { expect, it } from "vitest";
import { verifyJournal } from "../../src/index.js";
import { expectGoesOn, expectIntact } from "../support/fault-checks.js";
import { crashPoints } from "../support/fault-crash-points.js";
import { WatchedFiles } from "../support/fault-files.js";
import { atEachOperation, attempt, expectTyped } from "../support/fault-points.js";
import { stopClock } from "../support/fault-quiet.js";
import { isLong } from "../support/fault-random.js";
import { toolCall } from "../support/fault-runs.js";
import { journal, Stage } from "../support/fault-stage.js";
import { Survival } from "../support/fault-survival.js";
import { codesOf, privateKey, publicKey } from "./signed.js";

stopClock();

const signing = { privateKey, everyRecords: 2 };

async function play(stage: Stage): Promise<void> {
  stage.start({ signing });
  stage.append();
  await stage.record((session) => session.recordToolCall(toolCall(stage.text())));
  stage.append();
  await stage.stop((session) => session.end("success"));
}

it("survives a kill and every power cut at every moment", async () => {
  const stage = new Stage(new WatchedFiles({ blockBytes: 512 }));
  const points = await crashPoints(stage, () => play(stage));
  const survival = new Survival();
  await survival.kills(points);
  await survival.cuts(points, isLong ? 20_000 : 12);
  expect(survival.seen.different).toBeGreaterThan(points.length);
});

it("leaves no seal that does not hold, wherever it dies", async () => {
  const stage = new Stage(new WatchedFiles());
  for (const { at, files } of await crashPoints(stage, () => play(stage))) {
    if (files.statPath(journal) === null) continue;
    const found = await verifyJournal(journal, { files, publicKey });
    const codes = codesOf(found).filter(
      (code) => !["UNSEALED", "NOT_SEALED", "NO_SEALED_END"].includes(code),
    );
    expect([at, codes]).toEqual([at, []]);
  }
});

it.each(["write", "syncLater"] as const)("a failing %s is told, and what is there holds", async (method) => {
  const prepare = async () => {
    const stage = new Stage(new WatchedFiles());
    stage.start({ signing });
    return stage;
  };
  const act = async (stage: Stage) => {
    stage.append();
    await stage.record((session) => session.completeTurn());
    await stage.stop((session) => session.end("success"));
  };
  const fault =
    method === "write"
      ? ({ kind: "fail", code: "ENOSPC", keepBytes: 700 } as const)
      : ({ kind: "failed-sync" } as const);
  const tried = await atEachOperation(
    { prepare, act },
    fault,
    async ({ stage, outcome }) => {
      stage.files.faults.intercept = undefined;
      if (outcome.error !== undefined) expectTyped(outcome.error, ["WRITE_FAILED"]);
      await attempt(() => stage.session.close());
      await expectIntact(stage.files.afterKill(), { bytes: stage.promised });
      await expectGoesOn(stage.files.afterKill());
    },
    { concerns: (operation) => operation.method === method && operation.path === journal },
  );
  expect(tried).toBeGreaterThan(0);
});
