/**
 * The file system in memory, for tests of code that records sessions: disks that fail, processes that die and machines
 * that lose power. Part of the sub-path `./testing`.
 */
export { faultAtEachOperation } from "./each-operation.js";
export type { FileStat, Files, OpenMode } from "./files.js";
export {
  type Fault,
  type FaultPlan,
  type FileMethod,
  type FileOperation,
  SimulatedCrash,
} from "./memory-faults.js";
export { MemoryFiles, type MemoryFilesOptions } from "./memory-files.js";
export type { FileCut, PowerCut, Unsynced, UnsyncedFile } from "./power-cut.js";
export { type PowerCutsOptions, powerCuts, randomPowerCut } from "./power-cuts.js";
