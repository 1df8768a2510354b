/**
 * Takes the big values out of an event that is about to be written: each goes to the store, and its marker and place into
 * the record. It works on the text that would be written, so that no getter of a caller's object is asked twice.
 */
import { Buffer } from "node:buffer";
import { blobMarker } from "../event/blob-marker.js";
import { BLOBS_MEMBER } from "../event/blob-refs.js";
import type { Draft } from "../event/draft.js";
import { placeOf, set } from "../event/places.js";
import { escapeSeparators } from "../event/separators.js";
import type { BlobRef } from "../event/types.js";
import { isReservedType } from "../event/validate.js";
import type { Blob, BlobStore } from "./blob-store.js";
import { hashOf, MAX_BLOB_BYTES } from "./read-blob.js";

/** Below that a marker and its place would take about as much. */
export const LEAST_OVER_BYTES = 1024;

/** A place is written beside its marker: one as long as a value itself would save nothing. */
const LONGEST_PLACE = 1024;

/** Of any event: what identifies, names and times it is read by everybody, however long it is. */
const KEPT_MEMBERS: ReadonlySet<string> = new Set([
  "at",
  "callId",
  "kind",
  "model",
  "name",
  "responseId",
  "sessionId",
  "status",
  "timestamp",
]);
const KEPT_PLACES: ReadonlySet<string> = new Set(["/message/role", "/message/toolCallId"]);

export class Offload {
  readonly #store: BlobStore;
  readonly #overBytes: number;

  constructor(store: BlobStore, overBytes: number) {
    this.#store = store;
    this.#overBytes = overBytes;
  }

  /** The same drafts, or with markers; then what they name is durable. Throws WRITE_FAILED. */
  take(drafts: readonly Draft[]): readonly Draft[] {
    return drafts.some((draft) => this.#mayBeBig(draft)) ? this.#takeFrom(drafts) : drafts;
  }

  /** Most events are settled by the length of their text: a value is no longer than what holds it. */
  #mayBeBig({ type, data }: Draft): boolean {
    if (data.length * 3 <= this.#overBytes) return false;
    return Buffer.byteLength(data) > this.#overBytes && !isReservedType(type);
  }

  #takeFrom(drafts: readonly Draft[]): readonly Draft[] {
    const blobs = new Map<string, Blob>();
    const lighter = drafts.map((draft) => (this.#mayBeBig(draft) ? this.#lighten(draft, blobs) : draft));
    this.#store.keep([...blobs.values()]);
    return lighter;
  }

  #lighten(draft: Draft, blobs: Map<string, Blob>): Draft {
    // What is too long for a record stays so: put back, its values must fit into one.
    if (Buffer.byteLength(draft.data) > MAX_BLOB_BYTES) return draft;
    const value = JSON.parse(draft.data) as object;
    const refs: BlobRef[] = [];
    for (const { holder, key, text, at } of bigTexts(value, this.#overBytes)) {
      const content = Buffer.from(text, "utf8");
      const sha256 = hashOf(content);
      blobs.set(sha256, { sha256, content });
      refs.push({ at, sha256, bytes: content.length });
      set(holder, key, blobMarker(text, sha256, content.length));
    }
    if (refs.length === 0) return draft;
    return { ...draft, data: escapeSeparators(JSON.stringify({ ...value, [BLOBS_MEMBER]: refs })) };
  }
}

interface BigText {
  readonly holder: object;
  readonly key: string;
  readonly text: string;
  readonly at: string;
}

/** In the order in which they are written. */
function bigTexts(data: object, overBytes: number): BigText[] {
  const found: BigText[] = [];
  const way: string[] = [];
  const visit = (holder: object): void => {
    for (const [key, value] of Object.entries(holder)) {
      if (way.length === 0 && KEPT_MEMBERS.has(key)) continue;
      way.push(key);
      if (typeof value === "object" && value !== null) visit(value);
      else if (typeof value === "string" && isBig(value, overBytes)) {
        const at = placeOf(way);
        if (at.length <= LONGEST_PLACE && !KEPT_PLACES.has(at)) found.push({ holder, key, text: value, at });
      }
      way.pop();
    }
  };
  visit(data);
  return found;
}

/** What UTF-8 cannot say (half of a surrogate pair) stays in the record, which can. */
function isBig(text: string, overBytes: number): boolean {
  if (text.length * 3 <= overBytes) return false;
  return Buffer.byteLength(text) > overBytes && (text as Unicode).isWellFormed();
}

/** Of ES2024, which every Node that this runs on has and the types of ES2023 have not. */
type Unicode = string & { isWellFormed(): boolean };
