/** Goes through the journals of a workspace, or those that are named, and tells what of them could not be looked at. */
import { corruptJournal, JournalError } from "../errors.js";
import type { SoundPartEnd } from "../journal/sound-part.js";
import type { Where } from "../store/place.js";
import { type JournalFile, listJournals } from "./journals.js";

export interface JournalsOptions extends Where {
  /** Paths of journals, taken in that order, instead of all of the workspace. */
  journals?: readonly string[] | undefined;
  /** Ends it with the signal's reason. */
  signal?: AbortSignal | undefined;
  /** Told now and then how many bytes were read, of the journal at `path`. */
  onProgress?: ((bytes: number, path: string) => void) | undefined;
  /** Told where a journal that was verified is torn, corrupt or empty. Without it a corrupt one throws CORRUPT_JOURNAL. */
  onDamage?: ((path: string, found: SoundPartEnd) => void) | undefined;
  /** Told of a journal that cannot be read; the others are gone on with. Without it that is thrown. */
  onUnreadable?: ((path: string, error: JournalError) => void) | undefined;
}

/** One that is found by its id must be of that session; one that is named by its path is of whatever session it says. */
export type ChosenJournal = Partial<Pick<JournalFile, "id">> & Pick<JournalFile, "path">;

/** `read` gives what it finds, and returns what the journal came to; null where that was not looked at. */
export async function* eachJournal<T>(
  options: JournalsOptions,
  read: (journal: ChosenJournal) => AsyncGenerator<T[], SoundPartEnd | null>,
): AsyncGenerator<T[], void> {
  const { onUnreadable } = options;
  const journals = options.journals?.map((path): ChosenJournal => ({ path })) ?? listJournals(options);
  for (const journal of journals) {
    const { path } = journal;
    try {
      tellDamage(path, yield* read(journal), options);
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

function tellDamage(path: string, found: SoundPartEnd | null, { onDamage }: JournalsOptions): void {
  if (found === null || found.verdict === "sound" || found.verdict === "growing") return;
  if (onDamage !== undefined) onDamage(path, found);
  else if (found.verdict === "corrupt" && found.break !== null) {
    throw corruptJournal(path, { ...found.break, mark: found.mark });
  }
}
