/**
 * Where in the state the values are that lie in blobs: the places that a record names, as the reducer moved what stands
 * there. The state itself holds the markers; `whole-values.ts` shows it with the values.
 */
import { blobRefsOf, hasBlobs } from "../event/blob-refs.js";
import { isWithin } from "../event/places.js";
import type { JournalRecord } from "../event/types.js";
import type { ReplayState } from "./types.js";

/** What the record has at `from` in its data has come to stand at `to` in the state. */
export function notePlaces(replay: ReplayState, record: JournalRecord, from: string, to: string): void {
  if (!hasBlobs(record)) return;
  for (const { at, sha256, bytes } of blobRefsOf(record)) {
    if (!isWithin(at, from)) continue;
    replay.blobs ??= [];
    replay.blobs.push({ at: to + at.slice(from.length), sha256, bytes });
  }
}
