/**
 * Finds text in the sessions of a workspace, or in journals that are named: the newest session first, in each the records
 * in their order, as they are found. It changes nothing.
 */
import type { BlobFault } from "../../blobs/read-blob.js";
import { eachOf } from "../../journal/each-of.js";
import type { SoundPartEnd } from "../../journal/sound-part.js";
import { resolvePlace } from "../../store/place.js";
import { eachJournal, type JournalsOptions } from "../each-journal.js";
import type { Match } from "./match.js";
import type { SearchPattern } from "./pattern.js";
import { JournalSearch } from "./search-journal.js";

export interface SearchOptions extends SearchPattern, JournalsOptions {
  /** Only the first match of each session; its `count` is 1. */
  onlyFirst?: boolean | undefined;
  /** Told, once for each, of a value that lies in a blob which is not there or is damaged: it was not searched. */
  onBlobFault?: ((path: string, fault: BlobFault) => void) | undefined;
}

/**
 * Yields a match for each record in which the pattern stands. Matches are sound: where the text of the pattern is found,
 * the journal is read from its start and verified, and what lies behind damage is not given. A journal in which it is not
 * found is not verified; with `isRegExp` every journal is. Throws a TypeError or SyntaxError at once for a pattern that
 * cannot be searched for, and READ_FAILED where the folder cannot be read.
 */
export function searchSessions(options: SearchOptions): AsyncIterableIterator<Match> {
  const { files } = resolvePlace(options);
  const { pattern, isRegExp, ignoreCase, onlyFirst = false, signal, onProgress, onBlobFault } = options;
  let at = "";
  const search = new JournalSearch({
    pattern,
    isRegExp,
    ignoreCase,
    files,
    onlyFirst,
    signal,
    onProgress: onProgress && ((bytes) => onProgress(bytes, at)),
    onBlobFault,
  });
  return eachOf(
    eachJournal(options, ({ path, id }) => {
      at = path;
      return onlyFirst ? untilFound(search.run(path, id)) : search.run(path, id);
    }),
  );
}

/** What lies behind the first match is not looked at. */
async function* untilFound(
  batches: AsyncGenerator<Match[], SoundPartEnd | null>,
): AsyncGenerator<Match[], SoundPartEnd | null> {
  const first = await batches.next();
  if (first.done) return first.value;
  yield first.value.slice(0, 1);
  await batches.return(null);
  return null;
}
