/** What a repair would do to a journal: found out by reading it as the repair itself does. Types only. */
import type { Verdict } from "./verdict.js";

export interface RepairPlan {
  path: string;
  /** The session that it is of, and stays. */
  sessionId: string;
  /** Where it is not, the journal is left as it is. */
  isNeeded: boolean;
  verdict: Verdict;
  /** The first line that is not sound. */
  break?: { line: number; byteOffset: number; reason: string };
  /** Sound records before it, which stay byte for byte. */
  records: number;
  /** Bytes from there on that the mended journal does not hold as they are. */
  removedBytes: number;
  /** What is kept in a file of its own, beside the journal: those bytes, or all of the original. */
  keeps: "nothing" | "tail" | "original";
  /** Records behind the damage that can be proved and are chained anew. */
  salvaged: number;
  /** From the first to the last record that is lost. */
  gap?: { fromSeq: number; toSeq: number };
  /** Calls without a result that are closed as interrupted. */
  closedCalls: number;
  /** Whether a `session.started` is put in the place of the one that is lost. */
  infersStart: boolean;
  /** Whether the session is ended as interrupted. */
  infersEnd: boolean;
  /** Whether the snapshot says more than the mended journal and is moved aside. */
  movesSnapshot: boolean;
}
