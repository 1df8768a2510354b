/**
 * How a writer seals what it writes: with which key, and how often. It makes the record that seals a head; when one is
 * due is decided by `recording`, and whether one holds by `seal-checks.ts`.
 */
import { Buffer } from "node:buffer";
import { type KeyObject, sign } from "node:crypto";
import { type Draft, draftOwn } from "../event/draft.js";
import { FORMAT_VERSION } from "../event/format-version.js";
import { createEventId } from "../event/id.js";
import { SEALED, type SealData, sealStatement } from "../event/seal.js";
import { nameKey, readPrivateKey } from "./keys.js";
import type { SigningOptions } from "./types.js";

/** A record's seq and hash. */
export interface Head {
  readonly seq: number;
  readonly hash: string;
}

const EVERY_RECORDS = 1000;
const EVERY_MS = 60_000;
/** A timer of Node waits no longer. */
const MOST_MS = 2 ** 31 - 1;

export class Signer {
  readonly everyRecords: number;
  readonly everyMs: number;
  readonly #key: KeyObject;
  readonly #keyId: string;

  /** Throws a TypeError where the key or a number is not what it must be. */
  constructor({ privateKey, everyRecords = EVERY_RECORDS, everyMs = EVERY_MS }: SigningOptions) {
    this.#key = readPrivateKey(privateKey);
    this.#keyId = nameKey(this.#key).keyId;
    this.everyRecords = interval("everyRecords", everyRecords, Number.MAX_SAFE_INTEGER);
    this.everyMs = interval("everyMs", everyMs, MOST_MS);
  }

  /** The record that seals `head` and is to follow it at `time`. It vouches for the records from `fromSeq` on. */
  seal(sessionId: string, fromSeq: number, { seq, hash }: Head, time: string): Draft {
    const id = createEventId();
    const everyRecords = Number.isFinite(this.everyRecords) ? this.everyRecords : 0;
    const said = {
      keyId: this.#keyId,
      formatVersion: FORMAT_VERSION,
      sessionId,
      fromSeq,
      seq,
      hash,
      everyRecords,
    };
    const statement = sealStatement({ ...said, time, id });
    const signature = sign(null, Buffer.from(statement, "latin1"), this.#key).toString("base64url");
    const data: SealData = { algorithm: "ed25519", ...said, signature };
    return { ...draftOwn(SEALED, data), id };
  }
}

function interval(name: string, value: number, most: number): number {
  if (value === Number.POSITIVE_INFINITY) return value;
  if (Number.isSafeInteger(value) && value >= 1 && value <= most) return value;
  throw new TypeError(`signing.${name} must be a whole number from 1 to ${most}, or Infinity, not ${value}`);
}
