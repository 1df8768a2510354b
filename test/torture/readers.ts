/** Those who only look, throughout a life: listing, verifying, loading, following; and pruning, which looks first. */
import { type JournalError, pruneSessions } from "@choragen/session-journal";
import { type Action, armProcess, pickLedger, takeWith } from "./actions.js";
import { checkListing, examine } from "./examine.js";
import { demand } from "./violation.js";
import { Watcher } from "./watcher.js";
import { type World, workspaceRoot } from "./world.js";

const MOST_WATCHERS = 4;

export const look: Action = async (world) => {
  const { id } = pickLedger(world);
  await examine(world, id);
  await checkListing(world);
  return `look at ${id}`;
};

export const watch: Action = async (world) => {
  const ledger = pickLedger(world);
  if (world.watchers.length >= MOST_WATCHERS) {
    const [oldest] = world.watchers.splice(0, 1);
    await oldest?.stop();
    return `${oldest?.ledger.id} is not followed any more`;
  }
  const watcher = new Watcher(world, ledger);
  world.watchers.push(watcher);
  watcher.start();
  return `follow ${ledger.id}`;
};

/** Old sessions are removed, by a process that may die over it. */
export const prune: Action = async (world) => {
  const pruner = world.newProcess();
  const isDisturbed = world.random() < 0.3;
  if (isDisturbed) armProcess(world, pruner);
  const olderThanMs = world.random() < 0.7 ? 0 : 3_600_000;
  const held = world.ledgers.filter((ledger) => world.holder(ledger) !== undefined).map(({ id }) => id);
  const before = new Map(world.ledgers.map((ledger) => [ledger.id, world.judged(ledger.id)]));
  for (const ledger of world.ledgers) if (!held.includes(ledger.id)) ledger.isGoing = true;
  let told = "";
  try {
    const { removed } = await world.time.finish(
      pruneSessions({ workspaceRoot, files: pruner, olderThanMs, keepLast: Math.floor(world.random() * 2) }),
    );
    for (const { id } of removed) {
      demand("pruning", !held.includes(id), `${id} is being written and was removed`);
      const left = world.names().filter((name) => name.startsWith(`${id}.`));
      demand("pruning", left.length === 0, `${left} is left of ${id}`);
    }
    told = `removed ${removed.map(({ id }) => id).join(", ") || "nothing"}`;
  } catch (error) {
    const { code } = error as JournalError;
    const isExplained = !pruner.isAlive || pruner.fired > 0 || world.isFull;
    demand("error", isExplained, `pruning said ${code ?? String(error)}`);
    told = pruner.isAlive ? code : "died";
  }
  pruner.die();
  settlePruned(world, before, told.startsWith("removed") && pruner.fired === 0 && !world.isFull);
  return `prune: ${told}`;
};

function settlePruned(world: World, before: ReadonlyMap<string, { bytes: Buffer }>, isDone: boolean): void {
  for (const ledger of world.ledgers) {
    if (!ledger.isGoing) continue;
    const { journal } = world.paths(ledger.id);
    if (world.kernel.statPath(journal) === null) {
      for (const handle of world.handles) if (handle.ledger === ledger) handle.mayBeRewound = true;
      // Until the folder is synced, a power cut may bring it back.
      if (isDone || !world.hasFile(ledger.id)) ledger.forget();
      continue;
    }
    const isWhole = before.get(ledger.id)?.bytes.equals(world.bytesAt(journal)) === true;
    demand("pruning", isWhole, `${ledger.id} stays, and its journal has changed`);
    ledger.isGoing = false;
    if (isDone) continue;
    ledger.isThinned = true;
    ledger.saved = 0;
    ledger.kept.clear();
  }
}

/** A new writer takes each session up, adds to it and ends it. */
export async function goOn(world: World): Promise<void> {
  for (const ledger of world.ledgers) {
    if (!ledger.hasBegun || ledger.isHarmed || ledger.hasEnded) continue;
    await takeWith(world, ledger, world.newProcess(), "open");
    const handle = world.holder(ledger);
    demand("lost", handle !== undefined, `${ledger.id} cannot be gone on with`);
    const told = await world.time.finish(handle.stop("end"));
    demand("error", told === "ok", `ending ${ledger.id}: ${told}`);
    await examine(world, ledger.id, "promised");
  }
  await checkListing(world);
}
