/** The journals of a workspace, newest first: by names, and by first records only where names do not say enough. */
import { readDirectory } from "../store/list.js";
import { sessionPaths } from "../store/names.js";
import { farthestBack, newestFirst } from "../store/newest-first.js";
import { resolvePlace, type Where } from "../store/place.js";
import { readStartTime, utc } from "../store/start-time.js";

export interface JournalFile {
  readonly id: string;
  readonly path: string;
}

export interface ListJournalsOptions extends Where {
  /** Started then or later. A session of which nothing tells when it was started is left out. */
  since?: Date | undefined;
}

/** A session of which only a snapshot is left has no journal and is not among them. Throws READ_FAILED. */
export function listJournals(options: ListJournalsOptions = {}): JournalFile[] {
  const place = resolvePlace(options);
  const { files, directory } = place;
  const since = options.since === undefined ? "" : utc(options.since);
  const recorded = readDirectory(place).filter(({ hasJournal }) => hasJournal);
  const journals: JournalFile[] = [];
  for (const group of newestFirst(place, recorded, farthestBack(options.since))) {
    const isTimed = group.length > 1 || since !== "";
    const timed = group.map((session) => ({
      id: session.id,
      time: isTimed ? readStartTime(files, directory, session) : "",
    }));
    timed.sort((a, b) => (a.time === b.time ? 0 : a.time < b.time ? 1 : -1));
    for (const { id, time } of timed) {
      if (since === "" || (time !== "" && time >= since)) {
        journals.push({ id, path: sessionPaths(directory, id).journal });
      }
    }
  }
  return journals;
}
