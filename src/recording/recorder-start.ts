/** What a recorder begins with: a session that was just created, or one that was read. Types only. */
import type { Files } from "../files/files.js";
import type { JournalWriter } from "../journal/writer.js";
import type { Loaded } from "../store/load.js";
import type { SessionPaths } from "../store/names.js";

export interface RecorderStart {
  readonly files: Files;
  readonly paths: SessionPaths;
  readonly loaded: Loaded;
  /** Null while the lock is not held. */
  readonly writer: JournalWriter | null;
}
