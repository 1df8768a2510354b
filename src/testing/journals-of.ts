/** The journals on a disk of a check, and what lies beside each. */
import type { MemoryFiles } from "../files/testing.js";
import { SESSIONS_DIR } from "./drive.js";

const JOURNAL_END = ".ndjson";

/** The ids of the sessions that have one. */
export function journalsOf(files: MemoryFiles): string[] {
  if (files.statPath(SESSIONS_DIR) === null) return [];
  const names = files.list(SESSIONS_DIR).filter((name) => name.endsWith(JOURNAL_END));
  return names.map((name) => name.slice(0, -JOURNAL_END.length));
}

export function journalPath(id: string): string {
  return `${SESSIONS_DIR}/${id}${JOURNAL_END}`;
}

/** Puts the values there that the journal's records name. */
export function copyBlobs(from: MemoryFiles, to: MemoryFiles, id: string): void {
  const folder = `${SESSIONS_DIR}/${id}.blobs`;
  if (from.statPath(folder) === null) return;
  for (const name of from.list(folder)) to.writeFile(`${folder}/${name}`, from.readFile(`${folder}/${name}`));
}
