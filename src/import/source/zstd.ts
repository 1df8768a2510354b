/**
 * Sources that are compressed with Zstandard, unpacked piece by piece in bounded memory, by fzstd on every Node: Node's
 * own zlib, which can from 22.15 on, does not give all of a file that has several frames.
 */
import { ImportError } from "../import-error.js";
import { DamagedSource } from "./damaged-source.js";
import { MOST_UNPACKED_BYTES } from "./unpacked-limit.js";
import { zstdParts } from "./zstd-parts.js";

const MAGIC = [0x28, 0xb5, 0x2f, 0xfd];

export function isZstd(head: Uint8Array): boolean {
  return MAGIC.every((byte, index) => head[index] === byte);
}

/** The bytes unpacked, at most so many. Throws DamagedSource, where it is read, behind what can be unpacked. */
export async function* zstdDecompressed(
  chunks: AsyncIterable<Uint8Array>,
  maxBytes = MOST_UNPACKED_BYTES,
): AsyncGenerator<Uint8Array, void> {
  let left = maxBytes;
  try {
    for await (const block of unpack(chunks)) {
      left -= block.length;
      if (left < 0) throw new DamagedSource(`it unpacks to more than ${maxBytes / 1024 ** 2} MiB`);
      yield block;
    }
  } catch (error) {
    if (error instanceof ImportError || error instanceof DamagedSource) throw error;
    throw new DamagedSource(`it cannot be unpacked: ${(error as Error).message}`, { cause: error });
  }
}

async function* unpack(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void> {
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
