/** Which sessions a folder holds, and which files each has. */
import type { Files } from "../files/files.js";
import { isSessionId } from "./id.js";
import { BLOBS_SUFFIX, JOURNAL_SUFFIX, SNAPSHOT_SUFFIX } from "./names.js";

export interface SessionFiles {
  readonly id: string;
  readonly hasJournal: boolean;
  readonly hasSnapshot: boolean;
  /** Whether something has the name of its folder of blobs. */
  readonly hasBlobs: boolean;
  /** Names of everything that belongs to it, the journal last: a removal that is interrupted leaves a session. */
  readonly names: readonly string[];
}

const KEPT = /^(.+)\.(?:ndjson\.torn-\d+(?:\.\d+)?|ndjson\.damaged-\d+|json\.damaged-\d+|blobs)$/;
const TEMPORARY = /^\.(.+)\.[0-9a-f]{12}\.tmp$/;

/** A folder may hold 100,000 of these and is listed often: what follows from the rest is made when it is asked for. */
class Found implements SessionFiles {
  readonly id: string;
  hasJournal = false;
  hasSnapshot = false;
  rest: string[] | null = null;

  constructor(id: string) {
    this.id = id;
  }

  get hasBlobs(): boolean {
    return this.rest?.includes(this.id + BLOBS_SUFFIX) ?? false;
  }

  get names(): readonly string[] {
    const names = this.rest === null ? [] : [...this.rest];
    if (this.hasSnapshot) names.push(this.id + SNAPSHOT_SUFFIX);
    if (this.hasJournal) names.push(this.id + JOURNAL_SUFFIX);
    return names;
  }
}

/** The sessions of a folder by id, descending: generated ids begin with their time. None where there is no folder. */
export function listSessionFiles(files: Files, directory: string): SessionFiles[] {
  const sessions = new Map<string, Found>();
  for (const name of readNames(files, directory)) {
    if (name.endsWith(JOURNAL_SUFFIX)) {
      const session = sessionOf(sessions, name.slice(0, -JOURNAL_SUFFIX.length));
      if (session !== null) session.hasJournal = true;
    } else if (name.endsWith(SNAPSHOT_SUFFIX)) {
      const session = sessionOf(sessions, name.slice(0, -SNAPSHOT_SUFFIX.length));
      if (session !== null) session.hasSnapshot = true;
    } else {
      const session = sessionOf(sessions, idOfOther(name));
      if (session !== null) session.rest = [...(session.rest ?? []), name];
    }
  }
  const found: SessionFiles[] = [];
  for (const id of [...sessions.keys()].sort().reverse()) {
    const session = sessions.get(id);
    if (session !== undefined && (session.hasJournal || session.hasSnapshot)) found.push(session);
  }
  return found;
}

function sessionOf(sessions: Map<string, Found>, id: string): Found | null {
  const known = sessions.get(id);
  if (known !== undefined) return known;
  if (!isSessionId(id)) return null;
  const session = new Found(id);
  sessions.set(id, session);
  return session;
}

/** The id within the name of a kept original, a folder of blobs or an unfinished file; "", which is none, for any other name. */
function idOfOther(name: string): string {
  return (name.startsWith(".") ? TEMPORARY : KEPT).exec(name)?.[1] ?? "";
}

function readNames(files: Files, directory: string): string[] {
  try {
    return files.list(directory);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}
