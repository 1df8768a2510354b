/**
 * Reads the members of a zip archive, in a file or in memory, one at a time: stored, deflated, or compressed with Zstandard.
 * What an archive says of sizes is not believed, and no name in it ever becomes a path: nothing is written anywhere.
 */
import { Buffer } from "node:buffer";
import { pipeline } from "node:stream";
import { crc32, createInflateRaw } from "node:zlib";
import type { Entry, ZipFile } from "yauzl";
import { zstdDecompressed } from "./zstd.js";

const LOCAL_HEADER = 0x04034b50;
const END_OF_DIRECTORY = 0x06054b50;
const STORED = 0;
const DEFLATED = 8;
const ZSTANDARD = 93;

export interface ZipMember {
  readonly name: string;
  /** Throws where the member cannot be read or is larger than that, with the reason. */
  read(maxBytes: number): Promise<Buffer>;
}

export interface ZipArchive {
  /** In the order of the archive's directory. */
  readonly members: readonly ZipMember[];
  /** Why the directory could be read no further. */
  readonly damage: string | undefined;
  close(): void;
}

export function isZip(head: Buffer): boolean {
  return (
    head.length >= 4 && (head.readUInt32LE(0) === LOCAL_HEADER || head.readUInt32LE(0) === END_OF_DIRECTORY)
  );
}

/** Opens the archive in a file, or in bytes. Throws where it has no directory. */
export async function openZip(source: string | Buffer): Promise<ZipArchive> {
  const yauzl = await import("yauzl");
  // Names are only shown, so a hostile one does no harm; sizes are checked when a member is read, so that one that lies
  // does not cost the others.
  const options = { autoClose: false, decodeStrings: false, validateEntrySizes: false };
  const zip =
    typeof source === "string"
      ? await yauzl.openPromise(source, options)
      : await yauzl.fromBufferPromise(source, options);
  const members: ZipMember[] = [];
  let compressedBytes = 0;
  try {
    for await (const entry of zip.eachEntry()) {
      compressedBytes += entry.compressedSize;
      // Members that share their bytes unpack to any size.
      if (compressedBytes > zip.fileSize) throw new Error("its members lie over each other");
      const { generalPurposeBitFlag, fileNameRaw, extraFields } = entry;
      const name = yauzl.getFileNameLowLevel(generalPurposeBitFlag, fileNameRaw, extraFields, false);
      members.push({ name, read: (maxBytes) => readMember(zip, entry, maxBytes) });
    }
    return { members, damage: undefined, close: () => zip.close() };
  } catch (error) {
    return { members, damage: (error as Error).message, close: () => zip.close() };
  }
}

async function readMember(zip: ZipFile, entry: Entry, maxBytes: number): Promise<Buffer> {
  if (entry.isEncrypted()) throw new Error("it is encrypted");
  const { uncompressedSize: says } = entry;
  if (says > maxBytes) throw new Error(`it is larger than ${maxBytes} bytes when it is unpacked`);
  const stream = await zip.openReadStreamPromise(entry, { decodeFileData: false });
  try {
    const bytes = await collect(inflated(stream, entry.compressionMethod), says);
    if (bytes.length !== says) throw new Error(`it has ${bytes.length} bytes and says it has ${says}`);
    if (crc32(bytes) !== entry.crc32) throw new Error("its checksum is wrong, so its bytes were changed");
    return bytes;
  } finally {
    stream.destroy();
  }
}

function inflated(stream: NodeJS.ReadableStream, method: number): AsyncIterable<Uint8Array> {
  if (method === STORED) return stream as AsyncIterable<Uint8Array>;
  // A failure is thrown to whoever reads what comes out of it.
  if (method === DEFLATED) return pipeline(stream, createInflateRaw(), () => {});
  if (method === ZSTANDARD) return zstdDecompressed(stream as AsyncIterable<Uint8Array>);
  throw new Error(`it is compressed by method ${method}, which cannot be read here`);
}

/** Not a byte more than the member says: what goes on is no archive that somebody packed. */
async function collect(chunks: AsyncIterable<Uint8Array>, says: number): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    length += chunk.length;
    if (length > says) throw new Error(`it has more bytes than the ${says} that it says it has`);
    pieces.push(chunk);
  }
  return Buffer.concat(pieces, length);
}
