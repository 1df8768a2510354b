/** The calls of one tool, or of all: how they came out, how long they took, and how many bytes their records take. */
import { type DurationFigures, Durations } from "./durations.js";

/** A call is in one of `failed`, `denied` and `open`, or it succeeded. */
export interface CallFigures extends DurationFigures {
  calls: number;
  /** Allowed, and finished without success. */
  failed: number;
  /** By governance; whatever came of them afterwards. Their durations say nothing of the tool and are not counted. */
  denied: number;
  /** Allowed, and not finished. */
  open: number;
  /** Of their records, both of each call, as lines of the journal. */
  bytes: number;
}

export class CallCount {
  calls = 0;
  failed = 0;
  denied = 0;
  open = 0;
  bytes = 0;
  readonly durations = new Durations();

  merge(other: CallCount): void {
    this.calls += other.calls;
    this.failed += other.failed;
    this.denied += other.denied;
    this.open += other.open;
    this.bytes += other.bytes;
    this.durations.merge(other.durations);
  }

  figures(): CallFigures {
    const { calls, failed, denied, open, bytes } = this;
    return { calls, failed, denied, open, ...this.durations.figures(), bytes };
  }
}
