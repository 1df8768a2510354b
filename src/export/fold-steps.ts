/**
 * Folds records into steps, in the order they happened. A step is given once nothing more belongs to it; what waits
 * is bounded, so a call whose result is long in coming lets its step go without it, and the result follows.
 */

import { isStarted } from "../event/guards.js";
import type { JournalRecord } from "../event/types.js";
import type { Folded, Head, Step } from "./step.js";
import { StepQueue } from "./step-queue.js";

export class StepFold {
  #queue: StepQueue | undefined;

  /** What is ready to be told once `record` came. */
  add(record: JournalRecord): readonly Folded[] {
    if (this.#queue === undefined) return this.#begin(record);
    this.#queue.add(record);
    return toldSteps(this.#queue.release());
  }

  /** The rest; nothing where there were no records. */
  end(): readonly Folded[] {
    if (this.#queue === undefined) return NOTHING;
    return [...toldSteps(this.#queue.releaseAll()), { kind: "ending", ending: this.#queue.ending() }];
  }

  #begin(record: JournalRecord): readonly Folded[] {
    const head = headOf(record);
    this.#queue = new StepQueue();
    if (head !== null) this.#queue.begin(record, head);
    else this.#queue.add(record);
    return [{ kind: "head", head }, ...toldSteps(this.#queue.release())];
  }
}

/** Most records make no step ready. */
const NOTHING: readonly Folded[] = [];

function toldSteps(steps: readonly Step[]): readonly Folded[] {
  return steps.length === 0 ? NOTHING : steps.map((step) => ({ kind: "step", step }));
}

function headOf({ type, data, time }: JournalRecord): Head {
  const started: unknown = data;
  if (type !== "session.started" || !isStarted(started)) return null;
  return { ...started, startedAt: started.at ?? time };
}
