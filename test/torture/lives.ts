/** Lives one after the other, each from a seed of its own: a life that fails is lived again, shorter and shorter. */
import { randomFrom } from "@choragen/session-journal/testing";
import {
  type Action,
  arm,
  burst,
  close,
  dropCaches,
  end,
  failSync,
  fill,
  flush,
  heal,
  jumpClock,
  passTime,
  record,
  save,
  take,
} from "./actions.js";
import { cutPower, kill, sweepNeverBegun } from "./deaths.js";
import { resetTags } from "./events.js";
import { examineAll, examineMoments } from "./examine.js";
import { harm, repair, storm } from "./mend.js";
import { goOn, look, prune, watch } from "./readers.js";
import type { Tally } from "./tally.js";
import { Violation } from "./violation.js";
import { World } from "./world.js";

export const STEPS = 160;

const weights: readonly (readonly [Action, number])[] = [
  [take, 14],
  [record, 60],
  [burst, 14],
  [flush, 5],
  [save, 4],
  [close, 8],
  [end, 2],
  [arm, 8],
  [heal, 8],
  [failSync, 4],
  [fill, 2],
  [dropCaches, 3],
  [passTime, 5],
  [jumpClock, 1],
  [kill, 7],
  [cutPower, 4],
  [look, 6],
  [watch, 6],
  [prune, 3],
  [harm, 5],
  [repair, 3],
  [storm, 5],
];
const deck: readonly Action[] = weights.flatMap(([action, weight]) =>
  Array.from({ length: weight }, () => action),
);

export interface Lived {
  readonly seed: number;
  readonly history: readonly string[];
  readonly tally: Tally;
  /** What did not hold, and in which step. */
  readonly failure?: { readonly violation: Violation; readonly step: number };
}

/** Lives the life of that seed; `steps` are those that are taken, all where it is not given. */
export async function live(seed: number, steps?: ReadonlySet<number>): Promise<Lived> {
  const world = new World(randomFrom(seed));
  const restore = world.time.install();
  const unhandled: unknown[] = [];
  const note = (error: unknown) => unhandled.push(error);
  process.on("unhandledRejection", note);
  const history: string[] = [];
  resetTags();
  let step = 0;
  try {
    for (; step < STEPS; step += 1) {
      if (steps !== undefined && !steps.has(step)) continue;
      world.random = randomFrom(seed * 1_009 + step * 7_919);
      const action = deck[Math.floor(world.random() * deck.length)] as Action;
      history.push(`${step}. ${action.name}`);
      history[history.length - 1] = `${step}. ${await action(world)}`;
      await afterStep(world, step);
      if (unhandled.length > 0) throw new Violation("error", `nobody handled ${String(unhandled[0])}`);
    }
    await lastLook(world);
    return { seed, history, tally: world.tally };
  } catch (error) {
    const violation =
      error instanceof Violation ? error : new Violation("error", String((error as Error).stack));
    return { seed, history, tally: world.tally, failure: { violation, step } };
  } finally {
    for (const watcher of world.watchers) watcher.abandon();
    process.off("unhandledRejection", note);
    restore();
  }
}

async function afterStep(world: World, step: number): Promise<void> {
  await world.time.settle();
  for (const handle of world.handles) {
    if (!handle.isAlive && !handle.ledger.isHarmed) {
      handle.ledger.adopt(world.judged(handle.ledger.id));
      world.tally.crashStates += 1;
    }
    handle.look();
  }
  const hasDied = world.handles.some(({ isAlive }) => !isAlive);
  world.handles = world.handles.filter(({ isAlive }) => isAlive);
  if (hasDied) await examineAll(world);
  sweepNeverBegun(world);
  if (step % 4 === 0) {
    for (const handle of world.handles) handle.compare();
    await checkWatchers(world);
  }
  await examineMoments(world);
}

/** Followers look now and then; one that was told of a rewind begins anew, and is looked at again. */
async function checkWatchers(world: World): Promise<void> {
  for (let round = 0; round < 2; round += 1) {
    await world.time.pass(600);
    for (const watcher of world.watchers) watcher.takeError();
  }
  for (const watcher of world.watchers) watcher.check();
}

/** At the end, a new writer goes on with each session and ends it, and everything is looked at. */
async function lastLook(world: World): Promise<void> {
  await heal(world);
  await checkWatchers(world);
  for (const watcher of world.watchers) await watcher.stop();
  for (const process of world.processes) process.die();
  await afterStep(world, 0);
  await examineAll(world);
  await goOn(world);
}
