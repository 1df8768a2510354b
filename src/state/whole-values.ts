/**
 * A state shown with the values that lie in blobs. They are fetched when the member they stand in is first looked at, so
 * what is never looked at is never read. It does not know how a blob is read.
 */
import { isWithin, putBack } from "../event/places.js";
import type { BlobRef } from "../event/types.js";
import { deepFreeze } from "./freeze.js";
import type { SessionState } from "./types.js";

/** Undefined where the value cannot be had: then its marker stays. */
export type FetchBlob = (ref: BlobRef) => string | undefined;

/** Frozen, as `state` must be. A member without such values is the same object as in `state`. */
export function withWholeValues(
  state: SessionState,
  blobs: readonly BlobRef[],
  fetch: FetchBlob,
): SessionState {
  const shown = { ...state };
  for (const key of Object.keys(state) as (keyof SessionState)[]) {
    const within = blobs.filter(({ at }) => isWithin(at, `/${key}`));
    if (within.length === 0) continue;
    let whole: SessionState | undefined;
    const get = (): unknown => {
      whole ??= deepFreeze(wholeMember(state, key, within, fetch));
      return whole[key];
    };
    Object.defineProperty(shown, key, { get, enumerable: true });
  }
  return Object.freeze(shown);
}

function wholeMember(
  state: SessionState,
  key: keyof SessionState,
  within: readonly BlobRef[],
  fetch: FetchBlob,
): SessionState {
  const puts = within.flatMap((ref) => {
    const text = fetch(ref);
    return text === undefined ? [] : [{ at: ref.at, text }];
  });
  return putBack({ [key]: state[key] }, puts) as unknown as SessionState;
}
