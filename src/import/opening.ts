/**
 * Holds back what a source says before it is known whose session it is: the model often stands only in the first reply.
 * It gives the beginning and everything held as soon as the reader knows enough, or when it has waited long enough.
 */
import type { Entry, ForeignHeader } from "./types.js";

/** So many entries are held; a run that has not named its model by then does so nowhere that matters. */
const MOST_HELD = 256;

export class Opening {
  #held: Entry[] | null = [];
  readonly #session: string;
  readonly #header: () => ForeignHeader;

  /** `header` says what is known at the time. */
  constructor(session: string, header: () => ForeignHeader) {
    this.#session = session;
    this.#header = header;
  }

  get isOpen(): boolean {
    return this.#held === null;
  }

  /** Passes entries on, or holds them until `isKnown` or there are too many. */
  *pass(entries: Iterable<Entry>, isKnown: boolean): Generator<Entry, void> {
    if (this.#held === null) {
      yield* entries;
      return;
    }
    this.#held.push(...entries);
    if (isKnown || this.#held.length >= MOST_HELD) yield* this.open();
  }

  /** Begins the session with what is known now. */
  *open(): Generator<Entry, void> {
    if (this.#held === null) return;
    const held = this.#held;
    this.#held = null;
    yield { kind: "begin", session: this.#session, header: this.#header() };
    yield* held;
  }
}
