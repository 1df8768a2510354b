/** What the sources of one import share: where they are written, which sessions are known, and what is still being ended. */
import { writeFailed } from "../../errors.js";
import { ensureDirectory, type Place, resolvePlace, type Where } from "../../store/place.js";
import { Finishing } from "./finishing.js";
import { KnownSessions } from "./known-sessions.js";
import { Leftovers } from "./leftovers.js";

export class ImportRun {
  readonly place: Place;
  readonly known = new KnownSessions();
  readonly finishing: Finishing;
  readonly leftovers: Leftovers;
  #isEnsured = false;

  constructor(where: Where) {
    this.place = resolvePlace(where);
    this.finishing = new Finishing(this.place);
    this.leftovers = new Leftovers(this.place);
  }

  /** Makes the folder of the sessions, durably, where it is not there. Throws WRITE_FAILED. */
  ensureDirectory(): void {
    if (this.#isEnsured) return;
    try {
      ensureDirectory(this.place);
    } catch (cause) {
      throw writeFailed(this.place.directory, cause);
    }
    this.#isEnsured = true;
  }
}
