/**
 * Walks what is compressed with Zstandard by its frames and blocks (RFC 8878), without unpacking anything: one block at a time goes to
 * the decompressor, so that what a few bytes can unfold to stays small, and no frame may ask for more memory than is fair.
 */
import { Buffer } from "node:buffer";
import { DamagedSource } from "./damaged-source.js";

const FRAME = 0xfd2fb528;
const SKIPPABLE = 0x184d2a50;
const MOST_BLOCK_BYTES = 128 * 1024;
/** How far back a frame may refer: fzstd reaches no further, and it is memory that the source asks for. */
const MOST_WINDOW_BYTES = 32 * 1024 * 1024;

/** Frame headers, blocks and checksums, each whole. Skippable frames are left out. Throws DamagedSource. */
export async function* zstdParts(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer, void> {
  const bytes = new ByteReader(chunks);
  while (!(await bytes.isAtEnd())) {
    const magic = await bytes.take(4);
    const kind = magic.readUInt32LE(0);
    if (kind === FRAME) yield* readFrame(bytes, magic);
    else if ((kind & 0xfffffff0) >>> 0 === SKIPPABLE) await bytes.skip((await bytes.take(4)).readUInt32LE(0));
    else throw new DamagedSource("what follows is not compressed with Zstandard");
  }
}

async function* readFrame(bytes: ByteReader, magic: Buffer): AsyncGenerator<Buffer, void> {
  const descriptor = await bytes.take(1);
  const flags = descriptor.readUInt8(0);
  const isSingleSegment = (flags & 0x20) !== 0;
  const windowLength = isSingleSegment ? 0 : 1;
  const dictionaryLength = [0, 1, 2, 4][flags & 3] ?? 0;
  const sizeLength = flags >> 6 === 0 ? Number(isSingleSegment) : 1 << (flags >> 6);
  const rest = await bytes.take(windowLength + dictionaryLength + sizeLength);
  if (dictionaryLength > 0) throw new DamagedSource("it needs a dictionary, which is not at hand");
  if (windowOf(rest, isSingleSegment, sizeLength) > MOST_WINDOW_BYTES) {
    throw new DamagedSource("it refers back further than 32 MiB; unpack it first (zstd -d --long=31)");
  }
  yield Buffer.concat([magic, descriptor, rest]);
  for (let isLast = false; !isLast; ) {
    const header = await bytes.take(3);
    const word = header.readUIntLE(0, 3);
    isLast = (word & 1) === 1;
    const isRepeated = ((word >> 1) & 3) === 1;
    const size = word >> 3;
    if (size > MOST_BLOCK_BYTES) throw new DamagedSource("a block is larger than Zstandard allows");
    yield Buffer.concat([header, await bytes.take(isRepeated ? 1 : size)]);
  }
  if ((flags & 4) !== 0) yield await bytes.take(4);
}

function windowOf(rest: Buffer, isSingleSegment: boolean, sizeLength: number): number {
  if (!isSingleSegment) {
    const byte = rest.readUInt8(0);
    const base = 2 ** (10 + (byte >> 3));
    return base + (base / 8) * (byte & 7);
  }
  if (sizeLength === 8) return Number(rest.readBigUInt64LE(0));
  return rest.readUIntLE(0, sizeLength) + (sizeLength === 2 ? 256 : 0);
}

/** So many bytes, no more and no fewer, whatever pieces they come in. */
class ByteReader {
  readonly #chunks: AsyncIterator<Uint8Array>;
  #held: Buffer = Buffer.alloc(0);

  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.#chunks = chunks[Symbol.asyncIterator]();
  }

  async isAtEnd(): Promise<boolean> {
    while (this.#held.length === 0) if (!(await this.#pull())) return true;
    return false;
  }

  async take(length: number): Promise<Buffer> {
    while (this.#held.length < length) if (!(await this.#pull())) throw new DamagedSource("it is cut off");
    const taken = this.#held.subarray(0, length);
    this.#held = this.#held.subarray(length);
    return taken;
  }

  async skip(length: number): Promise<void> {
    for (let left = length; left > 0; ) {
      if (await this.isAtEnd()) throw new DamagedSource("it is cut off");
      const some = Math.min(left, this.#held.length);
      this.#held = this.#held.subarray(some);
      left -= some;
    }
  }

  async #pull(): Promise<boolean> {
    const { done, value } = await this.#chunks.next();
    if (done === true) return false;
    const chunk = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
    this.#held = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
    return true;
  }
}
