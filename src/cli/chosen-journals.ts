/** The journals that a command goes through: those of the sessions that are named, else all of the workspace; each once. */
import type { JournalFile } from "../analysis/entry.js";
import { listJournals } from "../analysis/journals.js";
import { journalNameOf } from "../journal/place-of.js";
import { findJournal, journalKey } from "./find-journal.js";
import { findPlace } from "./workspace.js";

/** Newest first unless they are named; throws where one that is named is not there, or there is no workspace. */
export function chooseJournals(
  named: readonly string[],
  workspace: string | undefined,
  since?: Date,
): JournalFile[] {
  if (named.length === 0) return listJournals({ sessionsDir: findPlace(workspace).directory, since });
  const paths = new Map<string, string>();
  for (const wanted of named) {
    const path = findJournal(wanted, workspace);
    if (!paths.has(journalKey(path))) paths.set(journalKey(path), path);
  }
  return [...paths.values()].map((path) => ({ id: journalNameOf(path) ?? path, path }));
}
