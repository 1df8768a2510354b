/**
 * Reads a snapshot and says whether it is to be believed. A broken one, or one whose checksum fails, counts as
 * absent: the journal is the truth. Whether it fits its journal is seen when that is read.
 */
import { Buffer } from "node:buffer";
import type { Files } from "../files/files.js";
import { hashBytes } from "../journal/chain.js";
import type { Cursor } from "../journal/cursor.js";
import { HASH_LENGTH } from "../journal/line.js";
import { createTable, initialState } from "../state/state.js";
import type { ReplayState, SessionState } from "../state/types.js";
import type { SessionPaths } from "../store/names.js";
import { type AnyState, fittingMembers, isLink, isState, isWhole } from "./form.js";
import { CHECKSUM_CLOSE, CHECKSUM_OPEN } from "./format.js";

const SEAL_LENGTH = CHECKSUM_OPEN.length + HASH_LENGTH + CHECKSUM_CLOSE.length;

/** A longer one is for people: it would not fit into a string. */
export const MAX_SNAPSHOT_BYTES = 512 * 1024 * 1024;

export interface Snapshot {
  readonly replay: ReplayState;
  /** How far into the journal it reaches; null for a session of an older kind, which has no journal. */
  readonly cursor: Cursor | null;
}

/** Null where there is none to believe. Throws only what the file system throws. */
export function readSnapshot(files: Files, paths: SessionPaths): Snapshot | null {
  const bytes = readWhole(files, paths.snapshot);
  if (bytes === null) return null;
  const parsed = parse(bytes);
  if (parsed === null || parsed.id !== paths.id) return null;
  const { journal, ...state } = parsed;
  // One that ends in a seal had a journal: its key was damaged.
  if (journal === undefined) return endsInSeal(bytes) ? null : { replay: upgrade(state), cursor: null };
  if (!isSealed(bytes) || !isWhole(state) || !isLink(journal, state)) return null;
  const replay: ReplayState = {
    state,
    open: Object.assign(createTable<number>(), journal.open),
    responses: Object.assign(createTable<ReplayState["responses"][string]>(), journal.responses),
    ...(journal.blobs === undefined ? {} : { blobs: [...journal.blobs] }),
  };
  return { replay, cursor: { seq: journal.seq, byteOffset: journal.bytes, hash: journal.hash } };
}

function readWhole(files: Files, path: string): Buffer | null {
  const stat = files.statPath(path);
  if (stat === null || stat.kind !== "file" || stat.sizeBytes > MAX_SNAPSHOT_BYTES) return null;
  const fd = files.open(path, "read");
  try {
    const bytes = Buffer.allocUnsafeSlow(stat.sizeBytes);
    let filled = 0;
    while (filled < bytes.length) {
      const got = files.read(fd, bytes, filled, bytes.length - filled, filled);
      if (got === 0) break;
      filled += got;
    }
    return bytes.subarray(0, filled);
  } finally {
    files.close(fd);
  }
}

function parse(bytes: Buffer): AnyState | null {
  try {
    const value: unknown = JSON.parse(bytes.toString("utf8"));
    return isState(value) ? value : null;
  } catch {
    return null;
  }
}

function endsInSeal(bytes: Buffer): boolean {
  const tail = bytes.toString("latin1", Math.max(0, bytes.length - SEAL_LENGTH));
  return tail.startsWith(CHECKSUM_OPEN) && tail.endsWith(CHECKSUM_CLOSE);
}

function isSealed(bytes: Buffer): boolean {
  const at = bytes.lastIndexOf(CHECKSUM_OPEN);
  if (at === -1) return false;
  return bytes.toString("latin1", at) === CHECKSUM_OPEN + hashBytes(bytes.subarray(0, at)) + CHECKSUM_CLOSE;
}

/** What an older session did not know of yet. */
function upgrade(state: object): ReplayState {
  const fresh = initialState();
  const known: Partial<SessionState> = fittingMembers({ ...state });
  const outcome = known.outcome ?? null;
  const status = outcome === null ? "running" : outcome === "success" ? "completed" : "failed";
  fresh.state = { ...fresh.state, status, ...known };
  return fresh;
}
