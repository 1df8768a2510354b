/** Cuts the journals of a run short at every place, as a dying process or a full disk does, and looks at each. */
import { MemoryFiles } from "../files/testing.js";
import { type Drive, type Promised, run } from "./drive.js";
import { expectWhole, type LookOptions } from "./found-disk.js";
import { copyBlobs, journalPath, journalsOf } from "./journals-of.js";

/** Whoever reads a torn journal waits a moment to see whether it grows: the waits go on side by side. */
const AT_ONCE = 64;

export interface EveryPrefixOptions extends LookOptions {
  /** Cut at every byte, not only around the ends of lines and in their middle: slow for more than a few records. */
  readonly everyByte?: boolean | undefined;
}

export interface PrefixesChecked {
  readonly journals: number;
  readonly prefixes: number;
}

/**
 * Runs `drive` once where nothing goes wrong and then looks at each journal that it left, cut short at every record and
 * within it, alone on a disk: it must be read as the whole records that are left, and the next writer must go on from
 * there. Your own reading of it belongs in `look`, which is called for several disks at once.
 *
 * Rejects with an Error that names the place and what did not hold; with what `drive` throws; with a TypeError where it
 * recorded nothing.
 */
export async function checkEveryPrefix(
  drive: Drive,
  options: EveryPrefixOptions = {},
): Promise<PrefixesChecked> {
  const files = new MemoryFiles();
  const promised: Promised = new Map();
  await run(drive, files, promised);
  const ids = journalsOf(files);
  if (ids.length === 0)
    throw new TypeError("the run left no journal in its sessionsDir: nothing was checked");
  let prefixes = 0;
  for (const id of ids) {
    const bytes = files.readFile(journalPath(id));
    const cuts = lengths(bytes, options.everyByte ?? false);
    prefixes += cuts.length;
    while (cuts.length > 0) {
      const checks = cuts
        .splice(0, AT_ONCE)
        .map((end) => checkPrefix(files, id, bytes.subarray(0, end), options));
      for (const check of await Promise.allSettled(checks))
        if (check.status === "rejected") throw check.reason;
    }
  }
  return { journals: ids.length, prefixes };
}

async function checkPrefix(
  whole: MemoryFiles,
  id: string,
  bytes: Uint8Array,
  options: LookOptions,
): Promise<void> {
  const files = new MemoryFiles();
  const path = journalPath(id);
  files.writeFile(path, bytes);
  copyBlobs(whole, files, id);
  const lines = bytes.subarray(0, bytes.lastIndexOf(0x0a) + 1);
  try {
    await expectWhole(files, new Map([[path, lines]]), options);
  } catch (cause) {
    throw new Error(`${path} cut to ${bytes.length} bytes: ${String(cause)}`, { cause });
  }
}

/** Where to cut: from nothing to all. */
function lengths(bytes: Uint8Array, everyByte: boolean): number[] {
  if (everyByte) return Array.from({ length: bytes.length + 1 }, (_, length) => length);
  const found = new Set([0]);
  let start = 0;
  for (;;) {
    const end = bytes.indexOf(0x0a, start);
    if (end === -1) return [...found];
    for (const length of [start + 1, Math.floor((start + end) / 2), end - 1, end, end + 1]) found.add(length);
    start = end + 1;
  }
}
