import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { describe, expect, it } from "vitest";
import { nameKey, readPrivateKey, readPublicKeys } from "../../src/signing/keys.js";
import { Signer } from "../../src/signing/signer.js";
import type { PrivateKey, PublicKey } from "../../src/signing/types.js";

const pair = generateKeyPairSync("ed25519");
const another = generateKeyPairSync("ed25519");
const rsa = generateKeyPairSync("rsa", { modulusLength: 1024 });
const pemOf = (key: KeyObject) =>
  key.export({ format: "pem", type: key.type === "private" ? "pkcs8" : "spki" }).toString();
const derOf = (key: KeyObject) =>
  Buffer.from(key.export({ format: "der", type: key.type === "private" ? "pkcs8" : "spki" }) as Buffer);
const raw = derOf(pair.publicKey).subarray(-32);
const { keyId } = nameKey(pair.publicKey);
const idsOf = (given: PublicKey | readonly PublicKey[]) => readPublicKeys(given).map((named) => named.keyId);

describe("a private key", () => {
  it.each<[string, PrivateKey]>([
    ["a KeyObject", pair.privateKey],
    ["PEM text", pemOf(pair.privateKey)],
    ["PKCS#8 bytes", new Uint8Array(derOf(pair.privateKey))],
  ])("is taken as %s", (_, given) => {
    expect(nameKey(readPrivateKey(given)).keyId).toBe(keyId);
  });

  it.each<[string, unknown, RegExp]>([
    ["a public key", pair.publicKey, /must be an Ed25519 private key, but is a public ed25519 key/],
    ["an RSA key", pemOf(rsa.privateKey), /but is a private rsa key/],
    ["text that is no key", "secret", /cannot be read as PEM/],
    ["bytes that are no key", new Uint8Array(32), /cannot be read as PEM/],
    ["nothing", null, /it is null/],
    ["an object of its shape", { type: "private", asymmetricKeyType: "ed25519" }, /it is object/],
  ])("is not %s", (_, given, message) => {
    const read = () => readPrivateKey(given as PrivateKey);
    expect(read).toThrow(TypeError);
    expect(read).toThrow(message);
  });

  it("that is encrypted is refused with a word on why", () => {
    const encrypted = pair.privateKey.export({
      format: "pem",
      type: "pkcs8",
      cipher: "aes-256-cbc",
      passphrase: "x",
    });
    expect(() => readPrivateKey(encrypted.toString())).toThrow(
      /is encrypted with a passphrase; give the KeyObject/,
    );
  });

  it("is never shown by what is said of it", () => {
    const text = pemOf(pair.privateKey).replace("MC4C", "XXXX");
    const error = thrownBy(() => readPrivateKey(text));
    for (const line of text.split("\n").filter((each) => each.length > 20 && !each.startsWith("-"))) {
      expect(error.message).not.toContain(line.slice(10, 30));
    }
  });
});

describe("a public key", () => {
  it.each<[string, PublicKey]>([
    ["a KeyObject", pair.publicKey],
    ["PEM text", pemOf(pair.publicKey)],
    ["base64 of its bytes", raw.toString("base64")],
    ["base64url of its bytes, in a line", `${raw.toString("base64url")}\n`],
    ["base64 of SPKI", derOf(pair.publicKey).toString("base64")],
    ["its bytes", new Uint8Array(raw)],
    ["SPKI bytes", new Uint8Array(derOf(pair.publicKey))],
  ])("is taken as %s", (_, given) => {
    expect(idsOf(given)).toEqual([keyId]);
  });

  it("may be one of several, in one PEM text or a list", () => {
    const ids = [keyId, nameKey(another.publicKey).keyId];
    expect(idsOf(`old:\n${pemOf(pair.publicKey)}new:\n${pemOf(another.publicKey)}`)).toEqual(ids);
    expect(idsOf([pair.publicKey, pemOf(another.publicKey)])).toEqual(ids);
  });

  it.each<[string, unknown, RegExp]>([
    [
      "a private key in PEM",
      pemOf(pair.privateKey),
      /is a private key; to check seals the public one is enough/,
    ],
    ["a private KeyObject", pair.privateKey, /but is a private ed25519 key/],
    ["an RSA key", rsa.publicKey, /but is a public rsa key/],
    ["no list of keys", [], /holds no key/],
    ["PEM of something else", "-----BEGIN NOTHING-----\nAAAA\n-----END NOTHING-----", /cannot be read/],
    ["PEM cut short", "-----BEGIN PUBLIC KEY-----\nAAAA", /holds no key/],
    ["text", "not a key!", /neither PEM nor base64/],
    ["31 bytes", raw.subarray(1), /cannot be read/],
    ["a number", 5, /it is number/],
  ])("is not %s", (_, given, message) => {
    const read = () => readPublicKeys(given as PublicKey);
    expect(read).toThrow(TypeError);
    expect(read).toThrow(message);
  });
});

describe("how often is signed", () => {
  const { privateKey } = pair;

  it("is 1,000 records and a minute unless said otherwise, and may be never", () => {
    expect(new Signer({ privateKey })).toMatchObject({ everyRecords: 1000, everyMs: 60_000 });
    const never = new Signer({ privateKey, everyRecords: Infinity, everyMs: Infinity });
    expect(never).toMatchObject({ everyRecords: Infinity, everyMs: Infinity });
  });

  it.each([0, -1, 1.5, Number.NaN, 2 ** 60, "5" as unknown as number])("is not %s", (every) => {
    expect(() => new Signer({ privateKey, everyRecords: every })).toThrow(/signing.everyRecords must be/);
    expect(() => new Signer({ privateKey, everyMs: every })).toThrow(/signing.everyMs must be/);
  });
});

function thrownBy(act: () => unknown): Error {
  try {
    act();
  } catch (error) {
    return error as Error;
  }
  throw new Error("nothing was thrown");
}
