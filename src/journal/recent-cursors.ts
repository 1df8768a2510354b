/**
 * The places that a follower passed last. Where a crash or a repair took back what was given, it is told by them how far
 * the journal still is the one that was read, and goes on from there. It keeps a bounded number.
 */
import { Buffer } from "node:buffer";
import type { Files } from "../files/files.js";
import { readAll } from "./copy.js";
import { type Cursor, START } from "./cursor.js";
import { LINK_LENGTH } from "./line.js";

/** More than is written in the second between two syncs. */
const KEPT = 1024;

export class RecentCursors {
  readonly #ring: Cursor[] = [];
  #next = 0;

  add(cursor: Cursor): void {
    this.#ring[this.#next] = cursor;
    this.#next = (this.#next + 1) % KEPT;
  }

  /** The last of them whose record is in the journal now; the start where none is, or where there is no journal. */
  lastIn(files: Files, path: string): Cursor {
    if (files.statPath(path)?.kind !== "file") return START;
    const fd = files.open(path, "read");
    try {
      for (const cursor of this.#latestFirst()) if (isLinked(files, fd, cursor)) return cursor;
      return START;
    } finally {
      files.close(fd);
    }
  }

  *#latestFirst(): Generator<Cursor, void> {
    for (let back = 1; back <= this.#ring.length; back += 1) {
      const cursor = this.#ring[(this.#next - back + KEPT) % KEPT];
      if (cursor !== undefined) yield cursor;
    }
  }
}

const link = Buffer.allocUnsafeSlow(LINK_LENGTH);

/** Whether the record that ends at the cursor has its hash; by the chain, all before it is as it was. */
function isLinked(files: Files, fd: number, { byteOffset, hash }: Cursor): boolean {
  if (byteOffset < LINK_LENGTH) return false;
  const got = readAll(files, fd, link, 0, LINK_LENGTH, byteOffset - LINK_LENGTH);
  return link.toString("latin1", 0, got) === `${hash}"}\n`;
}
