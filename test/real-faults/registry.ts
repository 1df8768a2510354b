/** All cases of the real faults, in the order in which they are tried. */
import { abortedFileSystem } from "./cases/aborted-file-system.js";
import { disturbed } from "./cases/disturbed.js";
import { failedFsyncs } from "./cases/failed-fsync-on-ext4.js";
import { failingFsyncs } from "./cases/failing-fsync.js";
import { failingRecovery } from "./cases/failing-recovery.js";
import { failingCut, failingWrite } from "./cases/failing-write.js";
import { fights } from "./cases/fights.js";
import { fileSizeLimit } from "./cases/file-size-limit.js";
import { forkedProcess } from "./cases/forked-process.js";
import { fullDisk } from "./cases/full-disk.js";
import { fullForAWhile } from "./cases/full-for-a-while.js";
import { jumpingClock } from "./cases/jumping-clock.js";
import { leavings } from "./cases/leaving.js";
import { noDescriptors } from "./cases/no-descriptors.js";
import { noPermission } from "./cases/no-permission.js";
import { readOnly } from "./cases/read-only.js";
import { shortWrites } from "./cases/short-writes.js";
import { stoppedWriter } from "./cases/stopped-writer.js";
import { storms } from "./cases/storms.js";
import { workerThreads } from "./cases/worker-threads.js";
import type { FaultCase } from "./fault-case.js";

export const cases: readonly FaultCase[] = [
  fullDisk,
  fullForAWhile,
  fileSizeLimit,
  noDescriptors,
  noPermission,
  readOnly,
  abortedFileSystem,
  failingWrite,
  failingCut,
  ...failingFsyncs,
  failingRecovery,
  shortWrites,
  ...failedFsyncs,
  ...disturbed,
  jumpingClock,
  ...storms,
  ...leavings,
  workerThreads,
  forkedProcess,
  ...fights,
  stoppedWriter,
];
