/**
 * Seals: records in which a writer signs the head before them. They say something of the journal and nothing of the
 * run, so whatever stood last before one still has the last word. What a signature covers is told here; keys are not known.
 */
import { isObject } from "./guards.js";
import type { JournalRecord } from "./types.js";

export const SEALED = "journal.sealed";

/** The data of a `journal.sealed`. */
export interface SealData {
  readonly algorithm: "ed25519";
  /** base64url SHA-256 of the public key's SPKI DER. */
  readonly keyId: string;
  readonly formatVersion: number;
  readonly sessionId: string;
  /** The first record that the signer vouches for: those before it were there when it began, or are sealed. */
  readonly fromSeq: number;
  /** The record before the seal, and its hash. */
  readonly seq: number;
  readonly hash: string;
  /** After so many records at most another seal follows; 0 where that was not asked for. */
  readonly everyRecords: number;
  /** base64url, of what `sealStatement` gives. */
  readonly signature: string;
}

/** All that is signed. `time` and `id` are the seal's own record's. */
export type SealClaims = Omit<SealData, "algorithm" | "signature"> & Pick<JournalRecord, "time" | "id">;

/**
 * The text that is signed, in ASCII. None of its values can hold a line feed or a space (`isSealData` sees to it for
 * those of a journal), so no two seals come to the same text; the first line keeps it apart from whatever else the
 * same key may sign.
 */
export function sealStatement(claims: SealClaims): string {
  const { keyId, formatVersion, sessionId, fromSeq, seq, hash, everyRecords, time, id } = claims;
  return [
    "choragen session-journal seal 1",
    `keyId ${keyId}`,
    `formatVersion ${formatVersion}`,
    `sessionId ${sessionId}`,
    `fromSeq ${fromSeq}`,
    `seq ${seq}`,
    `hash ${hash}`,
    `everyRecords ${everyRecords}`,
    `time ${time}`,
    `id ${id}`,
    "",
  ].join("\n");
}

/** What the statement of a seal that was read is made of; null where the record has not the form of a seal. */
export function claimsOf({ data, time, id }: JournalRecord): (SealData & SealClaims) | null {
  return isSealData(data) && TIME.test(time) && UUID.test(id) ? { ...data, time, id } : null;
}

export function isSeal({ type }: { readonly type: string }): boolean {
  return type === SEALED;
}

/** Just these members: a seal that said more would say it unsigned. */
export function isSealData(data: unknown): data is SealData {
  return (
    isObject(data) &&
    Object.keys(data).length === MEMBERS &&
    data.algorithm === "ed25519" &&
    isMatch(data.keyId, DIGEST) &&
    isIndex(data.formatVersion) &&
    isMatch(data.sessionId, ID) &&
    isIndex(data.fromSeq) &&
    isIndex(data.seq) &&
    (data.fromSeq as number) <= (data.seq as number) &&
    isMatch(data.hash, DIGEST) &&
    (data.everyRecords === 0 || isIndex(data.everyRecords)) &&
    isMatch(data.signature, SIGNATURE)
  );
}

const MEMBERS = 9;
const DIGEST = /^[A-Za-z0-9_-]{43}$/;
const SIGNATURE = /^[A-Za-z0-9_-]{86}$/;
const ID = /^[A-Za-z0-9._-]{1,128}$/;
const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/;
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

function isMatch(value: unknown, form: RegExp): boolean {
  return typeof value === "string" && form.test(value);
}

function isIndex(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 1;
}
