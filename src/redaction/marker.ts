/**
 * What stands where a secret stood: `[REDACTED:<kind>:<tag>]`. The tag is a keyed hash of the secret, so that equal secrets
 * show as equal, and a secret cannot be guessed by trying without the key. The key is kept in memory alone.
 */
import { createHmac, randomBytes } from "node:crypto";

/**
 * 9 bytes are 12 characters without padding. Two secrets out of a million have the same tag with a probability of 1 in
 * 9 billion, and who tries to find the key has too little of the hash to gain from a shorter one.
 */
const TAG_BYTES = 9;
const KEY_BYTES = 32;

const MARKER = /^\[REDACTED:[a-z][a-z0-9-]{0,31}:[A-Za-z0-9_-]{12}\]$/;
const KIND = /^[a-z][a-z0-9-]{0,31}$/;

export class Marker {
  #key: Uint8Array | string | undefined;

  /** Without a key, a random one is made for the first secret. */
  constructor(key: Uint8Array | string | undefined) {
    this.#key = typeof key === "object" ? Uint8Array.from(key) : key;
  }

  /** 12 characters of base64url. */
  tag(secret: string): string {
    this.#key ??= randomBytes(KEY_BYTES);
    const hash = createHmac("sha256", this.#key).update(secret, "utf8").digest();
    return hash.subarray(0, TAG_BYTES).toString("base64url");
  }

  /** A secret that is a marker already stays what it is. */
  mark(kind: string, secret: string): string {
    return MARKER.test(secret) ? secret : `[REDACTED:${kind}:${this.tag(secret)}]`;
  }
}

export function isKind(kind: unknown): kind is string {
  return typeof kind === "string" && KIND.test(kind);
}
