/** Unfinished files that an import which died has left: the next import of the same session takes them away. */
import { join } from "node:path";
import { discard } from "../../files/discard.js";
import type { Files } from "../../files/files.js";
import type { Place } from "../../store/place.js";

const UNFINISHED = /^\.(.+)\.[0-9a-f]{12}\.tmp$/;

export class Leftovers {
  readonly #place: Place;
  /** Names by session id, as they were when the import began. */
  #names: Map<string, string[]> | null = null;

  constructor(place: Place) {
    this.#place = place;
  }

  /** Removes those of a session, but for what somebody is still at work on. */
  remove(id: string): void {
    this.#names ??= this.#find();
    for (const name of this.#names.get(id) ?? []) {
      const path = join(this.#place.directory, name);
      if (!isLocked(this.#place.files, path)) discard(this.#place.files, path);
    }
    this.#names.delete(id);
  }

  #find(): Map<string, string[]> {
    const { files, directory } = this.#place;
    const found = new Map<string, string[]>();
    const names = files.statPath(directory) === null ? [] : files.list(directory);
    for (const name of names) {
      const id = UNFINISHED.exec(name)?.[1];
      if (id !== undefined) found.set(id, [...(found.get(id) ?? []), name]);
    }
    return found;
  }
}

function isLocked(files: Files, path: string): boolean {
  try {
    const fd = files.open(path, "append");
    try {
      return !files.tryLock(fd, "exclusive");
    } finally {
      files.close(fd);
    }
  } catch {
    // It is gone, or cannot be told: then it stays.
    return true;
  }
}
