/** The snapshot as text: two-space JSON in the seed's key order, and what binds it to its journal. Pure. */
import type { BlobRef } from "../event/types.js";
import type { CountedUsage, SessionState } from "../state/types.js";

/** How far into the journal a snapshot reaches, and what a replay of the rest needs. */
export interface SnapshotJournal {
  readonly seq: number;
  /** Where record `seq` ends, in bytes. */
  readonly bytes: number;
  readonly hash: string;
  readonly open: { readonly [callId: string]: number };
  readonly responses: { readonly [responseId: string]: CountedUsage };
  /** Which values of the state lie in blobs, where their markers stand. */
  readonly blobs?: readonly BlobRef[] | undefined;
}

/** What the checksum covers ends where this begins for the last time. */
export const CHECKSUM_OPEN = ',\n    "sha256": "';
export const CHECKSUM_CLOSE = '"\n  }\n}\n';

const PIECE_LENGTH = 256 * 1024;

/**
 * The text up to its checksum, in pieces: byte for byte `JSON.stringify({...state, journal}, null, 2)` cut off behind
 * the last member of `journal`. The arrays of `state` may grow meanwhile; only what they held at the first piece is written.
 */
export function* encodeSnapshot(state: SessionState, journal: SnapshotJournal): Generator<string, void> {
  const members: [string, unknown][] = Object.entries(state)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => [key, Array.isArray(value) ? value.slice() : value]);
  let text = "{";
  let separator = "\n";
  for (const [key, value] of members) {
    text += `${separator}  ${JSON.stringify(key)}: `;
    separator = ",\n";
    if (!Array.isArray(value) || value.length === 0) {
      text += indented([value], 1);
      continue;
    }
    let open = "[";
    for (const element of value) {
      const shown = indented([[element]], 2);
      text += `${open}\n    `;
      open = ",";
      // A long one is not copied once more to stand behind what comes before it.
      if (text.length + shown.length > PIECE_LENGTH) {
        yield text;
        yield shown;
        text = "";
      } else text += shown;
    }
    text += "\n  ]";
  }
  const link = indented([journal], 1);
  yield `${text}${separator}  "journal": ${link.slice(0, link.lastIndexOf("\n"))}`;
}

/** A value as JSON, indented as it stands in as many arrays: in those it is written, and they are cut off again. */
function indented(wrapped: readonly unknown[], depth: 1 | 2): string {
  const text = JSON.stringify(wrapped, null, 2);
  return depth === 1
    ? text.slice("[\n  ".length, -"\n]".length)
    : text.slice("[\n  [\n    ".length, -"\n  ]\n]".length);
}
