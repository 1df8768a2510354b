/**
 * How far a snapshot reaches into its journal, for those who do not want its state: read in memory that does not
 * grow with it, and believed only where the checksum over all of it is right. Nothing but the link is parsed.
 */
import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import type { Files } from "../files/files.js";
import { readAll } from "../journal/copy.js";
import type { Cursor } from "../journal/cursor.js";
import { HASH_LENGTH } from "../journal/line.js";
import type { SessionPaths } from "../store/names.js";
import { CHECKSUM_CLOSE, CHECKSUM_OPEN } from "./format.js";

const CHUNK_BYTES = 256 * 1024;
const TAIL_BYTES = CHECKSUM_OPEN.length + HASH_LENGTH + CHECKSUM_CLOSE.length;

/** A line break before two spaces stands only between the members of the outermost object: in strings it is escaped. */
const LINK_OPEN = '\n  "journal": {\n';
const LINK = /^\n {2}"journal": \{\n {4}"seq": (\d+),\n {4}"bytes": (\d+),\n {4}"hash": "([\w-]{43})",/;
const LINK_BYTES = 256;
/** Behind the link stand the open calls and the responses, a line for each of their members. */
const PEEK_BYTES = 16 * 1024;

/** Null where there is no snapshot to believe, or one of an older kind. Throws only what the file system throws. */
export function readAnchor(files: Files, paths: SessionPaths): Cursor | null {
  const stat = files.statPath(paths.snapshot);
  if (stat === null || stat.kind !== "file" || stat.sizeBytes <= TAIL_BYTES) return null;
  const fd = files.open(paths.snapshot, "read");
  try {
    const linkStart = checkWhole(files, fd, stat.sizeBytes - TAIL_BYTES, paths.id);
    return linkStart === null ? null : parseLink(readText(files, fd, linkStart, LINK_BYTES));
  } finally {
    files.close(fd);
  }
}

/**
 * The same from the last bytes of the snapshot alone, however long that is, and unchecked: for who asks `readAnchor` where
 * it says that something is wrong. Null also where they do not show it.
 */
export function peekAnchor(files: Files, paths: SessionPaths): Cursor | null {
  const stat = files.statPath(paths.snapshot);
  if (stat === null || stat.kind !== "file") return null;
  const fd = files.open(paths.snapshot, "read");
  try {
    const tail = readText(files, fd, Math.max(0, stat.sizeBytes - PEEK_BYTES), PEEK_BYTES);
    const at = tail.lastIndexOf(LINK_OPEN);
    return at === -1 ? null : parseLink(tail.slice(at));
  } finally {
    files.close(fd);
  }
}

function parseLink(text: string): Cursor | null {
  const found = LINK.exec(text);
  const [seq, byteOffset] = [Number(found?.[1]), Number(found?.[2])];
  // Larger ones name no record that there can be: such a snapshot is not believed when it is read either.
  if (found === null || !(seq > 0) || !Number.isSafeInteger(seq) || !Number.isSafeInteger(byteOffset))
    return null;
  return { seq, byteOffset, hash: String(found[3]) };
}

/** Whether the snapshot is not the one that gave `anchor` any more: a repair may have replaced it and its journal meanwhile. */
export function isOutdated(files: Files, paths: SessionPaths, anchor: Cursor): boolean {
  return readAnchor(files, paths)?.hash !== anchor.hash;
}

/** Where the link begins, if the bytes before `end` are those that the checksum behind them was made of. */
function checkWhole(files: Files, fd: number, end: number, id: string): number | null {
  const checksum = createHash("sha256");
  const chunk = Buffer.allocUnsafeSlow(CHUNK_BYTES);
  let linkStart: number | null = null;
  // What is kept of the piece before: the link may begin there.
  let kept = 0;
  for (let at = 0; at < end; ) {
    const got = readAll(files, fd, chunk, kept, Math.min(chunk.length - kept, end - at), at);
    if (got === 0) return null;
    const piece = chunk.subarray(0, kept + got);
    checksum.update(piece.subarray(kept));
    if (at === 0 && !piece.toString("utf8", 0, 256).startsWith(`{\n  "id": ${JSON.stringify(id)},`))
      return null;
    const found = piece.lastIndexOf(LINK_OPEN);
    if (found !== -1) linkStart = at - kept + found;
    at += got;
    const keep = Math.min(LINK_OPEN.length - 1, piece.length);
    chunk.copyWithin(0, piece.length - keep, piece.length);
    kept = keep;
  }
  const tail = readText(files, fd, end, TAIL_BYTES);
  return tail === CHECKSUM_OPEN + checksum.digest("base64url") + CHECKSUM_CLOSE ? linkStart : null;
}

function readText(files: Files, fd: number, position: number, length: number): string {
  const bytes = Buffer.allocUnsafeSlow(length);
  return bytes.toString("latin1", 0, readAll(files, fd, bytes, 0, length, position));
}
