/** What a case of the real faults is: one fault of a real machine, what it needs, what must hold, and what came of it. */
import type { Need } from "./needs.js";
import type { Room } from "./room.js";

/** The faults that have to be tried; the registry covers each of them. */
export const wanted = [
  "ENOSPC",
  "a file-size limit",
  "EMFILE",
  "EACCES",
  "EROFS",
  "EIO",
  "short writes",
  "failing fsync",
  "the disk full for a while and then not",
  "the sessions directory removed",
  "the sessions directory replaced by a link",
  "the journal removed",
  "the journal replaced by a link",
  "the journal appended to by echo >>",
  "the clock jumping by years",
  "SIGKILL storms with 40-byte events",
  "SIGKILL storms with 4 MB events",
  "process.exit() right after an append",
  "an uncaught exception",
  "worker threads",
  "child_process.fork with an open session",
  "two processes fighting for one session",
  "twenty processes fighting for one session",
  "a lister that probes in a loop",
  "a writer stopped and continued",
  "a failed fsync on ext4 whose loop device runs full",
] as const;

export type Wanted = (typeof wanted)[number];

export interface FaultCase {
  readonly name: string;
  readonly covers: readonly Wanted[];
  /** Without these it is left out, and the reason is told. */
  readonly needs: readonly Need[];
  readonly does: string;
  readonly holds: string;
  /** After which it counts as hanging; 60 where nothing is said. */
  readonly limitSeconds?: number;
  readonly run: (room: Room) => Promise<Outcome>;
}

export interface Outcome {
  /** The codes of what failed, as the system gave them; "" where nothing did. */
  readonly kernelSaid: string;
  /** Events that were acknowledged, and those of them that are not there. */
  readonly acknowledged: number;
  readonly lost: number;
  /** Of the journal as the fault left it. */
  readonly verdict: string;
  readonly wentOn: string;
  /** What else is worth seeing. */
  readonly shown?: readonly string[];
}

/** Something that must hold and does not. */
export class NotHeld extends Error {
  override readonly name = "NotHeld";
  constructor(
    message: string,
    /** How many acknowledged events are not there. */
    readonly lost = 0,
  ) {
    super(message);
  }
}

export function hold(holds: boolean, otherwise: string | (() => string)): asserts holds {
  if (!holds) throw new NotHeld(typeof otherwise === "string" ? otherwise : otherwise());
}
