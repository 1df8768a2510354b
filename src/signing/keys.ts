/**
 * Ed25519 keys as a caller gives them: read, checked and named. A key is used as it is given; none is made, kept or
 * written anywhere, and what is said of a bad one never shows it.
 */
import { createHash, createPrivateKey, createPublicKey, KeyObject } from "node:crypto";
import type { PrivateKey, PublicKey } from "./types.js";

/** A public key, and what seals call it. */
export interface NamedKey {
  readonly key: KeyObject;
  /** base64url SHA-256 of its SPKI DER. */
  readonly keyId: string;
}

const RAW_BYTES = 32;
/** What SPKI DER of an Ed25519 key is before the key's own 32 bytes (RFC 8410). */
const SPKI_OPENING = Buffer.from("302a300506032b6570032100", "hex");
const PEM = /-----BEGIN ([A-Z0-9 ]+)-----[^-]+-----END \1-----/g;
const ENCRYPTED =
  "it is encrypted with a passphrase; give the KeyObject that crypto.createPrivateKey({ key, passphrase }) makes of it";
const BASE64 = /^[A-Za-z0-9+/_-]+={0,2}$/;

/** Throws a TypeError for what is no Ed25519 private key; `name` is what the caller calls it. */
export function readPrivateKey(given: PrivateKey, name = "signing.privateKey"): KeyObject {
  const key = parsed(name, "PEM text or the bytes of PKCS#8 DER", () => {
    if (given instanceof KeyObject) return given;
    if (typeof given === "string") {
      // What OpenSSL says of it names no passphrase.
      if (given.includes("ENCRYPTED")) throw new Error(ENCRYPTED);
      return createPrivateKey({ key: given, format: "pem" });
    }
    if (given instanceof Uint8Array) {
      return createPrivateKey({ key: Buffer.from(given), format: "der", type: "pkcs8" });
    }
    throw new Error(`it is ${given === null ? "null" : typeof given}`);
  });
  return checked(key, "private", name);
}

/** At least one. Throws a TypeError for what is no Ed25519 public key. */
export function readPublicKeys(given: PublicKey | readonly PublicKey[], name = "publicKey"): NamedKey[] {
  const each: readonly PublicKey[] = Array.isArray(given) ? given : [given as PublicKey];
  const keys = each.flatMap((one) => readPublic(one, name)).map(nameKey);
  if (keys.length === 0) throw new TypeError(`${name} holds no key`);
  return keys;
}

export function nameKey(key: KeyObject): NamedKey {
  const publicKey = key.type === "private" ? createPublicKey(key) : key;
  const der = publicKey.export({ format: "der", type: "spki" });
  return { key: publicKey, keyId: createHash("sha256").update(der).digest("base64url") };
}

function readPublic(given: PublicKey, name: string): KeyObject[] {
  const keys = parsed(name, "PEM text, or base64 or bytes of the key", () => {
    if (given instanceof KeyObject) return [given];
    if (typeof given === "string")
      return given.includes("-----BEGIN ") ? fromPem(given, name) : [fromBase64(given)];
    if (given instanceof Uint8Array) return [fromBytes(given)];
    throw new Error(`it is ${given === null ? "null" : typeof given}`);
  });
  return keys.map((key) => checked(key, "public", name));
}

function fromPem(text: string, name: string): KeyObject[] {
  return Array.from(text.matchAll(PEM), ([block, label = ""]) => {
    // Node would take the public half of it; but then a private key lies where only the public one should.
    if (!label.includes("PRIVATE")) return createPublicKey(block);
    throw new NotThatKey(`${name} is a private key; to check seals the public one is enough, and safer`);
  });
}

function fromBase64(text: string): KeyObject {
  if (!BASE64.test(text.trim())) throw new Error("it is neither PEM nor base64");
  return fromBytes(Buffer.from(text.trim(), "base64"));
}

function fromBytes(bytes: Uint8Array): KeyObject {
  const der = bytes.length === RAW_BYTES ? Buffer.concat([SPKI_OPENING, bytes]) : Buffer.from(bytes);
  return createPublicKey({ key: der, format: "der", type: "spki" });
}

/** It was read, and is another kind of key. */
class NotThatKey extends TypeError {}

function parsed<T>(name: string, expected: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (cause instanceof NotThatKey) throw cause;
    throw new TypeError(`${name} cannot be read as ${expected}: ${(cause as Error).message}`);
  }
}

function checked(key: KeyObject, type: "private" | "public", name: string): KeyObject {
  if (key.type === type && key.asymmetricKeyType === "ed25519") return key;
  const found = key.type === "secret" ? "secret" : `${key.type} ${key.asymmetricKeyType} key`;
  throw new TypeError(`${name} must be an Ed25519 ${type} key, but is a ${found}`);
}
