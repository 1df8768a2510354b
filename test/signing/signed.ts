/** Signed sessions on a disk in memory, and what somebody without the key can make of their journals. */
import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { MemoryFiles } from "../../src/files/testing.js";
import { Session, type SigningOptions, type Verification, verifyJournal } from "../../src/index.js";
import { linesOf, sealLines } from "../support/journal-bytes.js";

export const sessionsDir = "/s";
export const id = "run-1";
export const path = `${sessionsDir}/${id}.ndjson`;

export const { privateKey, publicKey } = generateKeyPairSync("ed25519");
export const other = generateKeyPairSync("ed25519");

export interface SignedRun {
  readonly files: MemoryFiles;
  readonly session: Session;
}

export function begin(signing: Partial<SigningOptions> | null = {}, files = new MemoryFiles()): SignedRun {
  const session = new Session({
    sessionsDir,
    files,
    sessionId: id,
    role: "tester",
    model: "none",
    signing: signing === null ? undefined : { privateKey, ...signing },
  });
  return { files, session };
}

/** Another writer takes the session up; null for one that does not sign. */
export async function reopen(
  files: MemoryFiles,
  signing: Partial<SigningOptions> | null = {},
): Promise<Session> {
  const options = signing === null ? {} : { signing: { privateKey, ...signing } };
  const session = await Session.open(id, { sessionsDir, files, ...options });
  if (session === null) throw new Error("there is no session");
  return session;
}

export function say(session: Session, count: number): void {
  for (let i = 1; i <= count; i += 1) session.addMessage({ role: "user", content: `message ${i}` });
}

/** The types of the records, with a seal as "sealed 1-3". */
export function shape(files: MemoryFiles): string[] {
  return recordsOf(files.readFile(path)).map(({ type, data }) =>
    type === "journal.sealed" ? `sealed ${data.fromSeq}-${data.seq}` : type,
  );
}

export interface ReadRecord {
  readonly seq: number;
  readonly type: string;
  readonly data: { readonly [key: string]: unknown };
}

export function recordsOf(bytes: Uint8Array): ReadRecord[] {
  return linesOf(Buffer.from(bytes)).map((line) => JSON.parse(line.toString()) as ReadRecord);
}

/** What verify says of a journal with these bytes, and nothing beside it, to somebody who has the public key. */
export async function verifyBytes(
  bytes: Uint8Array,
  keys: KeyObject | readonly KeyObject[] = publicKey,
): Promise<Verification> {
  const files = new MemoryFiles();
  files.makeDirectory(sessionsDir, 0o700);
  files.writeFile(path, bytes);
  return await verifyJournal(path, { files, publicKey: keys });
}

export function codesOf({ problems }: Pick<Verification, "problems">): string[] {
  return problems.map(({ code }) => code).filter((code) => code !== "PERMISSIONS");
}

/** Whether anything was found: a break, or a problem. */
export function isFound(found: Verification): boolean {
  return found.verdict !== "sound" || codesOf(found).length > 0;
}

/** The records' lines up to their hashes: what whoever writes a journal anew puts a new chain through. */
export function unchained(bytes: Uint8Array): string[] {
  return linesOf(Buffer.from(bytes)).map((line) => line.toString().replace(/,"hash":"[\w-]{43}"\}\n?$/, ""));
}

/** A sound journal of these records, numbered anew: what somebody can make who has no key. */
export function rechained(lines: readonly string[]): Buffer {
  return sealLines(lines.map((line, index) => line.replace(/^\{"seq":\d+/, `{"seq":${index + 1}`)));
}
