/** The ids that a shell may put in the place of what was typed. It reads names, and nothing else. */
import { listSessionFiles } from "../../store/session-files.js";
import { findPlace } from "../workspace.js";

/**
 * Those that begin with `word`, the newest first; where there are none, the one that ends with it: of several, the
 * shell would take what they have in common, which is not what was typed.
 */
export function completeId(word: string, workspace: string | undefined): string[] {
  const { files, directory } = findPlace(workspace);
  const ids = listSessionFiles(files, directory).map(({ id }) => id);
  const found = ["latest", ...ids].filter((id) => id.startsWith(word));
  if (found.length > 0) return found;
  const ending = ids.filter((id) => id.endsWith(word));
  return ending.length === 1 ? ending : [];
}
