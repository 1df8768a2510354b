/**
 * Ends sessions while the next ones are read: what an fsync waits for is the disk, and the disk takes several at a time. A name
 * is durable once its directory was synced, which is done once for all sessions that ended meanwhile.
 */
import { writeFailed } from "../../errors.js";
import type { Place } from "../../store/place.js";

const MOST_UNDER_WAY = 16;

export class Finishing {
  readonly #place: Place;
  /** By the id of the session. */
  readonly #underWay = new Map<string, Promise<void>>();
  #failure: unknown = null;
  #hasNews = false;

  constructor(place: Place) {
    this.#place = place;
  }

  /** Resolves at once while not too many are under way. Throws what an earlier one failed with. */
  async add(id: string, work: Promise<void>): Promise<void> {
    const settled = work.then(
      () => {
        this.#hasNews = true;
      },
      (error: unknown) => {
        this.#failure ??= error;
      },
    );
    this.#underWay.set(id, settled);
    void settled.then(() => this.#underWay.delete(id));
    if (this.#underWay.size >= MOST_UNDER_WAY) await Promise.race(this.#underWay.values());
    this.#throwFailure();
  }

  /** Resolves when all that was added is durable, its name included. Throws what one of them failed with. */
  async settled(): Promise<void> {
    await Promise.all(this.#underWay.values());
    this.#throwFailure();
    if (!this.#hasNews) return;
    this.#hasNews = false;
    const { files, directory } = this.#place;
    try {
      files.syncDirectory(directory);
    } catch (cause) {
      throw writeFailed(directory, cause);
    }
  }

  /** Waits for what is under way, whatever becomes of it. */
  async quiet(): Promise<void> {
    await Promise.all(this.#underWay.values());
  }

  /** Waits for one session: it may stand in another source too. */
  async of(id: string): Promise<void> {
    await this.#underWay.get(id);
  }

  #throwFailure(): void {
    const failure = this.#failure;
    if (failure === null) return;
    this.#failure = null;
    throw failure;
  }
}
