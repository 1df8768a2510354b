/**
 * Lets one file operation after the other go wrong under a run, and looks each time at what a new process finds, and at
 * what a machine finds that has lost its power just then.
 */
import { JournalError } from "../errors.js";
import { fingerprint } from "../files/memory-tree.js";
import {
  type Fault,
  type FileOperation,
  faultAtEachOperation,
  MemoryFiles,
  randomPowerCut,
  SimulatedCrash,
} from "../files/testing.js";
import { type Drive, type Promised, run } from "./drive.js";
import { expectWhole, type LookOptions } from "./found-disk.js";
import { randomFrom } from "./random-from.js";

/** A disk that fails, is full, loses what it was to sync, takes half of a write; a process that dies before and after. */
const FAULTS: readonly Fault[] = [
  { kind: "fail", code: "EIO" },
  { kind: "fail", code: "ENOSPC", keepBytes: 60 },
  { kind: "failed-sync" },
  { kind: "short-write", keepBytes: 1 },
  { kind: "crash" },
  { kind: "crash", done: true },
];

export interface EveryFaultOptions extends LookOptions {
  /** What goes wrong; six kinds unless given. */
  readonly faults?: readonly Fault[] | undefined;
  /** How many outcomes of a power cut are tried at each place, beside the one that loses all; 4 unless given. */
  readonly powerCuts?: number | undefined;
  /** What chooses them; the same numbers give the same disks. 1 unless given. */
  readonly seed?: number | undefined;
}

export interface FaultsChecked {
  /** How many file operations the run makes where nothing goes wrong. */
  readonly operations: number;
  /** How many runs had a fault. */
  readonly faults: number;
  /** How many disks were looked at. */
  readonly disks: number;
}

/**
 * Runs `drive` again and again with one fault, at one operation later each time, for each kind of fault. Whatever it was
 * that went wrong, what the run has acknowledged must be found, by a process that comes after it and after a power cut;
 * what was not acknowledged may be there or not; and the next writer must go on from it. Your own look belongs in `look`.
 *
 * Where something goes wrong, `drive` may reject with a JournalError or an error that has one as its `cause`; a
 * `SimulatedCrash` it should let through. Rejects with an Error that names the fault, the operation and what did not
 * hold; with any other error that `drive` throws; with a TypeError where it acknowledged nothing.
 */
export async function checkEveryFault(drive: Drive, options: EveryFaultOptions = {}): Promise<FaultsChecked> {
  const operations = await countOperations(drive);
  const random = randomFrom(options.seed ?? 1);
  let faults = 0;
  let disks = 0;
  for (const fault of options.faults ?? FAULTS) {
    let n = 0;
    for (const files of faultAtEachOperation(() => new MemoryFiles({ log: true }), fault)) {
      n += 1;
      const promised: Promised = new Map();
      const error = await errorOf(() => run(drive, files, promised));
      const { fired } = files.faults;
      files.faults.heal();
      if (error !== undefined && (fired === 0 || !isOurs(error))) throw error;
      if (fired === 0) continue;
      const operation = files.log[n - 1];
      faults += 1;
      for (const found of disksAfter(files, options.powerCuts ?? 4, random)) {
        disks += 1;
        await look(found, promised, options, describeFault(fault, operation));
      }
    }
  }
  return { operations, faults, disks };
}

async function countOperations(drive: Drive): Promise<number> {
  const files = new MemoryFiles();
  const promised: Promised = new Map();
  await run(drive, files, promised);
  if (promised.size === 0) throw new TypeError("the run acknowledged nothing: there is nothing to check");
  return files.operations;
}

function describeFault(fault: Fault, operation: FileOperation | undefined): string {
  return `${JSON.stringify(fault)} at operation ${operation?.n} (${operation?.method} ${operation?.path})`;
}

/** What may be found, each different disk once. */
function* disksAfter(files: MemoryFiles, powerCuts: number, random: () => number): Iterable<MemoryFiles> {
  const seen = new Set<string>();
  const cuts = Array.from({ length: powerCuts }, () => () => randomPowerCut(files, random));
  for (const make of [() => files.afterKill(), () => files.afterPowerCut(), ...cuts]) {
    const found = make();
    const print = fingerprint(found.disk.root);
    if (!seen.has(print)) yield found;
    seen.add(print);
  }
}

async function look(
  found: MemoryFiles,
  promised: Promised,
  options: LookOptions,
  where: string,
): Promise<void> {
  const { origin } = found;
  try {
    await expectWhole(found, promised, options);
  } catch (cause) {
    throw new Error(`${where}, and then found ${origin}: ${String(cause)}`, { cause });
  }
}

async function errorOf(act: () => Promise<void>): Promise<unknown> {
  try {
    await act();
    return undefined;
  } catch (error) {
    return error ?? new TypeError("the run was rejected without an error");
  }
}

/** Whether the file system's going wrong is behind it; a failed assertion of the run is not to be taken for that. */
function isOurs(error: unknown): boolean {
  for (let at = error; at instanceof Error; at = at.cause) {
    if (at instanceof JournalError || at instanceof SimulatedCrash) return true;
  }
  return false;
}
