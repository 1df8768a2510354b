/** Makes zip archives for tests: members stored or deflated, or by a method of which the bytes are made elsewhere. */
import { Buffer } from "node:buffer";
import { crc32, deflateRawSync } from "node:zlib";

export interface Member {
  readonly name: string;
  readonly text: string;
  readonly method?: 0 | 8 | 93 | 12;
  /** What the method has made of the text. */
  readonly packed?: Buffer;
  /** What the archive says of it, where that is not so. */
  readonly says?: { readonly size?: number; readonly checksum?: number; readonly flags?: number };
}

export function zipOf(members: readonly Member[]): Buffer {
  const locals: Buffer[] = [];
  const centrals: Buffer[] = [];
  let offset = 0;
  for (const { name, text, method = 8, packed, says = {} } of members) {
    const bytes = packed ?? (method === 8 ? deflateRawSync(text) : Buffer.from(text));
    const shared = Buffer.alloc(26);
    shared.writeUInt16LE(20, 0);
    shared.writeUInt16LE(says.flags ?? 0x800, 2);
    shared.writeUInt16LE(method, 4);
    shared.writeUInt32LE(says.checksum ?? crc32(text), 10);
    shared.writeUInt32LE(bytes.length, 14);
    shared.writeUInt32LE(says.size ?? Buffer.byteLength(text), 18);
    shared.writeUInt16LE(Buffer.byteLength(name), 22);
    const local = Buffer.concat([Buffer.from("PK\u0003\u0004"), shared, Buffer.from(name), bytes]);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(offset, 10);
    centrals.push(
      Buffer.concat([Buffer.from("PK\u0001\u0002\u0014\u0000"), shared, rest, Buffer.from(name)]),
    );
    locals.push(local);
    offset += local.length;
  }
  const directory = Buffer.concat(centrals);
  const end = Buffer.alloc(22);
  end.write("PK\u0005\u0006", "latin1");
  end.writeUInt16LE(members.length, 8);
  end.writeUInt16LE(members.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, directory, end]);
}
