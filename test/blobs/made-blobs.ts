/** Sessions in memory whose big values go to blobs. */
import { createHash } from "node:crypto";
import { MemoryFiles, type MemoryFilesOptions } from "../../src/files/testing.js";
import { type LoadOptions, Session, type SessionConfig } from "../../src/session.js";

export const DIRECTORY = "/sessions";
export const ID = "run";
export const JOURNAL = `${DIRECTORY}/${ID}.ndjson`;
export const SNAPSHOT = `${DIRECTORY}/${ID}.json`;
export const BLOBS = `${DIRECTORY}/${ID}.blobs`;
export const OVER_BYTES = 1024;

/** A text of more bytes than that; each letter makes another one. */
export function bigText(letter: string, bytes = 2000): string {
  return `${letter} is how it begins; ${letter.repeat(bytes)}`;
}

export function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

export function blobPath(text: string): string {
  return `${BLOBS}/${sha256(text)}`;
}

export function newSession(files: MemoryFiles, options: Partial<SessionConfig> = {}): Session {
  const about = { role: "impl", model: "m", sessionId: ID, autosave: false };
  return new Session({ ...about, ...where(files), blobs: { overBytes: OVER_BYTES }, ...options });
}

export function where(files: MemoryFiles): { files: MemoryFiles; sessionsDir: string } {
  return { files, sessionsDir: DIRECTORY };
}

export function newFiles(options: MemoryFilesOptions = {}): MemoryFiles {
  const files = new MemoryFiles(options);
  files.makeDirectory(DIRECTORY, 0o700);
  files.syncDirectory("/");
  return files;
}

export function textIn(files: MemoryFiles, path: string): string {
  return Buffer.from(files.readFile(path)).toString();
}

export async function load(files: MemoryFiles, options: LoadOptions = {}): Promise<Session> {
  const session = await Session.load(ID, { ...where(files), ...options });
  if (session === null) throw new Error("there is no such session");
  return session;
}
