/**
 * Reads one blob, believing nothing: it must be a plain file in a real folder, of the size and with the hash that the record
 * names. Links are not followed. It never throws for what it finds: that is a fault, for the caller to tell.
 */
import { Buffer, isUtf8 } from "node:buffer";
import { createHash } from "node:crypto";
import { join } from "node:path";
import type { BlobRef } from "../event/types.js";
import type { Files } from "../files/files.js";
import { readAll } from "../journal/copy.js";
import { MAX_LINE_BYTES } from "../journal/line.js";

/** Why a value that lies in a blob cannot be put back. */
export interface BlobFault {
  sha256: string;
  bytes: number;
  /** `unreadable`: the file is there, but cannot be read, or is a link. */
  problem: "missing" | "damaged" | "unreadable";
  /** A sentence that names the file. */
  message: string;
}

type Named = Pick<BlobRef, "sha256" | "bytes">;

/** A value is never longer than a line can be. */
export const MAX_BLOB_BYTES = MAX_LINE_BYTES;

const CHUNK_BYTES = 256 * 1024;

/** The value, or why it cannot be had. `ref` is sound. */
export function readBlob(files: Files, directory: string, ref: Named): string | BlobFault {
  return withBlob(files, directory, ref, (fd, path) => {
    const bytes = Buffer.allocUnsafeSlow(ref.bytes);
    const filled = readAll(files, fd, bytes, 0, bytes.length, 0);
    const isWhole = filled === bytes.length && hashOf(bytes) === ref.sha256;
    return isWhole && isUtf8(bytes) ? bytes.toString("utf8") : damaged(ref, path);
  });
}

/** The same check in memory that does not grow with it; null where the blob is whole. */
export function checkBlob(files: Files, directory: string, ref: Named): BlobFault | null {
  const found = withBlob(files, directory, ref, (fd, path) => {
    const digest = createHash("sha256");
    const chunk = Buffer.allocUnsafeSlow(Math.max(1, Math.min(CHUNK_BYTES, ref.bytes)));
    for (let at = 0; at < ref.bytes; ) {
      const got = files.read(fd, chunk, 0, Math.min(chunk.length, ref.bytes - at), at);
      if (got === 0) break;
      digest.update(chunk.subarray(0, got));
      at += got;
    }
    return digest.digest("hex") === ref.sha256 ? "" : damaged(ref, path);
  });
  return typeof found === "string" ? null : found;
}

/** As far as its name and size tell; null where nothing is wrong. */
export function lookForBlob(files: Files, directory: string, ref: Named): BlobFault | null {
  const path = join(directory, ref.sha256);
  try {
    const folder = files.statPath(directory);
    if (folder !== null && folder.kind !== "directory") return linked(ref, directory, "folder");
    const named = folder === null ? null : files.statPath(path);
    if (named === null) return fault(ref, "missing", `${path} is not there.`);
    if (named.kind !== "file") return linked(ref, path, "file");
    if (named.sizeBytes !== ref.bytes)
      return damaged(ref, path, `it has ${named.sizeBytes} bytes instead of ${ref.bytes}`);
    return ref.bytes > MAX_BLOB_BYTES ? damaged(ref, path, "it is longer than 256 MiB") : null;
  } catch (cause) {
    return unreadable(ref, path, cause);
  }
}

/** `read` is given a descriptor of the very file that was looked at. */
function withBlob(
  files: Files,
  directory: string,
  ref: Named,
  read: (fd: number, path: string) => string | BlobFault,
): string | BlobFault {
  const found = lookForBlob(files, directory, ref);
  if (found !== null) return found;
  const path = join(directory, ref.sha256);
  let fd = -1;
  try {
    const named = files.statPath(path);
    fd = files.open(path, "read");
    const opened = files.stat(fd);
    // Something else may have taken the name since it was looked at.
    const isSame = named?.inode === opened.inode && named.device === opened.device;
    return isSame && opened.kind === "file" ? read(fd, path) : linked(ref, path, "file");
  } catch (cause) {
    return unreadable(ref, path, cause);
  } finally {
    if (fd !== -1) files.close(fd);
  }
}

export function hashOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

function damaged(ref: Named, path: string, how = "its bytes are not those that its name says"): BlobFault {
  return fault(ref, "damaged", `${path} is damaged: ${how}.`);
}

function linked(ref: Named, path: string, kind: "file" | "folder"): BlobFault {
  return fault(ref, "unreadable", `${path} is no plain ${kind}; links are not followed.`);
}

function unreadable(ref: Named, path: string, cause: unknown): BlobFault {
  const why = cause instanceof Error ? cause.message : String(cause);
  return fault(ref, "unreadable", `${path} cannot be read: ${why}.`);
}

function fault({ sha256, bytes }: Named, problem: BlobFault["problem"], message: string): BlobFault {
  return { sha256, bytes, problem, message };
}
