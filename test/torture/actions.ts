/** What may happen in a life: calls of the recording processes, faults, deaths, and the passing of time. */
import { Session } from "@choragen/session-journal";
import type { Fault, FileMethod } from "@choragen/session-journal/testing";
import { pick } from "../support/fault-random.js";
import { durabilities, randomCall } from "./events.js";
import { explain } from "./explain.js";
import { Handle, lookBefore } from "./handle.js";
import type { Ledger } from "./ledger.js";
import type { ProcessFiles } from "./process-files.js";
import { demand } from "./violation.js";
import { type World, workspaceRoot } from "./world.js";

/** Says in words what was done and what came of it. */
export type Action = (world: World) => Promise<string>;

const MOST_PROCESSES = 3;

function livingProcess(world: World): ProcessFiles {
  const living = world.processes.filter(({ isAlive }) => isAlive);
  if (living.length < MOST_PROCESSES && world.random() < 0.5) return world.newProcess();
  return living.length === 0 ? world.newProcess() : pick(world.random, living);
}

export function pickLedger(world: World): Ledger {
  // One session has most of what happens, so that much happens to one.
  return world.random() < 0.6 ? (world.ledgers[0] as Ledger) : pick(world.random, world.ledgers);
}

/** A process takes a session up, or begins it. */
export const take: Action = async (world) => {
  const ledger = pickLedger(world);
  const process = livingProcess(world);
  const known = world.handles.find((handle) => handle.process === process && handle.ledger === ledger);
  if (known !== undefined && !known.isSpent) return await use(world, known);
  return await takeWith(world, ledger, process, world.random() < 0.7 ? "open" : "load");
};

export async function takeWith(
  world: World,
  ledger: Ledger,
  process: ProcessFiles,
  way: "open" | "load",
): Promise<string> {
  const { random } = world;
  const durability = pick(random, durabilities);
  const options = {
    workspaceRoot,
    files: process,
    durability,
    autosave: random() < 0.6,
    onFailure: () => {},
  };
  const isNew = !world.hasFile(ledger.id);
  const before = lookBefore(world, ledger);
  const start = () => new Session({ ...options, sessionId: ledger.id, role: "tortured", model: "none" });
  const made = async () => {
    if (isNew) return start();
    return way === "open" ? await Session.open(ledger.id, options) : await Session.load(ledger.id, options);
  };
  const what = `${isNew ? "start" : way} ${ledger.id} (${durability})`;
  let session: Session | null;
  try {
    session = await world.time.finish(made());
  } catch (error) {
    const nobody = new Handle(world, ledger, process, {} as Session, durability);
    const told = explain(nobody, error, []);
    const isLeft =
      isNew && process.isAlive && process.fired === 0 && world.kernel.statPath(before.path) !== null;
    demand("leak", !isLeft, `${ledger.id} was not begun, and its journal is there`);
    return `${what}: ${told}`;
  }
  if (session === null) {
    demand("lost", before.found.records.length === 0 || !process.isAlive, `${ledger.id} is not there`);
    return `${what}: null`;
  }
  if (!process.isAlive) return `${what}: died`;
  const handle = new Handle(world, ledger, process, session, durability);
  world.handles = world.handles.filter((one) => one.process !== process || one.ledger !== ledger);
  world.handles.push(handle);
  if (isNew || way === "open") {
    demand("second writer", process.holds(before.path), `${ledger.id} was opened without its lock`);
    handle.took(before, 0);
    world.acknowledged(ledger);
  }
  return `${what}: ok`;
}

async function use(world: World, handle: Handle): Promise<string> {
  const turns = world
    .judged(handle.ledger.id)
    .records.reduce((last, { type, data }) => (type === "turn.completed" ? Number(data.index) : last), 0);
  let call = randomCall(world.random, turns);
  // Before the lock is taken nothing could tell such an event from one that is there.
  while (call.isAlike && !handle.isHolding) call = randomCall(world.random, turns);
  return `${handle.ledger.id} ${call.name}: ${await world.time.finish(handle.record(call))}`;
}

function pickHandle(world: World): Handle | undefined {
  const usable = world.handles.filter(
    ({ isAlive, isSpent }) => isAlive && (!isSpent || world.random() < 0.1),
  );
  return usable.length === 0 ? undefined : pick(world.random, usable);
}

export const record: Action = async (world) => {
  const handle = pickHandle(world);
  return handle === undefined ? await take(world) : await use(world, handle);
};

/** Several calls in flight at once. */
export const burst: Action = async (world) => {
  const handle = pickHandle(world);
  if (handle === undefined || !handle.isHolding) return await record(world);
  const told: string[] = [];
  const calls = Array.from({ length: 2 + Math.floor(world.random() * 4) }, async () => {
    const dice = world.random();
    if (dice < 0.15) told.push(`flush ${await handle.flush()}`);
    else if (dice < 0.25) told.push(`save ${await handle.save()}`);
    else told.push(await use(world, handle));
  });
  await world.time.finish(Promise.all(calls));
  return `at once: ${told.join("; ")}`;
};

const sync =
  (what: "flush" | "save"): Action =>
  async (world) => {
    const handle = pickHandle(world);
    if (handle === undefined) return await take(world);
    return `${what} ${handle.ledger.id}: ${await world.time.finish(handle[what]())}`;
  };

const stop =
  (what: "close" | "end"): Action =>
  async (world) => {
    const handle = pickHandle(world);
    if (handle === undefined) return await take(world);
    return `${what} ${handle.ledger.id}: ${await world.time.finish(handle.stop(what))}`;
  };

export const flush = sync("flush");
export const save = sync("save");
export const close = stop("close");
export const end = stop("end");

const syncs: ReadonlySet<FileMethod> = new Set(["sync", "syncLater"]);

/** Some operations of a process are going to go wrong, one by one or at random. */
export const arm: Action = async (world) => {
  const process = livingProcess(world);
  armProcess(world, process);
  return "a process is going to meet faults";
};

export function armProcess(world: World, process: ProcessFiles, isDeadly = world.random() < 0.3): void {
  const { random } = world;
  const first = process.operations + 1 + Math.floor(random() * (isDeadly ? 60 : 25));
  const rate = pick(random, [0, 0, 0.02, 0.1]);
  const isSync = random() < 0.3;
  const style = pick(random, ["fail", "fail", "failed-sync", "failed-sync", "short-write"] as const);
  let left = 1 + Math.floor(random() * 3);
  process.plan = ({ n, method }): Fault | undefined => {
    const keepBytes = Math.floor(random() * 500);
    if (isDeadly) return n === first ? { kind: "crash", done: random() < 0.5, keepBytes } : undefined;
    if (left === 0 || (n < first && random() >= rate) || (isSync && !syncs.has(method))) return undefined;
    left -= 1;
    world.tally.faultPoints += 1;
    if (syncs.has(method) && style !== "fail") return { kind: "failed-sync" };
    if (method === "write" && style === "short-write")
      return { kind: "short-write", keepBytes: 1 + keepBytes };
    return { kind: "fail", code: pick(random, ["EIO", "ENOSPC", "EACCES"]), keepBytes };
  };
}

/** The next sync of somebody who records fails, and what it should have saved is forgotten, sooner or later. */
export const failSync: Action = async (world) => {
  const handle = pickHandle(world);
  if (handle === undefined || !handle.isHolding) return await take(world);
  const { process } = handle;
  let isDue = true;
  process.plan = ({ method }): Fault | undefined => {
    if (!isDue || !syncs.has(method)) return undefined;
    isDue = false;
    world.tally.faultPoints += 1;
    return { kind: "failed-sync" };
  };
  const written = await use(world, handle);
  const flushed = await world.time.finish(handle.flush());
  process.plan = undefined;
  if (world.random() < 0.5) world.dropCaches();
  return `with a sync that fails: ${written}; flush: ${flushed}`;
};

export const heal: Action = async (world) => {
  for (const process of world.processes) process.plan = undefined;
  world.makeRoom();
  return "nothing goes wrong any more";
};

export const fill: Action = async (world) => {
  const room = Math.floor(world.random() * 900);
  world.fillDisk(room);
  world.tally.faultPoints += 1;
  return `the disk has room for ${room} bytes`;
};

export const dropCaches: Action = async (world) => {
  world.dropCaches();
  return "the page cache forgets what it holds for clean";
};

export const passTime: Action = async (world) => {
  const healthy = world.handles.filter((handle) => handle.isHolding && !handle.isSpent && !world.isFull);
  const due = healthy.map((handle) => ({
    handle,
    seq: handle.ledger.entries.length,
    fired: handle.process.fired,
  }));
  await world.time.pass(1_300);
  for (const { handle, seq, fired } of due) {
    if (!handle.isAlive || handle.process.fired > fired || handle.durability === "process") continue;
    const { durableSeq } = handle.session.health;
    demand(
      "late",
      durableSeq >= seq,
      `${handle.ledger.id}: ${durableSeq} of ${seq} records are durable after a second`,
    );
  }
  return "a second passes";
};

export const jumpClock: Action = async (world) => {
  world.time.skewMs += Math.floor((world.random() - 0.5) * 2e11);
  return "the clock jumps";
};
