/** How a life's processes and its machine die, and what is made of what they leave. */
import { pick } from "../support/fault-random.js";
import type { Action } from "./actions.js";
import { examineAll, examineMoments } from "./examine.js";
import type { Ledger } from "./ledger.js";
import { directory, type World } from "./world.js";

/** A process is killed. */
export const kill: Action = async (world) => {
  const living = world.processes.filter(({ isAlive }) => isAlive);
  if (living.length === 0) return "nobody to kill";
  pick(world.random, living).die();
  return "a process is killed";
};

export const cutPower: Action = async (world) => {
  await losePower(world);
  return "the machine loses power";
};

export async function losePower(world: World): Promise<void> {
  await examineMoments(world);
  const running = world.watchers.filter(({ isRunning }) => isRunning);
  for (const watcher of running) await watcher.stop();
  world.cutPower();
  await examineAll(world, "promised");
  for (const ledger of world.ledgers) settleLedger(world, ledger);
  for (const watcher of running) watcher.start();
}

/** After the machine died: what is there is what there is. */
function settleLedger(world: World, ledger: Ledger): void {
  const found = world.judged(ledger.id);
  if (!world.hasFile(ledger.id)) ledger.forget();
  else if (!ledger.isHarmed) ledger.rebase(found, true);
}

/** A folder entry that was never acknowledged is nobody's session; whoever made it removes it by hand. */
export function sweepNeverBegun(world: World): void {
  for (const ledger of world.ledgers) {
    const { journal, snapshot } = world.paths(ledger.id);
    const isEmpty = !ledger.isHarmed && ledger.promised === 0 && world.judged(ledger.id).records.length === 0;
    if (!isEmpty || world.holder(ledger) !== undefined || !world.hasFile(ledger.id)) continue;
    for (const path of [journal, snapshot])
      if (world.kernel.statPath(path) !== null) world.kernel.remove(path);
    world.kernel.syncDirectory(directory);
    ledger.forget();
  }
}
