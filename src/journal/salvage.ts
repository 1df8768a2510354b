/**
 * Finds, behind the place where a journal breaks, the records that can still be proved to be what was written.
 * A record counts as proved when its hash holds with the hash that the line before it states, or with the one that
 * line's own bytes give: then only that line's seal was hurt, and it is proved along with it.
 */
import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { toPlain } from "../event/plain.js";
import { escapeSeparators } from "../event/separators.js";
import type { JournalRecord } from "../event/types.js";
import type { Files } from "../files/files.js";
import type { Steps } from "../files/steps.js";
import type { Cursor } from "./cursor.js";
import { decodeLine, encodeType, SEAL_LENGTH, sealedHash } from "./line.js";
import { RawLines } from "./raw-lines.js";

/** Where a proved record's line lies; `end` is its line feed. */
export interface Salvaged {
  readonly seq: number;
  readonly start: number;
  readonly end: number;
}

/** The provable records behind `sound`, by ascending seq. */
export function* findSalvageable(files: Files, fd: number, sound: Cursor): Steps<Salvaged[]> {
  const proof = new Proof(sound);
  for (const lines = new RawLines(files, fd, sound.byteOffset); lines.next(); ) {
    proof.add(lines.bytes, lines.start);
    yield { kind: "pause" };
  }
  return proof.salvaged;
}

/** Reads one salvaged line again. */
export function readSalvaged(files: Files, fd: number, { start, end }: Salvaged): Buffer {
  const line = Buffer.allocUnsafe(end - start);
  let filled = 0;
  while (filled < line.length) {
    const got = files.read(fd, line, filled, line.length - filled, start + filled);
    if (got === 0) throw new Error(`the file ended at byte ${start + filled}`);
    filled += got;
  }
  return line;
}

/**
 * A record's `data` as the text it stands in the line: parsing and writing it again could change a number. Only in a
 * line that another program spelled in a way of its own is there no telling where it stands.
 */
export function dataText(line: Buffer, { seq, time, type, id, durable, data }: JournalRecord): string {
  const before = Buffer.from(`{"seq":${seq},"time":"${time}","type":${encodeType(type)},"data":`);
  const after = Buffer.from(`,"id":"${id}"${durable === undefined ? "" : `,"durable":${durable}`}`);
  const end = line.length - SEAL_LENGTH - after.length;
  const isAsWritten =
    end > before.length &&
    line.subarray(0, before.length).equals(before) &&
    line.subarray(end, end + after.length).equals(after);
  return isAsWritten
    ? line.toString("utf8", before.length, end)
    : escapeSeparators(JSON.stringify(toPlain(data)));
}

interface Candidate extends Salvaged {
  /** The hash that the line's bytes give, however it is sealed. */
  readonly computed: string;
}

class Proof {
  readonly salvaged: Salvaged[] = [];
  #lastSeq: number;
  /** The hashes the next line may be chained to: the one stated before it, and the one computed for an unproved line. */
  #stated: string | null;
  #unproved: Candidate | null = null;

  constructor(sound: Cursor) {
    this.#lastSeq = sound.seq;
    this.#stated = sound.seq === 0 ? null : sound.hash;
  }

  add(line: Buffer, start: number): void {
    const stated = sealedHash(line, 0, line.length);
    const before = this.#unproved;
    const after = this.#stated;
    this.#unproved = null;
    this.#stated = stated;
    const record = decodeLine(line);
    if (typeof record === "string" || record.seq <= this.#lastSeq) return;
    const found = { seq: record.seq, start, end: start + line.length };
    const body = line.subarray(0, Math.max(0, line.length - SEAL_LENGTH));
    if (before !== null && before.seq < found.seq && chained(before.computed, body) === stated) {
      this.#keep(before);
      this.#keep(found);
      return;
    }
    const computed = chained(after, body);
    if (computed === stated) this.#keep(found);
    else this.#unproved = { ...found, computed };
  }

  #keep({ seq, start, end }: Salvaged): void {
    this.#lastSeq = seq;
    this.salvaged.push({ seq, start, end });
  }
}

function chained(hash: string | null, body: Buffer): string {
  const chain = createHash("sha256");
  if (hash !== null) chain.update(`${hash}"}\n`, "latin1");
  return chain.update(body).digest("base64url");
}
