/**
 * What lies in a folder and below it: the files to import, and what was not looked into and why, so that nothing is left
 * out in silence. Links are followed to files only: one to a folder may lead in a circle, or far out of the folder.
 */
import { type Dirent, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { BLOBS_SUFFIX, JOURNAL_SUFFIX } from "../store/names.js";
import { ImportError } from "./import-error.js";

/** How many of what were not looked into. */
export interface LeftOut {
  linksToFolders: number;
  /** Those that lead nowhere. */
  brokenLinks: number;
  hiddenFiles: number;
  hiddenFolders: number;
  /** Folders called `node_modules`. */
  nodeModules: number;
  /** Pipes, sockets and devices: reading one may never end. */
  special: number;
}

export interface FolderFiles {
  readonly files: string[];
  readonly unreadable: { readonly path: string; readonly error: ImportError }[];
  readonly leftOut: LeftOut;
}

/** The files are in the order of their names. A folder that cannot be read is told of and does not stop the others. */
export function filesBelow(folder: string): FolderFiles {
  const found = nothing();
  look(folder, true, found);
  found.files.sort();
  return found;
}

/** Only those of the folder itself. Throws SOURCE_UNREADABLE. */
export function filesIn(folder: string): FolderFiles {
  const found = nothing();
  look(folder, false, found);
  const [failed] = found.unreadable;
  if (failed !== undefined) throw failed.error;
  found.files.sort();
  return found;
}

/** Throws SOURCE_UNREADABLE. */
export function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch (cause) {
    throw unreadable(path, cause);
  }
}

function nothing(): FolderFiles {
  const leftOut = {
    linksToFolders: 0,
    brokenLinks: 0,
    hiddenFiles: 0,
    hiddenFolders: 0,
    nodeModules: 0,
    special: 0,
  };
  return { files: [], unreadable: [], leftOut };
}

function look(folder: string, isDeep: boolean, found: FolderFiles): void {
  let entries: Dirent[];
  try {
    entries = readdirSync(folder, { withFileTypes: true });
  } catch (cause) {
    found.unreadable.push({ path: folder, error: unreadable(folder, cause) });
    return;
  }
  const names = new Set(entries.map(({ name }) => name));
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (isBlobsOf(names, entry)) continue;
    const reason = whyLeftOut(entry, path);
    if (reason === "folder") {
      if (isDeep) look(path, isDeep, found);
    } else if (reason === "file") found.files.push(path);
    else found.leftOut[reason] += 1;
  }
}

/** Values of a journal beside it: they come with its records. */
function isBlobsOf(names: ReadonlySet<string>, entry: Dirent): boolean {
  const { name } = entry;
  if (!name.endsWith(BLOBS_SUFFIX) || !entry.isDirectory()) return false;
  return names.has(name.slice(0, -BLOBS_SUFFIX.length) + JOURNAL_SUFFIX);
}

function whyLeftOut(entry: Dirent, path: string): "file" | "folder" | keyof LeftOut {
  const isDirectory = entry.isDirectory();
  if (entry.name.startsWith(".")) return isDirectory ? "hiddenFolders" : "hiddenFiles";
  if (entry.name === "node_modules") return "nodeModules";
  if (isDirectory) return "folder";
  if (entry.isFile()) return "file";
  if (!entry.isSymbolicLink()) return "special";
  try {
    const target = statSync(path);
    if (target.isDirectory()) return "linksToFolders";
    return target.isFile() ? "file" : "special";
  } catch {
    return "brokenLinks";
  }
}

function unreadable(path: string, cause: unknown): ImportError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new ImportError("SOURCE_UNREADABLE", `${path} cannot be read: ${why}.`, cause);
}
