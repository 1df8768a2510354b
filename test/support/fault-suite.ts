/** The tests that every scenario of recording has to pass. */
import { describe, expect, it } from "vitest";
import type { FileOperation } from "../../src/files/testing.js";
import { crashPoints } from "./fault-crash-points.js";
import {
  atEachOperation,
  expectGoesOnHere,
  expectHandled,
  expectLetsGo,
  expectNothingStarted,
  expectSurvives,
  type FaultPoint,
} from "./fault-points.js";
import { isLong } from "./fault-random.js";
import type { Scenario } from "./fault-scenarios.js";
import { Survival } from "./fault-survival.js";

const isWrite = ({ method }: FileOperation) => method === "write";
const isSync = ({ method }: FileOperation) => method.startsWith("sync");

/** How many outcomes of a power cut at one moment are tried. */
const CUTS = isLong ? 500 : 15;

export function itSurvivesFaults(scenarios: readonly Scenario[]): void {
  describe.each(scenarios)("$name", (scenario) => {
    const { prepare, act, codes } = scenario;

    it("tells of each operation that fails, and everything goes on", async () => {
      const count = await atEachOperation(scenario, { kind: "fail", code: "EIO" }, async (point) => {
        await expectHandled(point, codes);
        expectNothingStarted(point.stage);
        await expectSurvives(point);
        await expectGoesOnHere(point);
      });
      expect(count).toBeGreaterThan(0);
    });

    it.each(["ENOSPC", "EACCES"])("tells of %s at each operation", async (code) => {
      await atEachOperation(scenario, { kind: "fail", code }, async (point) => {
        await expectHandled(point, codes);
        await expectLetsGo(point);
      });
    });

    it("tells of a disk that is gone from an operation on, and goes on when it is back", async () => {
      const fault = { kind: "fail", code: "EIO", keepBytes: 60 } as const;
      const check = async (point: FaultPoint): Promise<void> => {
        await expectHandled(point, codes);
        await expectGoesOnHere(point);
      };
      await atEachOperation(scenario, fault, check, { forGood: true });
    });

    it("keeps nothing of a write that fails half done", async () => {
      for (const keepBytes of [1, 200]) {
        await atEachOperation(
          scenario,
          { kind: "fail", code: "ENOSPC", keepBytes },
          async (point) => {
            await expectHandled(point, codes);
            await expectSurvives(point);
            await expectGoesOnHere(point);
          },
          { concerns: isWrite },
        );
      }
    });

    it("goes on with a write that took only a part", async () => {
      for (const keepBytes of [1, 60]) {
        const fault = { kind: "short-write", keepBytes } as const;
        await atEachOperation(
          scenario,
          fault,
          async (point) => {
            expect(point.outcome.error).toBeUndefined();
            await expectGoesOnHere(point);
          },
          { concerns: isWrite },
        );
      }
    });

    it("trusts nothing after a failed fsync", async () => {
      await atEachOperation(
        scenario,
        { kind: "failed-sync" },
        async (point) => {
          await expectHandled(point, codes);
          await expectSurvives(point);
          await expectGoesOnHere(point);
        },
        { concerns: isSync },
      );
    });

    it("loses nothing acknowledged when the process or the machine dies", async () => {
      const stage = await prepare();
      const points = await crashPoints(stage, () => act(stage));
      const survival = new Survival();
      await survival.kills(points);
      await survival.cuts(points, CUTS);
      expect(survival.seen.different).toBeGreaterThan(0);
    });
  });
}
