/** What the snapshot beside a journal says of it, for whoever is given only the journal's path. It changes nothing. */
import type { Files } from "../files/files.js";
import { readAnchor } from "../snapshot/anchor.js";
import type { SnapshotAnchor } from "./inspect.js";
import { placeOfSnapshot } from "./place-of.js";

/** `sessionId` is the session that the journal must be of, where that is known. */
export function snapshotAnchor(
  files: Files,
  path: string,
  sessionId: string | undefined,
): SnapshotAnchor | undefined {
  const place = placeOfSnapshot(files, path, sessionId);
  return place === undefined ? undefined : (readAnchor(files, place) ?? undefined);
}
