/**
 * Which values of a record lie in blobs: the member `$blobs` of its data names their places, so nothing is ever taken for a
 * marker by its looks. A journal may be of anybody's making: what is no sound reference is none. Pure.
 */
import type { BlobRef, JournalRecord } from "./types.js";

/** Of any event's data. No caller may use it: it is what tells a marker from a text that only looks like one. */
export const BLOBS_MEMBER = "$blobs";

const SHA256 = /^[0-9a-f]{64}$/;

/** Before any path is made of it. */
export function isBlobName(name: unknown): name is string {
  return typeof name === "string" && SHA256.test(name);
}

export function isBlobRef(value: unknown): value is BlobRef {
  if (typeof value !== "object" || value === null) return false;
  const { at, sha256, bytes } = value as { [key: string]: unknown };
  const isSize = Number.isSafeInteger(bytes) && (bytes as number) >= 0;
  return typeof at === "string" && at.startsWith("/") && isBlobName(sha256) && isSize;
}

export function hasBlobs({ data }: Pick<JournalRecord, "data">): boolean {
  return data[BLOBS_MEMBER] !== undefined;
}

const NONE: readonly BlobRef[] = [];

/** The sound references of a record, in their order. */
export function blobRefsOf({ data }: Pick<JournalRecord, "data">): readonly BlobRef[] {
  const given: unknown = data[BLOBS_MEMBER];
  return Array.isArray(given) ? (given as readonly unknown[]).filter(isBlobRef) : NONE;
}

/** The data without the member. */
export function withoutRefs<T extends object>(data: T): T {
  const { [BLOBS_MEMBER]: _, ...rest } = data as T & { [BLOBS_MEMBER]?: unknown };
  return rest as T;
}
