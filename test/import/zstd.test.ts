/** Sources that are compressed with Zstandard, by the real tool and by hand. */
import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { importTranscript } from "../../src/import/entry.js";
import { ByteSource } from "../../src/import/source/byte-source.js";
import { zstdDecompressed } from "../../src/import/source/zstd.js";
import { temporaryFolder } from "../support/folders.js";
import { fixture, importInto } from "./import-into.js";
import { type Block, frameOf, skippableOf } from "./zstd-frames.js";

const hasTool = spawnSync("zstd", ["--version"]).status === 0;
if (!hasTool) console.warn("The program zstd is not there, so nothing is compressed with it anew.");

function compress(bytes: Uint8Array, ...options: string[]): Buffer {
  const { stdout, status, stderr } = spawnSync("zstd", ["-q", "-c", ...options, "-"], {
    input: bytes,
    maxBuffer: 1 << 28,
  });
  expect([status, stderr.toString()]).toEqual([0, ""]);
  return stdout;
}

async function* inPieces(bytes: Uint8Array, length: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length);
}

async function unpack(bytes: Uint8Array, length = 1000): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of zstdDecompressed(inPieces(bytes, length))) pieces.push(piece);
  return Buffer.concat(pieces);
}

describe("a transcript that is compressed with Zstandard", () => {
  it("gives what it gives uncompressed, under the same id", async () => {
    const [plain, packed] = [
      await importInto(fixture("codex.jsonl")),
      await importInto(fixture("codex.jsonl.zst")),
    ];
    expect(packed.report.totals).toEqual(plain.report.totals);
    expect(packed.report.sessions).toEqual(plain.report.sessions);
    expect([packed.report.format, packed.report.records]).toEqual(["codex", 13]);
  });

  it("and cut off gives the lines before the cut, and says where it ends", async () => {
    const [first = "", ...others] = readFileSync(fixture("codex.jsonl"), "utf8").split(/(?<=\n)/);
    const whole = frameOf([first, ...others]);
    const { report } = await importInto(whole.subarray(0, whole.length - 100));
    expect(report.sessions.length).toBe(1);
    expect(report.records).toBeGreaterThan(8);
    const [told] = report.unreadable.slice(-1);
    expect(told?.line).toBeGreaterThan(8);
    expect(told?.reason).toMatch(/^from here on: it (is cut off|cannot be unpacked)/);
  });

  it("may be a document, which is salvaged as far as it goes", async () => {
    const text = readFileSync(fixture("tau2-bench.json"), "utf8");
    const whole = frameOf([text]);
    expect((await importInto(whole)).report.sessions.length).toBe(2);
    const pieces = [text.slice(0, text.indexOf('"sim-2"')), text.slice(text.indexOf('"sim-2"'))];
    const { report } = await importInto(frameOf(pieces).subarray(0, -10));
    expect(report.sessions.length).toBe(1);
    expect(report.unreadable.length).toBeGreaterThan(0);
  });

  it("holds no more than a line may be, however little it takes", async () => {
    const line = readFileSync(fixture("codex.jsonl"), "utf8");
    const bomb: Block[] = Array.from({ length: 2100 }, () => ({ byte: "x", times: 128 * 1024 }));
    const packed = frameOf([line, ...bomb, "\n", '{"timestamp":"t","type":"after","payload":{}}\n']);
    expect(packed.length).toBeLessThan(20_000);
    const { report } = await importInto(packed);
    expect(report.unreadable).toEqual([{ line: 14, reason: "it is longer than 256 MiB" }]);
    expect(report.records).toBe(15);
  }, 60_000);

  it("that is a document and unpacks to more than may be read as a whole is turned down before it is held", async () => {
    const bomb = frameOf([
      '{"simulations":"',
      ...Array.from({ length: 32_768 }, () => ({ byte: "x", times: 128 * 1024 })),
    ]);
    expect(bomb.length).toBeLessThan(200_000);
    const source = new ByteSource(zstdDecompressed(inPieces(bomb, 1 << 16)), { name: "bomb.zst" });
    await expect(source.whole(1024 * 1024)).rejects.toMatchObject({
      code: "SOURCE_TOO_LARGE",
      message: expect.stringMatching(/^bomb\.zst is one document of more than 1 MiB/),
    });
  });

  it("unpacks to so much and no more: what stands before that is kept, and the end is told", async () => {
    const line = readFileSync(fixture("codex.jsonl"), "utf8");
    const blank: Block[] = Array.from({ length: 100 }, () => ({ byte: "\n", times: 128 * 1024 }));
    const packed = frameOf([line, ...blank]);
    const unpacked = zstdDecompressed(inPieces(packed, 1000), 256 * 1024);
    const { report } = await importInto(unpacked);
    expect([report.records, report.sessions.length]).toEqual([13, 1]);
    expect(report.unreadable.map(({ reason }) => reason)).toEqual([
      "from here on: it unpacks to more than 0.25 MiB",
    ]);
  });

  it("is told by its name where it is none of the formats", async () => {
    const failed = importTranscript(frameOf(["hello\n"]), { sessionsDir: temporaryFolder(), name: "x.zst" });
    await expect(failed).rejects.toThrow(/^x\.zst is in no format/);
  });
});

describe("what is unpacked", () => {
  it("is the frames one after the other; what is to be skipped is", async () => {
    const packed = Buffer.concat([
      skippableOf("not this"),
      frameOf(["one ", { byte: "2", times: 3 }, " "]),
      frameOf([""]),
      skippableOf(""),
      frameOf(["three"]),
    ]);
    for (const length of [1, 7, 1000]) {
      expect((await unpack(packed, length)).toString()).toBe("one 222 three");
    }
  });

  it.skipIf(!hasTool)(
    "is what the real tool packed, in pieces of any size",
    async () => {
      const sample = readFileSync(fixture("claude-code.jsonl"));
      const bytes = fc.oneof(
        fc.uint8Array({ maxLength: 3000 }),
        fc.integer({ min: 1, max: 120 }).map((times) => Buffer.concat(Array(times).fill(sample))),
        fc.integer({ min: 1, max: 400_000 }).map((length) => randomBytes(length)),
      );
      const options = fc.subarray(["--check", "--no-check", "-19", "--long=24", "--fast=3"], {
        maxLength: 2,
      });
      await fc.assert(
        fc.asyncProperty(fc.array(bytes, { minLength: 1, maxLength: 3 }), options, async (parts, chosen) => {
          const packed = Buffer.concat(parts.map((part) => compress(part, ...chosen)));
          const unpacked = await unpack(packed, 10_000);
          expect(unpacked.equals(Buffer.concat(parts))).toBe(true);
        }),
        { numRuns: 15 },
      );
    },
    60_000,
  );

  it("ends in an error, never in harm, where bytes are changed or cut", async () => {
    const packed = readFileSync(fixture("codex.jsonl.zst"));
    await fc.assert(
      fc.asyncProperty(fc.nat(packed.length - 1), fc.nat(255), fc.boolean(), async (at, byte, isCut) => {
        const bytes = isCut ? packed.subarray(0, at) : Buffer.from(packed);
        if (!isCut) bytes[at] = byte;
        try {
          const unpacked = await unpack(bytes);
          expect(unpacked.length).toBeLessThan(1 << 20);
        } catch (error) {
          expect(error).toMatchObject({ name: "DamagedSource" });
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe("unpacking by fzstd", () => {
  it("turns down a frame that asks for more memory than is fair, before it takes any", async () => {
    // A window of 2 GiB.
    await expect(unpack(frameOf(["x"], 0xa8))).rejects.toThrow(/refers back further than 32 MiB/);
  });

  it("takes no more at a time than one block comes to", async () => {
    const bomb = frameOf(Array.from({ length: 100_000 }, () => ({ byte: "x", times: 128 * 1024 })));
    let blocks = 0;
    for await (const block of zstdDecompressed(inPieces(bomb, 1 << 20))) {
      expect(block.length).toBe(128 * 1024);
      if (++blocks === 50) break;
    }
    await expect(unpack(frameOf([{ byte: "x", times: 2_000_000 }]))).rejects.toThrow(/block is larger/);
  });
});
