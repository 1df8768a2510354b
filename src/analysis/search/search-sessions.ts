/**
 * Finds text in the sessions of a workspace, or in journals that are named: the newest session first, in each the records
 * in their order, as they are found. It changes nothing.
 */
import type { BlobFault } from "../../blobs/read-blob.js";
import { corruptJournal, JournalError } from "../../errors.js";
import { eachOf } from "../../journal/each-of.js";
import type { SoundPartEnd } from "../../journal/sound-part.js";
import { resolvePlace, type Where } from "../../store/place.js";
import { type JournalFile, listJournals } from "../journals.js";
import type { Match } from "./match.js";
import type { SearchPattern } from "./pattern.js";
import { JournalSearch } from "./search-journal.js";

export interface SearchOptions extends SearchPattern, Where {
  /** Paths of journals, searched in that order, instead of all of the workspace. */
  journals?: readonly string[] | undefined;
  /** Only the first match of each session; its `count` is 1. */
  onlyFirst?: boolean | undefined;
  /** Ends the search with the signal's reason. */
  signal?: AbortSignal | undefined;
  /** Told now and then how many bytes were read, of the journal at `path`. */
  onProgress?: ((bytes: number, path: string) => void) | undefined;
  /** Told where a journal that was verified is torn, corrupt or empty. Without it a corrupt one throws CORRUPT_JOURNAL. */
  onDamage?: ((path: string, found: SoundPartEnd) => void) | undefined;
  /** Told, once for each, of a value that lies in a blob which is not there or is damaged: it was not searched. */
  onBlobFault?: ((path: string, fault: BlobFault) => void) | undefined;
  /** Told of a journal that cannot be read; the search goes on. Without it that is thrown. */
  onUnreadable?: ((path: string, error: JournalError) => void) | undefined;
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
    searchAll(search, options, (path) => {
      at = path;
    }),
  );
}

async function* searchAll(
  search: JournalSearch,
  options: SearchOptions,
  begin: (path: string) => void,
): AsyncGenerator<Match[], void> {
  const { onlyFirst, onUnreadable } = options;
  for (const journal of searchedJournals(options)) {
    const { path } = journal;
    begin(path);
    try {
      yield* onlyFirst ? searchUntilFound(search, journal, options) : searchThrough(search, journal, options);
    } catch (error) {
      if (
        onUnreadable === undefined ||
        !(error instanceof JournalError) ||
        error.code === "CORRUPT_JOURNAL"
      ) {
        throw error;
      }
      onUnreadable(path, error);
    }
  }
}

/** One that is found by its id must be of that session; one that is named by its path is of whatever session it says. */
function searchedJournals(options: SearchOptions): Searched[] {
  return options.journals?.map((path) => ({ path })) ?? listJournals(options);
}

type Searched = Partial<Pick<JournalFile, "id">> & Pick<JournalFile, "path">;

async function* searchThrough(
  search: JournalSearch,
  { path, id }: Searched,
  options: SearchOptions,
): AsyncGenerator<Match[], void> {
  tellDamage(path, yield* search.run(path, id), options);
}

/** What lies behind the first match is not looked at. */
async function* searchUntilFound(
  search: JournalSearch,
  { path, id }: Searched,
  options: SearchOptions,
): AsyncGenerator<Match[], void> {
  const batches = search.run(path, id);
  const first = await batches.next();
  if (first.done) return tellDamage(path, first.value, options);
  yield first.value.slice(0, 1);
  await batches.return(null);
}

function tellDamage(path: string, found: SoundPartEnd | null, { onDamage }: SearchOptions): void {
  if (found === null || found.verdict === "sound" || found.verdict === "growing") return;
  if (onDamage !== undefined) onDamage(path, found);
  else if (found.verdict === "corrupt" && found.break !== null) {
    throw corruptJournal(path, { ...found.break, mark: found.mark });
  }
}
