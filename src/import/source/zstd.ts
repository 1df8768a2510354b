/**
 * Sources that are compressed with Zstandard, unpacked piece by piece in bounded memory: by Node's own zlib where it can
 * (from 22.15 on), otherwise by fzstd, which is slower and checks no checksums.
 */
import { Readable, type Transform } from "node:stream";
import * as zlib from "node:zlib";
import { ImportError } from "../import-error.js";
import { DamagedSource } from "./damaged-source.js";
import { zstdParts } from "./zstd-parts.js";

const MAGIC = [0x28, 0xb5, 0x2f, 0xfd];

interface ZstdZlib {
  readonly createZstdDecompress?: () => Transform;
}

export function isZstd(head: Uint8Array): boolean {
  return MAGIC.every((byte, index) => head[index] === byte);
}

/**
 * The bytes unpacked. Throws DamagedSource, where it is read, behind what can be unpacked. `create` makes Node's own
 * decompressor; null takes the other.
 */
export async function* zstdDecompressed(
  chunks: AsyncIterable<Uint8Array>,
  create: (() => Transform) | null = (zlib as ZstdZlib).createZstdDecompress ?? null,
): AsyncGenerator<Uint8Array, void> {
  try {
    yield* create === null ? byFzstd(chunks) : byZlib(create, chunks);
  } catch (error) {
    if (error instanceof ImportError || error instanceof DamagedSource) throw error;
    throw new DamagedSource(`it cannot be unpacked: ${(error as Error).message}`, { cause: error });
  }
}

function byZlib(create: () => Transform, chunks: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  const output = create();
  const input = Readable.from(chunks);
  input.on("error", (error) => output.destroy(error));
  output.on("close", () => input.destroy());
  return input.pipe(output);
}

async function* byFzstd(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void> {
  const { Decompress } = await import("fzstd");
  const unpacked: Uint8Array[] = [];
  const stream = new Decompress((block) => void unpacked.push(block));
  for await (const part of zstdParts(chunks)) {
    stream.push(part);
    yield* unpacked.splice(0);
  }
  stream.push(new Uint8Array(0), true);
  yield* unpacked;
}
