/**
 * The state of a session that is being written. It folds lazily: records wait as the bytes that they are in
 * the journal until the state is looked at, so what is shown is what a replay would give, an append pays
 * nothing for it, and no object of a caller lives in it. What it hands out is frozen.
 */
import type { JournalRecord } from "../event/types.js";
import { deepFreeze } from "./freeze.js";
import { reduce } from "./reduce.js";
import { copyState } from "./state.js";
import type { ReplayState, SessionState } from "./types.js";
import { type FetchBlob, withWholeValues } from "./whole-values.js";

export class LiveState {
  readonly #replay: ReplayState;
  readonly #takeUnfolded: () => Iterable<JournalRecord>;
  readonly #fetchBlob: FetchBlob;
  #shown: SessionState | null = null;

  /**
   * `takeUnfolded` hands over, once, the records that came since it was last asked; `fetchBlob` is asked for values that
   * lie in blobs, each time that a member with such values is shown for the first time.
   */
  constructor(
    replay: ReplayState,
    takeUnfolded: () => Iterable<JournalRecord>,
    fetchBlob: FetchBlob = () => undefined,
  ) {
    this.#replay = replay;
    this.#takeUnfolded = takeUnfolded;
    this.#fetchBlob = fetchBlob;
  }

  /** Up to date, with markers for the values that lie in blobs; not to be handed out. */
  current(): ReplayState {
    this.fold(this.#takeUnfolded());
    return this.#replay;
  }

  /** Records that somebody else wrote, in order. */
  fold(records: Iterable<JournalRecord>): void {
    for (const record of records) {
      reduce(this.#replay, record);
      this.#shown = null;
    }
  }

  /** Up to date, frozen and with whole values; the same object until something changes. */
  shown(): SessionState {
    const replay = this.current();
    this.#shown ??= this.#show(replay);
    return this.#shown;
  }

  #show(replay: ReplayState): SessionState {
    const { state, blobs } = copyState(replay);
    const frozen = deepFreeze(state);
    return blobs === undefined ? frozen : withWholeValues(frozen, blobs, this.#fetchBlob);
  }
}
