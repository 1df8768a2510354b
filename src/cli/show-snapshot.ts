/** A session of which only the snapshot is there: what that tells, and why there is no more. */
import { basename, dirname } from "node:path";
import type { JournalRecord } from "../event/types.js";
import { nodeFiles } from "../files/node-files.js";
import { readSnapshot } from "../snapshot/read.js";
import type { SessionState } from "../state/types.js";
import { SNAPSHOT_SUFFIX, sessionPaths } from "../store/names.js";
import { CommandError } from "./errors.js";
import { EXIT } from "./exit-codes.js";
import { SessionBlobs } from "./session-blobs.js";
import { formatCount } from "./view/figures.js";
import type { SessionCircumstances } from "./view/session-text.js";
import { recordsOfState } from "./view/state-records.js";
import { shownPath } from "./workspace.js";

export interface SnapshotAlone {
  /** With its values, as far as they can be had. */
  readonly wholeState: () => { readonly state: SessionState; readonly missing: string | null };
  readonly records: Iterable<JournalRecord>;
  readonly about: SessionCircumstances;
}

/** Throws where it is not to be believed. */
export function readSnapshotAlone(path: string): SnapshotAlone {
  const paths = sessionPaths(dirname(path), basename(path, SNAPSHOT_SUFFIX));
  const snapshot = readSnapshot(nodeFiles, paths);
  if (snapshot === null) {
    throw new CommandError(
      EXIT.finding,
      `${shownPath(path)} is no sound snapshot, and there is no journal beside it`,
    );
  }
  const { replay, cursor } = snapshot;
  return {
    wholeState: () => {
      const blobs = new SessionBlobs(paths.journal);
      return { state: blobs.readState(replay), missing: blobs.whatIsMissing };
    },
    records: recordsOfState(replay.state),
    about: {
      isBeingWritten: false,
      records: 0,
      sizeBytes: nodeFiles.statPath(path)?.sizeBytes ?? 0,
      remark: cursor === null ? "a session of an older kind: one whole file, without a journal" : undefined,
      banner:
        cursor === null
          ? ""
          : `its journal is gone; this is its snapshot, as it was saved at record ${formatCount(cursor.seq)}`,
    },
  };
}
