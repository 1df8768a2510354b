/** Takes up a session that is on disk. */
import { runYielding } from "../files/steps.js";
import { checkSessionId } from "../store/id.js";
import { loadSession } from "../store/load.js";
import { sessionPaths } from "../store/names.js";
import { resolvePlace } from "../store/place.js";
import { type RecordingOptions, recorderOptions } from "./options.js";
import { Recorder } from "./recorder.js";

/** Null where there is no such session. `where` is the workspace, or options. */
export async function loadRecorder(
  id: string,
  where: string | RecordingOptions = {},
): Promise<Recorder | null> {
  checkSessionId(id);
  const options = typeof where === "string" ? { workspaceRoot: where } : where;
  const { files, directory } = resolvePlace(options);
  const recording = recorderOptions(options);
  const paths = sessionPaths(directory, id);
  const loaded = await runYielding(files, loadSession(files, paths));
  return loaded === null ? null : new Recorder(recording, { files, paths, loaded, writer: null });
}
