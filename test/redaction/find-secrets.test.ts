import { describe, expect, it, test } from "vitest";
import { findSecrets } from "../../src/redaction/find-secrets.js";
import { SECRET_KINDS } from "../../src/redaction/secret-kinds.js";
import { HARMLESS, privateKey, samples } from "./samples.js";

function found(text: string): [kind: string, secret: string][] {
  return findSecrets(text).map(({ kind, start, end }) => [kind, text.slice(start, end)]);
}

describe("findSecrets", () => {
  it("is tried with every kind there is", () => {
    const tried = new Set(samples().map(({ kind }) => kind));
    expect([...tried].sort()).toEqual([...new Set(SECRET_KINDS.map(({ kind }) => kind))].sort());
  });

  test.each(samples().map((each, index) => [each.kind, index] as const))("finds a %s (%i)", (kind, index) => {
    const { text, secret } = samples()[index] as ReturnType<typeof samples>[number];
    expect(found(text)).toEqual([[kind, secret]]);
  });

  // In prose, quotes, an assignment, JSON within a string, a URL's query, a coloured terminal.
  const surroundings = [
    ["say ", " twice"],
    ['"', '"'],
    ["KEY=", "\n"],
    ['{\\"key\\":\\"', '\\"}'],
    ["first\\n", "\\nlast"],
    ["\\u0022", "\\u0022"],
    ["https://x.test/?key%3D", "&a=b"],
    ["\u001b[32m", "\u001b[0m"],
    ["(", ")."],
  ] as const;
  it.each(surroundings)("finds them between %j and %j", (before, after) => {
    const bare = samples(2).filter(({ text, secret }) => text === secret);
    expect(bare.length).toBeGreaterThan(30);
    for (const { kind, text } of bare) expect(found(before + text + after)).toEqual([[kind, text]]);
  });

  it("finds several in one text, in their order, and one within another once", () => {
    const two = samples().filter(({ kind }) => kind === "github-token" || kind === "jwt");
    const text = two.map(({ text }) => text).join(" and ");
    expect(found(text)).toEqual(two.map(({ kind, secret }) => [kind, secret]));
    const key = privateKey();
    expect(found(`Authorization: Bearer ${two[0]?.secret}\n${key}`)).toEqual([
      ["authorization", two[0]?.secret],
      ["private-key", key],
    ]);
  });

  it("finds a private key that was cut off, and leaves what stands behind it", () => {
    const key = privateKey().split("\n").slice(0, 5).join("\n");
    expect(found(`$ head -5 id_rsa\n${key}\n$ whoami`)).toEqual([["private-key", key]]);
    expect(found(`${key}…\n`)).toEqual([["private-key", key]]);
  });

  it.each(HARMLESS)("finds nothing in %j", (text) => {
    expect(found(text)).toEqual([]);
  });

  it("takes no base 64 for a secret", () => {
    const bytes = Buffer.from(
      Array.from({ length: 300_000 }, (_, index) => (index * index * 31 + index * 7) % 251),
    );
    expect(found(bytes.toString("base64"))).toEqual([]);
  });
});

describe("the time it takes", () => {
  const rows: readonly (readonly [string, string])[] = [
    ["prose", "lorem ipsum dolor "],
    ["heads of JWTs", "eyJ"],
    ["parts of JWTs", "eyJaaaaaaaaaa."],
    ["heads of keys", "sk-ant-api03-"],
    ["heads of PyPI tokens", "-pypi-AgEaaaa"],
    ["beginnings of private keys", "-----BEGIN PRIVATE KEY-----"],
    ["beginnings with a line", `-----BEGIN PRIVATE KEY-----\n${"A".repeat(64)}\n`],
    ["beginnings of URLs", "a://b:c"],
    ["headers", "authorization: bearer aaaaaaaaaa"],
    ["names of keys", "aws_secret_access_key=\\\"'"],
    ["dashes", "-"],
    ["base 64", "A".repeat(100)],
  ];
  it.each(rows)("is linear in %s", (_, piece) => {
    const timeMs = (length: number) => {
      const text = piece.repeat(Math.ceil(length / piece.length));
      const start = process.cpuUsage();
      findSecrets(text);
      return process.cpuUsage(start).user / 1000;
    };
    const fastest = (length: number) => Math.min(...Array.from({ length: 3 }, () => timeMs(length)));
    timeMs(80_000);
    // Eight times the text takes eight times as long; what is quadratic takes sixty-four times.
    const short = fastest(10_000);
    expect(fastest(80_000)).toBeLessThan(Math.max(short * 32, 10));
  });

  it("needs no more stack for a run of 30 MB", () => {
    const text = `eyJ${"a".repeat(30_000_000)}`;
    expect(found(text)).toEqual([]);
  });
});
