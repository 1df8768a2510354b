/**
 * Kills the process, and then the machine, at every moment of a run, and checks what is found each time. Disks that hold
 * the same bytes under the same names are checked once for each thing that was promised of them.
 */
import { fingerprint } from "../../src/files/memory-tree.js";
import { type MemoryFiles, powerCuts, randomPowerCut } from "../../src/files/testing.js";
import { randomFrom } from "../../src/testing/random-from.js";
import { expectGoesOn, expectIntact, type Kept } from "./fault-checks.js";
import type { CrashPoint } from "./fault-crash-points.js";
import { seed } from "./fault-random.js";

/** What a power cut may leave: all of it, or so many outcomes by chance where there are more than `limit`. */
export function cutsOf(files: MemoryFiles, limit: number): MemoryFiles[] {
  try {
    return [...powerCuts(files, { limit })];
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const random = randomFrom(seed);
    return Array.from({ length: limit }, () => randomPowerCut(files, random));
  }
}

/** Tells disks that were seen before from new ones. */
export class SeenDisks {
  readonly #seen = new Map<string, number>();
  disks = 0;

  /** Whether the disk was never seen, or never with as much promised of it. */
  isNew(files: MemoryFiles, promised = 0): "new" | "more promised" | null {
    this.disks += 1;
    const print = fingerprint(files.disk.root);
    const known = this.#seen.get(print);
    if (known !== undefined && known >= promised) return null;
    this.#seen.set(print, promised);
    return known === undefined ? "new" : "more promised";
  }

  /** How many of the disks were different. */
  get different(): number {
    return this.#seen.size;
  }
}

/** Checks every disk that a death may leave. */
export class Survival {
  readonly seen = new SeenDisks();

  /** The process dies at every moment. */
  async kills(points: readonly CrashPoint[]): Promise<void> {
    for (const { at, files, written, durableSeq } of points) {
      await this.check(files, { bytes: written, durableSeq }, at);
    }
  }

  /** The machine loses power at every moment. */
  async cuts(points: readonly CrashPoint[], limit: number): Promise<void> {
    for (const { at, files, promised, durableSeq } of points) {
      for (const found of cutsOf(files, limit)) await this.check(found, { bytes: promised, durableSeq }, at);
    }
  }

  async check(files: MemoryFiles, kept: Kept, where: string): Promise<void> {
    const news = this.seen.isNew(files, kept.bytes.length * 1_000 + (kept.durableSeq ?? 0));
    if (news === null) return;
    try {
      await expectIntact(files, kept);
      if (news === "new") await expectGoesOn(files.afterKill());
    } catch (error) {
      throw new Error(`${where}, ${files.origin}: ${String(error)}`, { cause: error });
    }
  }
}
