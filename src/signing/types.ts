/** What a caller gives to have a journal sealed or its seals checked, and what is told of them. No code, nothing of Node. */

/** A `KeyObject` of `node:crypto`, by its shape: whoever only reads these types needs none of Node's. */
export interface KeyLike {
  readonly type: string;
  readonly asymmetricKeyType?: string | undefined;
}

/** An Ed25519 private key: a `KeyObject`, PEM text, or the bytes of PKCS#8 DER. */
export type PrivateKey = KeyLike | string | Uint8Array;

/**
 * An Ed25519 public key: a `KeyObject`, PEM text (of several keys too), base64 or base64url of its 32 bytes or of SPKI
 * DER, or the bytes of either.
 */
export type PublicKey = KeyLike | string | Uint8Array;

export interface SigningOptions {
  /** Ed25519. It is given to `node:crypto` and kept nowhere else. */
  privateKey: PrivateKey;
  /** A seal after so many records at the latest; 1,000 unless said otherwise, `Infinity` for none. */
  everyRecords?: number | undefined;
  /** A seal so long after a record at the latest, while the process runs; 60,000 unless said otherwise, `Infinity` for none. */
  everyMs?: number | undefined;
}

/** From the first to the last record. */
export interface SeqRange {
  fromSeq: number;
  toSeq: number;
}

/** What was found of the seals of a journal. */
export interface Seals {
  /** How many hold: by a key that was given, over the record before them, in this chain. */
  valid: number;
  /** The last record that such a seal covers, and when its writer says that was; 0 and null where none holds. */
  sealedSeq: number;
  sealedAt: string | null;
  /** Records that no writer with the key vouches for; at most 100. */
  unsealed: SeqRange[];
}
