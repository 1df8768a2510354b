/**
 * Where the blobs of a journal lie that is given by its path: in a folder beside it that is called after the file, or after
 * the session that a copy under another name is of. It looks only at names, and at the first line of such a copy.
 */
import { basename, dirname } from "node:path";
import type { Files } from "../files/files.js";
import { namedSessionIdAt, requiredSessionId } from "../journal/place-of.js";
import { isSessionId } from "../store/id.js";
import { sessionPaths } from "../store/names.js";

/** An original that a repair kept has the blobs of the journal that took its place. */
const BEHIND_NAME = /\.ndjson(?:\.(?:damaged|torn)-\d+(?:\.\d+)?)?$/;

/** The folder that is called after the file, without a look at anything. */
export function blobsCalledAfter(journalPath: string): string {
  return sessionPaths(dirname(journalPath), basename(journalPath).replace(BEHIND_NAME, "")).blobs;
}

/** Where nothing is found, the folder that would have to be there. */
export function blobsBeside(files: Files, journalPath: string): string {
  const called = blobsCalledAfter(journalPath);
  if (requiredSessionId(journalPath) !== undefined || files.statPath(called) !== null) return called;
  const named = namedSessionIdAt(files, journalPath);
  if (named === undefined || !isSessionId(named)) return called;
  const { blobs } = sessionPaths(dirname(journalPath), named);
  return files.statPath(blobs) === null ? called : blobs;
}
