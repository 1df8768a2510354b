/** What the snapshot beside a journal says of it, for whoever is given only the journal's path. It changes nothing. */
import { dirname } from "node:path";
import type { Files } from "../files/files.js";
import { readAnchor } from "../snapshot/anchor.js";
import { sessionPaths } from "../store/names.js";
import type { SnapshotAnchor } from "./inspect.js";
import { sessionIdOf } from "./session-id-of.js";

export function snapshotAnchor(files: Files, path: string): SnapshotAnchor | undefined {
  const id = sessionIdOf(path);
  return id === undefined ? undefined : (readAnchor(files, sessionPaths(dirname(path), id)) ?? undefined);
}
