/**
 * A file that a command writes for a person: readable by nobody else, there whole or not at all, and never in place of
 * another one unless that was asked for.
 */
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createWriteStream, linkSync, realpathSync, renameSync, rmSync, type Stats, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { finished } from "node:stream/promises";
import { missing, usageError } from "./errors.js";

export interface OutputFileOptions {
  /** Whether it may take the place of a file that is there. */
  readonly replace: boolean;
  /** The file that is being read: never written over. */
  readonly source: string;
}

/** Where there are no pieces, no file comes into being. */
export async function writeOutputFile(
  target: string,
  pieces: AsyncIterable<string>,
  { replace, source }: OutputFileOptions,
): Promise<void> {
  const before = statOf(target);
  if (before?.isDirectory()) throw missing(`${target} is a folder; name a file in it`);
  if (before !== undefined && isSame(before, statOf(source))) {
    throw usageError(`${target} is what is being exported; name another file`);
  }
  if (before?.isFile() && !replace) throw existsAlready(target);
  // A pipe or a device is written to as it is.
  if (before !== undefined && !before.isFile()) {
    await writeAll(target, target, "w", pieces);
    return;
  }
  // Of a link, the file that it leads to is replaced.
  const path = before === undefined ? target : realpathSync(target);
  const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString("hex")}.tmp`);
  const removeTemporary = () => rmSync(temporary, { force: true });
  process.once("exit", removeTemporary);
  try {
    if (!(await writeAll(temporary, target, "wx", pieces))) return;
    if (replace) renameSync(temporary, path);
    else putInPlace(temporary, path, target);
  } finally {
    removeTemporary();
    process.removeListener("exit", removeTemporary);
  }
}

/** A link fails where a file came into being meanwhile; a rename would write over it. */
function putInPlace(temporary: string, path: string, target: string): void {
  try {
    linkSync(temporary, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") throw existsAlready(target);
    // Some file systems have no links.
    if (statOf(path) !== undefined) throw existsAlready(target);
    renameSync(temporary, path);
  }
}

function existsAlready(target: string): Error {
  return missing(`${target} is there already; --force replaces it`);
}

function statOf(path: string): Stats | undefined {
  return statSync(path, { throwIfNoEntry: false });
}

function isSame(one: Stats, other: Stats | undefined): boolean {
  return one.ino === other?.ino && one.dev === other.dev;
}

/** Whether there was anything to write. `target` is what errors name. */
async function writeAll(
  path: string,
  target: string,
  flags: string,
  pieces: AsyncIterable<string>,
): Promise<boolean> {
  const stream = createWriteStream(path, { flags, mode: 0o600, flush: flags === "wx" });
  const done = finished(stream).catch((error: Error) => {
    throw missing(`${target} cannot be written: ${error.message}`);
  });
  done.catch(() => {});
  let isWritten = false;
  for await (const piece of pieces) {
    isWritten = true;
    if (!stream.write(piece)) await Promise.race([once(stream, "drain").catch(() => done), done]);
  }
  stream.end();
  await done;
  return isWritten;
}
