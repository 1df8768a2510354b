/** What a check gives to the function that drives a session, and what that function has promised of it. */
import type { MemoryFiles } from "../files/testing.js";

/** Where the sessions of a check lie on its disks. */
export const SESSIONS_DIR = "/sessions";

export interface DriveDisk {
  /** For the option `files` of everything that reads or writes. */
  readonly files: MemoryFiles;
  /** For the option of the same name. */
  readonly sessionsDir: string;
  /**
   * To be called where your runtime tells somebody that the session is safe: all that has been appended to it by then
   * must be found, whatever goes wrong from then on.
   */
  acknowledge(session: { readonly journalPath: string }): void;
}

/** Runs your runtime once, on that disk. It is called many times and has to take the same course each time. */
export type Drive = (disk: DriveDisk) => Promise<void> | void;

/** The journals as they were when they were last acknowledged. */
export type Promised = Map<string, Uint8Array>;

/** Runs it once; `promised` grows while it runs. */
export async function run(drive: Drive, files: MemoryFiles, promised: Promised): Promise<void> {
  await drive({
    files,
    sessionsDir: SESSIONS_DIR,
    acknowledge: ({ journalPath }) => {
      // A process that is dead promises nothing, even where its code has not noticed.
      if (!files.faults.hasCrashed) promised.set(journalPath, files.readFile(journalPath));
    },
  });
}
