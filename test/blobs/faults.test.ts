import { describe, expect, it } from "vitest";
import type { BlobFault } from "../../src/blobs/read-blob.js";
import { resolveBlobs } from "../../src/blobs/resolve.js";
import {
  type Fault,
  faultAtEachOperation,
  type MemoryFiles,
  randomPowerCut,
} from "../../src/files/testing.js";
import { readSoundPart } from "../../src/journal/sound-part.js";
import { verifyJournal } from "../../src/journal/verify.js";
import { randomFrom } from "../../src/testing/random-from.js";
import { stopClock } from "../support/fault-quiet.js";
import { isLong, seed } from "../support/fault-random.js";
import {
  BLOBS,
  bigText,
  blobPath,
  DIRECTORY,
  JOURNAL,
  load,
  newFiles,
  newSession,
  OVER_BYTES,
  sha256,
  textIn,
} from "./made-blobs.js";

stopClock();

const [A, B] = ["a", "b"].map((letter) => bigText(letter)) as [string, string];

// What fails is looked for in what was acknowledged, not told.
const OPTIONS = { durability: "always", onFailure: () => {} } as const;

/** What was acknowledged: by seq, the text. */
type Said = Map<number, string>;

/** Two writers in succession; what fails is tried once more. */
async function tell(files: MemoryFiles, said: Said): Promise<void> {
  const attempt = async (act: () => unknown): Promise<void> => {
    for (let tries = 0; tries < 2 && !files.faults.hasCrashed; tries += 1) {
      try {
        await act();
        return;
      } catch {
        // Nothing was acknowledged.
      }
    }
  };
  const say = async (session: ReturnType<typeof newSession>, text: string): Promise<void> =>
    await attempt(() => said.set(session.addMessage({ role: "user", content: text }), text));
  await attempt(async () => {
    const session = newSession(files, OPTIONS);
    for (const text of [A, "small", A]) await say(session, text);
    await attempt(() => session.close());
  });
  await attempt(async () => {
    const session = await load(files, { ...OPTIONS, blobs: { overBytes: OVER_BYTES } });
    for (const text of [B, A]) await say(session, text);
    await attempt(() => session.end("success"));
  });
}

/** No record names a blob that is not there, whole; and what was acknowledged is there. */
async function check(files: MemoryFiles, said: Said): Promise<void> {
  const found = new Map<number, unknown>();
  const faults: BlobFault[] = [];
  if (files.statPath(JOURNAL) !== null) {
    for await (const record of readSoundPart(JOURNAL, { files })) {
      const whole = resolveBlobs(record, JOURNAL, { files, onFault: (fault) => faults.push(fault) });
      if (record.type !== "message.added") continue;
      found.set(record.seq, (whole.data.message as { content?: unknown }).content);
    }
  }
  expect(faults, files.origin).toEqual([]);
  for (const [seq, text] of said) expect(found.get(seq), files.origin).toBe(text);
  if (files.statPath(BLOBS) === null) return;
  const names = files.list(BLOBS).filter((name) => !name.startsWith("."));
  for (const name of names) expect(sha256(textIn(files, `${BLOBS}/${name}`))).toBe(name);
}

const faults: [string, Fault][] = [
  ["fails, a write half way", { kind: "fail", code: "EIO", keepBytes: 700 }],
  ["fails to sync", { kind: "failed-sync" }],
  ["is the last before the process dies", { kind: "crash", done: true, keepBytes: 700 }],
];

describe("a session with blobs", () => {
  it.each(faults)("keeps its promises when any one operation %s", async (_, fault) => {
    let runs = 0;
    for (const files of faultAtEachOperation(newFiles, fault)) {
      const said: Said = new Map();
      await tell(files, said);
      // A fault that does not concern the operation it was planned for is none.
      if (files.faults.fired === 0) continue;
      files.faults.heal();
      await check(files.afterPowerCut(), said);
      if (files.faults.hasCrashed) await check(files.afterKill(), said);
      if (!files.faults.hasCrashed) expect(files.openDescriptors).toBe(0);
      runs += 1;
    }
    expect(runs).toBeGreaterThan(10);
  });

  it("names no blob that is not there after any power cut at any moment", async () => {
    const files = newFiles({ blockBytes: 512 });
    const said: Said = new Map();
    const moments: { files: MemoryFiles; said: Said }[] = [];
    files.faults.intercept = ({ method }) => {
      if (!/stat|read|list|tryLock/.test(method))
        moments.push({ files: files.afterKill(), said: new Map(said) });
      return undefined;
    };
    await tell(files, said);
    expect(said.size).toBe(5);
    const random = randomFrom(seed);
    let lost = 0;
    for (const moment of moments) {
      for (let n = 0; n < (isLong ? 200 : 4); n += 1) {
        const disk = randomPowerCut(moment.files, random);
        await check(disk, moment.said);
        lost += Number(
          disk.statPath(BLOBS) === null || disk.list(BLOBS).length < moment.files.list(BLOBS).length,
        );
      }
    }
    // The cuts did take blobs away that nothing named yet.
    expect(lost).toBeGreaterThan(10);
  });
});

describe("a blob that cannot be written", () => {
  it("fails the append and leaves nothing of itself, and the next append tries anew", async () => {
    const files = newFiles();
    const session = newSession(files);
    session.addMessage({ role: "user", content: A });
    files.capacityBytes = files.disk.usedBytes + 500;
    const before = textIn(files, JOURNAL);
    expect(() => session.addMessage({ role: "user", content: B })).toThrow(
      expect.objectContaining({ code: "WRITE_FAILED", message: expect.stringContaining("ENOSPC") }),
    );
    expect(files.list(BLOBS)).toEqual([sha256(A)]);
    expect(textIn(files, JOURNAL)).toBe(before);
    expect(session.health.failure?.code).toBe("WRITE_FAILED");
    files.capacityBytes = Number.POSITIVE_INFINITY;
    expect(session.addMessage({ role: "user", content: B })).toBe(3);
    expect(session.health.failure).toBeUndefined();
    expect((await load(files)).messages.map(({ content }) => content)).toEqual([A, B]);
  });

  it("is not taken for durable because an earlier attempt left its name", () => {
    const files = newFiles();
    const session = newSession(files);
    session.addMessage({ role: "user", content: A });
    files.faults.intercept = ({ method, path }) =>
      method === "syncDirectory" && path === BLOBS ? { kind: "failed-sync" } : undefined;
    expect(() => session.addMessage({ role: "user", content: B })).toThrow("EIO");
    expect(files.statPath(blobPath(B))).toBeNull();
    expect(files.statPath(blobPath(A))).not.toBeNull();
  });

  it("does not make the sessions' folder anew where somebody removed it", () => {
    const files = newFiles();
    const session = newSession(files);
    for (const name of files.list(DIRECTORY)) files.remove(`${DIRECTORY}/${name}`);
    files.removeDirectory(DIRECTORY);
    expect(() => session.addMessage({ role: "user", content: A })).toThrow("not there any more");
    expect(files.statPath(DIRECTORY)).toBeNull();
  });

  it("is told by verify where it was left unnamed, and is no fault", async () => {
    const files = newFiles();
    const session = newSession(files);
    session.addMessage({ role: "user", content: A });
    files.faults.intercept = ({ method, path }) =>
      method === "write" && path === JOURNAL ? { kind: "crash" } : undefined;
    expect(() => session.addMessage({ role: "user", content: B })).toThrow();
    const { verdict, problems, blobs } = await verifyJournal(JOURNAL, { files: files.afterKill() });
    expect([verdict, problems]).toEqual(["sound", []]);
    expect(blobs).toEqual({ count: 1, bytes: Buffer.byteLength(A), unreferenced: [sha256(B)] });
  });
});
