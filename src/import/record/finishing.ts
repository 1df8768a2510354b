/**
 * Ends sessions many at a time while the next ones are read: what an fsync waits for is the disk, and a disk that is asked for
 * several at once does them together. A name is durable once its directory was synced, which is done once for all of them.
 */
import { writeFailed } from "../../errors.js";
import type { Place } from "../../store/place.js";

/** So many are ended together, or so many bytes of them. Their files stay open until then, and at most as many again. */
const MOST_TOGETHER = 32;
const MOST_BYTES = 16 * 1024 * 1024;

export class Finishing {
  readonly #place: Place;
  /** Not begun, by the id of the session. */
  #waiting = new Map<string, () => Promise<void>>();
  #waitingBytes = 0;
  /** The same of what is under way. */
  readonly #underWay = new Map<string, Promise<void>>();
  #failure: unknown = null;
  #hasNews = false;

  constructor(place: Place) {
    this.#place = place;
  }

  /**
   * `work` makes a session of so many bytes durable and gives it its name. Resolves at once while not too much waits. Throws what
   * an earlier one failed with.
   */
  async add(id: string, bytes: number, work: () => Promise<void>): Promise<void> {
    this.#waiting.set(id, work);
    this.#waitingBytes += bytes;
    if (this.#waiting.size >= MOST_TOGETHER || this.#waitingBytes >= MOST_BYTES) {
      await this.#ended();
      this.#begin();
    }
    this.#throwFailure();
  }

  /** Resolves when all that was added is durable, its name included. Throws what one of them failed with. */
  async settled(): Promise<void> {
    await this.quiet();
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

  /** Resolves when all that was added has ended, whatever becomes of it: an import that fails leaves what was whole by then. */
  async quiet(): Promise<void> {
    this.#begin();
    await this.#ended();
  }

  /** Waits for one session: it may stand in another source too. */
  async of(id: string): Promise<void> {
    if (this.#waiting.has(id)) this.#begin();
    await this.#underWay.get(id);
  }

  async #ended(): Promise<void> {
    await Promise.all(this.#underWay.values());
  }

  #begin(): void {
    const waiting = this.#waiting;
    this.#waiting = new Map();
    this.#waitingBytes = 0;
    for (const [id, work] of waiting) {
      const settled = work().then(
        () => {
          this.#hasNews = true;
        },
        (error: unknown) => {
          this.#failure ??= error;
        },
      );
      this.#underWay.set(id, settled);
      void settled.then(() => this.#underWay.delete(id));
    }
  }

  #throwFailure(): void {
    const failure = this.#failure;
    if (failure === null) return;
    this.#failure = null;
    throw failure;
  }
}
