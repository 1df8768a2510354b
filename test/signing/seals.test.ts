/** What verify says of signed journals that nobody forged: how far they are sealed, and what is not. */
import { describe, expect, it } from "vitest";
import { MemoryFiles } from "../../src/files/testing.js";
import { repairJournal, verifyJournal } from "../../src/index.js";
import { linesOf, statedHash } from "../support/journal-bytes.js";
import {
  begin,
  codesOf,
  other,
  path,
  publicKey,
  rechained,
  reopen,
  say,
  sessionsDir,
  shape,
  unchained,
  verifyBytes,
} from "./signed.js";

const endSigned = async (count = 2, everyRecords = 1000): Promise<MemoryFiles> => {
  const { files, session } = begin({ everyRecords });
  say(session, count);
  await session.end("success");
  return files;
};
const verify = (files: MemoryFiles, publicKeys = [publicKey]) =>
  verifyJournal(path, { files, publicKey: publicKeys });
const lineAt = (bytes: Uint8Array, seq: number) => linesOf(Buffer.from(bytes))[seq - 1] as Buffer;

describe("verify with the public key", () => {
  it("finds a journal that its writer sealed to its end whole, and says how far and when", async () => {
    const files = await endSigned(5, 3);
    const { seals, problems, verdict } = await verify(files);
    expect([verdict, problems]).toEqual(["sound", []]);
    const last = JSON.parse(lineAt(files.readFile(path), 10).toString());
    expect(seals).toEqual({ valid: 3, sealedSeq: 9, sealedAt: last.time, unsealed: [] });
  });

  it("says nothing of seals to whoever gives no key", async () => {
    const found = await verifyJournal(path, { files: await endSigned() });
    expect([found.verdict, found.problems, found.seals]).toEqual(["sound", [], undefined]);
  });

  it("finds a journal without seals, or with another's", async () => {
    const { files, session } = begin(null);
    await session.end("success");
    const unsigned = await verify(files);
    expect(codesOf(unsigned)).toEqual(["NOT_SEALED"]);
    expect(unsigned.seals).toEqual({
      valid: 0,
      sealedSeq: 0,
      sealedAt: null,
      unsealed: [{ fromSeq: 1, toSeq: 2 }],
    });
    const found = await verify(await endSigned(), [other.publicKey]);
    expect(codesOf(found)).toEqual(["SEAL_OF_OTHER_KEY", "NOT_SEALED"]);
  });

  it("takes several keys, for a writer that changed its own", async () => {
    const { files, session } = begin();
    await session.close();
    const next = await reopen(files, { privateKey: other.privateKey });
    await next.end("success");
    expect(codesOf(await verify(files, [publicKey, other.publicKey]))).toEqual([]);
    const found = await verify(files);
    expect(codesOf(found)).toEqual(["SEAL_OF_OTHER_KEY", "UNSEALED"]);
    expect(found.seals?.unsealed).toEqual([{ fromSeq: 4, toSeq: 5 }]);
  });

  it("finds what a writer without the key wrote behind the seals", async () => {
    const { files, session } = begin();
    await session.close();
    const next = await reopen(files, null);
    say(next, 2);
    await next.end("success");
    const { problems, seals } = await verify(files);
    expect(problems).toMatchObject([{ code: "UNSEALED", seq: 4 }]);
    expect(problems[0]?.message).toMatch(/^Records 4 to 6 are not sealed/);
    expect(problems[0]?.byteOffset).toBe(Buffer.from(files.readFile(path)).indexOf('{"seq":4,'));
    expect(seals).toMatchObject({ valid: 1, sealedSeq: 2, unsealed: [{ fromSeq: 4, toSeq: 6 }] });
  });

  it("does not let a later writer with the key vouch for what it found", async () => {
    const { files, session } = begin();
    await session.close();
    const unsigned = await reopen(files, null);
    say(unsigned, 1);
    await unsigned.close();
    const signed = await reopen(files);
    say(signed, 1);
    await signed.end("success");
    const { problems, seals } = await verify(files);
    expect(problems.map(({ code, seq }) => [code, seq])).toEqual([["UNSEALED", 4]]);
    expect(problems[0]?.message).toContain("Records 4 to 5");
    expect(seals).toMatchObject({ valid: 2, unsealed: [{ fromSeq: 4, toSeq: 5 }] });
  });

  it("finds what a writer that was killed left unsealed, and what the next one recovered sealed", async () => {
    const { files, session } = begin({ everyRecords: 2 });
    say(session, 2);
    const killed = files.afterKill();
    const { problems } = await verify(killed);
    expect(problems.map(({ code, message }) => [code, message.slice(0, 20)])).toEqual([
      ["UNSEALED", "Record 4 is not seal"],
    ]);
    // A torn line behind it.
    killed.writeFile(path, Buffer.concat([killed.readFile(path), Buffer.from('{"seq":5,"ti')]));
    expect(codesOf(await verify(killed))).toEqual(["UNSEALED"]);
    const next = await reopen(killed);
    say(next, 1);
    await next.end("success");
    expect(shape(killed).slice(3)).toEqual([
      ...["message.added", "journal.repaired", "message.added", "session.ended", "sealed 5-7"],
    ]);
    expect((await verify(killed)).seals?.unsealed).toEqual([{ fromSeq: 4, toSeq: 4 }]);
  });

  it("says plainly that seals which a repair salvaged do not hold for the new chain", async () => {
    const files = await endSigned(8, 3);
    const bytes = Buffer.from(files.readFile(path));
    bytes.write("M", bytes.indexOf("message 4"));
    files.writeFile(path, bytes);
    const { after } = await repairJournal(path, { files });
    expect(after.verdict).toBe("sound");
    const { problems, seals } = await verify(files);
    expect(seals).toMatchObject({ valid: 1, sealedSeq: 3 });
    expect(problems.map(({ code }) => code)).toEqual([
      ...["SEAL_OF_OTHER_CHAIN", "SEAL_OF_OTHER_CHAIN", "SEAL_OF_OTHER_CHAIN", "UNSEALED"],
    ]);
    expect(problems[0]?.message).toContain("behind the repair at record 6 records were chained anew");
  });

  it("takes no seal of another session, nor of another place in this one", async () => {
    const sealed = unchained((await endSigned(3, 2)).readFile(path));
    const [, , first = ""] = sealed;
    expect(first).toContain("journal.sealed");
    // The same seal behind other records, and in a session of another name.
    const moved = await verifyBytes(rechained([...sealed.slice(0, 4), first]));
    expect(codesOf(moved).slice(0, 1)).toEqual(["SEAL_OF_OTHER_CHAIN"]);
    expect(moved.problems.at(-1)?.code).toBe("UNSEALED");
    expect(moved.problems.find(({ code }) => code.startsWith("SEAL"))?.message).toContain("written anew");
    const renamed = sealed.map((line) => line.replace('"sessionId":"run-1"', '"sessionId":"run-2"'));
    const files = new MemoryFiles();
    files.makeDirectory(sessionsDir, 0o700);
    files.writeFile(`${sessionsDir}/run-2.ndjson`, rechained(renamed));
    const found = await verifyJournal(`${sessionsDir}/run-2.ndjson`, { files, publicKey });
    expect(new Set(codesOf(found))).toEqual(new Set(["SEAL_INVALID", "NOT_SEALED"]));
  });

  it("asks no seal yet of a session that is being written, unless one is overdue", async () => {
    const { files, session } = begin({ everyRecords: 3 });
    say(session, 1);
    const young = await verify(files);
    expect([codesOf(young), young.seals?.valid]).toEqual([[], 0]);
    say(session, 3);
    expect(codesOf(await verify(files))).toEqual([]);
    await session.close();
    const unsigned = await reopen(files, null);
    say(unsigned, 4);
    expect(codesOf(await verify(files))).toEqual([]);
    say(unsigned, 1);
    const found = await verify(files);
    expect(codesOf(found)).toEqual(["UNSEALED"]);
    await unsigned.close();
  });

  it("says that a journal which is sealed, and neither ended nor closed, may have been cut", async () => {
    const files = await endSigned(5, 3);
    const lines = linesOf(Buffer.from(files.readFile(path)));
    const found = await verifyBytes(Buffer.concat(lines.slice(0, 4)));
    expect(codesOf(found)).toEqual(["NO_SEALED_END"]);
    expect(found.seals).toMatchObject({ valid: 1, sealedSeq: 3 });
  });

  it("does not read a key that is none as a finding", async () => {
    await expect(verifyJournal(path, { files: await endSigned(), publicKey: "x" })).rejects.toThrow(
      TypeError,
    );
  });
});

describe("verify with a head that was kept", () => {
  const headOf = (bytes: Uint8Array, seq: number) => ({ seq, hash: statedHash(lineAt(bytes, seq)) });

  it("finds it where the journal has grown since", async () => {
    const { files, session } = begin(null);
    say(session, 2);
    const keptHead = headOf(files.readFile(path), 3);
    await session.end("success");
    const found = await verifyJournal(path, { files, keptHead });
    expect([codesOf(found), found.keptHead]).toEqual([[], { ...keptHead, isHeld: true }]);
  });

  it("finds a cut to an earlier clean stop, which seals do not", async () => {
    const { files, session } = begin();
    await session.close();
    const old = Buffer.from(files.readFile(path));
    const next = await reopen(files);
    say(next, 1);
    await next.end("success");
    const keptHead = headOf(files.readFile(path), 6);
    expect(codesOf(await verifyBytes(old))).toEqual([]);
    const cut = new MemoryFiles();
    cut.makeDirectory(sessionsDir, 0o700);
    cut.writeFile(path, old);
    const found = await verifyJournal(path, { files: cut, keptHead });
    expect(codesOf(found)).toEqual(["HEAD_MISSING"]);
    expect(found.keptHead).toEqual({ ...keptHead, isHeld: false });
    expect(found.problems.at(-1)?.message).toBe("It ends with record 3; the head that was kept is record 6.");
  });

  it("finds a journal that was written anew up to it, and one that is damaged before it", async () => {
    const { files, session } = begin(null);
    say(session, 3);
    await session.end("success");
    const bytes = Buffer.from(files.readFile(path));
    const keptHead = headOf(bytes, 4);
    const anew = rechained(unchained(bytes).map((line) => line.replace("message 1", "message 9")));
    const written = new MemoryFiles();
    written.makeDirectory(sessionsDir, 0o700);
    written.writeFile(path, anew);
    const found = await verifyJournal(path, { files: written, keptHead });
    expect(found.problems.filter(({ code }) => code === "HEAD_DIFFERS")).toMatchObject([
      { seq: 4, byteOffset: anew.indexOf('{"seq":4,') },
    ]);
    bytes.write("M", bytes.indexOf("message 1"));
    written.writeFile(path, bytes);
    const damaged = await verifyJournal(path, { files: written, keptHead });
    expect(damaged.problems.at(-1)?.message).toBe(
      "It is sound only up to record 1; the head that was kept is record 4.",
    );
  });

  it.each([
    { seq: 0, hash: "A".repeat(43) },
    { seq: 1.5, hash: "A".repeat(43) },
    { seq: 1, hash: "A".repeat(42) },
    { seq: 1, hash: 5 as unknown as string },
  ])("refuses %j as one", async (keptHead) => {
    await expect(verifyJournal(path, { files: await endSigned(), keptHead })).rejects.toThrow(TypeError);
  });
});
