/** Makes what is compressed with Zstandard by hand, of blocks that hold bytes as they are or one byte many times. */
import { Buffer } from "node:buffer";

export type Block = string | { readonly byte: string; readonly times: number };

/** One frame with a window of 1 MiB, without a checksum. */
export function frameOf(blocks: readonly Block[], windowDescriptor = 0x50): Buffer {
  const header = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, windowDescriptor]);
  return Buffer.concat([
    header,
    ...blocks.map((block, index) => blockOf(block, index === blocks.length - 1)),
  ]);
}

function blockOf(block: Block, isLast: boolean): Buffer {
  const content = Buffer.from(typeof block === "string" ? block : block.byte);
  const [type, size] = typeof block === "string" ? [0, content.length] : [1, block.times];
  const header = Buffer.alloc(3);
  header.writeUIntLE((size << 3) | (type << 1) | Number(isLast), 0, 3);
  return Buffer.concat([header, content]);
}

export function skippableOf(content: string): Buffer {
  const header = Buffer.alloc(8);
  header.writeUInt32LE(0x184d2a53, 0);
  header.writeUInt32LE(Buffer.byteLength(content), 4);
  return Buffer.concat([header, Buffer.from(content)]);
}
