/**
 * The public sub-path `@choragen/session-journal/testing`: a file system in memory that goes wrong where it is told to,
 * and checks that make everything go wrong under a function which drives a session.
 */
export * from "../files/testing.js";
export { checkEveryFault, type EveryFaultOptions, type FaultsChecked } from "./check-every-fault.js";
export { checkEveryPrefix, type EveryPrefixOptions, type PrefixesChecked } from "./check-every-prefix.js";
export type { Drive, DriveDisk } from "./drive.js";
export type { FoundDisk, LookOptions } from "./found-disk.js";
export { randomFrom } from "./random-from.js";
