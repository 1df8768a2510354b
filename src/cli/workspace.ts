/**
 * Where the sessions are: in the folder that was named, in the one that the environment names, or in the
 * nearest `.choragen` here or above, as git finds its repository. It makes nothing.
 */
import { statSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { type Place, resolvePlace, type Where } from "../store/place.js";
import { safeLine } from "../text/safe-text.js";
import { missing } from "./errors.js";

/** Where to look for sessions; throws where there is no such folder. */
export function findPlace(workspace: string | undefined): Place {
  const where = findWhere(workspace);
  const place = resolvePlace(where ?? {});
  if (where !== null && isDirectory(place.directory)) return place;
  if (where === null) {
    throw missing(
      "there is no .choragen folder here or above; go to the workspace, or name it with --workspace DIR",
    );
  }
  throw missing(`there are no sessions yet in ${shownPath(place.directory)}`);
}

/** Where a new session goes: as above, and to the current directory where there is nothing yet. */
export function findWhereToRecord(workspace: string | undefined): Where {
  return findWhere(workspace) ?? { workspaceRoot: "." };
}

function findWhere(workspace: string | undefined): Where | null {
  if (workspace !== undefined) {
    if (!isDirectory(workspace))
      throw missing(`there is no folder ${workspace}; --workspace names one that is there`);
    return { workspaceRoot: workspace };
  }
  if (process.env.CHORAGEN_SESSIONS_DIR) return {};
  for (let at = resolve("."); ; at = dirname(at)) {
    if (isDirectory(join(at, ".choragen"))) return { workspaceRoot: at };
    if (at === dirname(at)) return null;
  }
}

export function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

/** To be read by a person: from the current directory where the path is below it, and nothing a terminal obeys. */
export function shownPath(path: string): string {
  const shorter = relative(".", path);
  const isElsewhere = shorter === "" || shorter === ".." || shorter.startsWith(`..${sep}`);
  return safeLine(isElsewhere ? path : shorter);
}
