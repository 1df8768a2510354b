/** Starts the recording of a new session. */
import { type StartConfig, startJournal } from "../store/start.js";
import { type RecordingOptions, recorderOptions } from "./options.js";
import { Recorder } from "./recorder.js";

/** What a constructor of a session throws; no file is left then. */
export function startRecorder(config: RecordingOptions & StartConfig): Recorder {
  // First, so that a wrong option leaves no journal behind. What is no configuration is refused by what starts it.
  const options = recorderOptions(config ?? {});
  return new Recorder(options, startJournal(config, options.redact));
}
