/**
 * Syncs a file for a caller who awaits it: in a thread, or at once where the disk lately answered sooner than a thread could
 * be woken and come back. It decides only that; what a sync means is the seam's contract.
 */

export interface SyncWays {
  readonly now: (fd: number) => void;
  readonly inThread: (fd: number) => Promise<void>;
  /** Milliseconds; only differences count. */
  readonly clock: () => number;
}

/** About what waking a thread, and being woken by it, takes. */
const HAND_OVER_MS = 0.06;
/** What takes a few times that is not worth holding the event loop for. */
const SHORT_MS = 0.25;
/** What a sync is expected to take follows the last ones by so much each: a disk that falters is soon left to a thread. */
const WEIGHT = 1 / 8;
/** More bytes take longer than the last sync says. */
const FEW_BYTES = 64 * 1024;
/** The event loop gets its turn after so much of it, however fast its caller comes again. */
const TURN_MS = 4;

/**
 * Made once for all files of a process. At once is only a sync that is alone: several at a time are faster in threads, where
 * the file system may save them together. None begins before the caller's own turn is over.
 */
export function createSyncLater(ways: SyncWays): (fd: number, dirtyBytes: number) => Promise<void> {
  // A disk has to show first that it is fast.
  let expectedMs = 4 * SHORT_MS;
  let underWay = 0;
  let heldMs = 0;

  const learn = (tookMs: number): void => {
    expectedMs += WEIGHT * (tookMs - expectedMs);
  };
  const hold = (fd: number): void => {
    const startMs = ways.clock();
    ways.now(fd);
    const tookMs = ways.clock() - startMs;
    learn(tookMs);
    if (heldMs === 0) {
      setImmediate(() => {
        heldMs = 0;
      }).unref();
    }
    heldMs += tookMs;
  };
  const handOver = async (fd: number): Promise<void> => {
    const startMs = ways.clock();
    await ways.inThread(fd);
    learn(Math.max(0, ways.clock() - startMs - HAND_OVER_MS));
  };

  return async (fd, dirtyBytes) => {
    underWay += 1;
    try {
      // Whoever else asks in this turn is then known.
      await Promise.resolve();
      const isShort = expectedMs <= SHORT_MS && dirtyBytes <= FEW_BYTES;
      if (isShort && underWay === 1 && heldMs < TURN_MS) hold(fd);
      else await handOver(fd);
    } catch (error) {
      expectedMs = 4 * SHORT_MS;
      throw error;
    } finally {
      underWay -= 1;
    }
  };
}
