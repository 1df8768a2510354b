import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { constants, deflateRawSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { openZip } from "../../src/import/source/zip.js";
import { temporaryFolder } from "../support/folders.js";
import { fixture, importInto } from "./import-into.js";
import { type Member, zipOf } from "./zip-archive.js";

const log = JSON.parse(readFileSync(fixture("inspect.json"), "utf8")) as { samples: object[] };
const { samples, ...header } = log;
const members: Member[] = [
  { name: "_journal/start.json", text: JSON.stringify({ ...header, status: undefined }) },
  { name: "samples/1_epoch_1.json", text: JSON.stringify(samples[0]) },
  { name: "samples/1_epoch_2.json", text: JSON.stringify({ ...samples[0], epoch: 2 }), method: 0 },
  { name: "summaries.json", text: "[]" },
  { name: "header.json", text: JSON.stringify(header) },
];

describe("an archive of Inspect", () => {
  it("gives its samples, deflated or stored, and keeps what else is in it", async () => {
    const { report, states } = await importInto(zipOf(members));
    expect([report.format, report.unreadable]).toEqual(["inspect", []]);
    expect(report.totals).toMatchObject({
      messages: 6,
      calls: 2,
      results: 2,
      tokens: { input: 20, output: 4 },
    });
    expect(states.map(({ outcome }) => outcome)).toEqual(["success", "success"]);
    expect(states[0]?.notes.map(({ kind }) => kind)).toContain("inspect.summaries.json");
  });

  it("of a run that has not ended is read by the journal it writes", async () => {
    const { report, states } = await importInto(zipOf(members.slice(0, 2)));
    expect(report.unreadable).toEqual([]);
    expect(states[0]).toMatchObject({ model: "gpt-x", outcome: null });
  });

  it("tells of the members that it cannot read and gives the others", async () => {
    const odd: Member[] = [
      ...members,
      { name: "samples/2_epoch_1.json", text: "xx", method: 12 },
      { name: "samples/3_epoch_1.json", text: "{" },
      { name: "samples/4_epoch_1.json", text: "not zstd", method: 93 },
    ];
    const { report } = await importInto(zipOf(odd));
    expect(report.sessions.length).toBe(2);
    expect(report.unreadable.map(({ reason }) => reason.split(":")[0])).toEqual([
      "samples/2_epoch_1.json",
      "samples/3_epoch_1.json",
      "samples/4_epoch_1.json",
    ]);
  });

  it("never does harm, whatever bytes are changed or cut", async () => {
    const whole = zipOf(members);
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length - 1), fc.nat(255), fc.boolean(), async (at, byte, isCut) => {
        const bytes = isCut ? whole.subarray(0, at) : Buffer.from(whole);
        if (!isCut) bytes[at] = byte;
        try {
          const archive = await openZip(bytes);
          for (const member of archive.members) await member.read(1 << 20).catch(() => {});
          archive.close();
        } catch (error) {
          expect(error).toBeInstanceOf(Error);
        }
      }),
      { numRuns: 300 },
    );
  });

  it("whose members are compressed with Zstandard, by the real tool, gives its samples", async () => {
    const { report, states } = await importInto(fixture("inspect-zstd.eval"));
    expect([report.unreadable, report.sessions.length]).toEqual([[], 1]);
    expect(states[0]?.messages.length).toBe(3);
  });

  it("is read where it lies, and as well from memory and from a stream", async () => {
    const path = join(temporaryFolder(), "a-name-that-says-nothing");
    const bytes = zipOf(members);
    writeFileSync(path, bytes);
    const stream = async function* () {
      for (let at = 0; at < bytes.length; at += 100) yield bytes.subarray(at, at + 100);
    };
    const reports = [await importInto(path), await importInto(bytes), await importInto(stream())];
    const [one, ...others] = reports.map(({ report }) => report.sessions.map(({ id }) => id));
    expect(others).toEqual([one, one]);
  });
});

/** Deflated so many MiB of zeroes, without making them: one piece that ends on a whole byte, over and over. */
function deflatedZeroes(megabytes: number): Buffer {
  const piece = deflateRawSync(Buffer.alloc(1024 * 1024), { finishFlush: constants.Z_FULL_FLUSH });
  return Buffer.concat([...Array<Buffer>(megabytes).fill(piece), deflateRawSync("")]);
}

describe("a hostile archive", () => {
  it("that would be larger than it may is not unpacked to its end", async () => {
    const zeroes = "0".repeat(10_000_000);
    const repeated = Buffer.alloc(20 + 4 * 1000);
    // Zstandard: a frame whose blocks each stand for 128 KiB of one byte.
    repeated.writeUInt32LE(0xfd2fb528, 0);
    repeated.set([0x00, 0x70], 4);
    for (let block = 0; block < 1000; block++) {
      repeated.writeUIntLE(((128 * 1024) << 3) | 2, 6 + 4 * block, 3);
    }
    const { members: found } = await openZip(
      zipOf([
        { name: "deflated", text: zeroes },
        { name: "zstandard", text: zeroes, method: 93, packed: repeated },
      ]),
    );
    expect(found.length).toBe(2);
    for (const member of found) await expect(member.read(1_000_000)).rejects.toThrow(/larger than 1000000/);
  });

  it("that says it is small and is not, or says how large it is, is told of and costs the others nothing", async () => {
    const gigabytes = deflatedZeroes(2 * 1024);
    expect(gigabytes.length).toBeLessThan(3_000_000);
    const before = process.memoryUsage().rss;
    const { report } = await importInto(
      zipOf([
        { name: "samples/small.json", text: "", packed: gigabytes, says: { size: 100_000 } },
        { name: "samples/large.json", text: "", packed: gigabytes, says: { size: 2 ** 31 } },
        ...members,
      ]),
    );
    expect(report.sessions.length).toBe(2);
    expect(report.unreadable.map(({ reason }) => reason)).toEqual([
      "samples/small.json: it has more bytes than the 100000 that it says it has",
      "samples/large.json: it is larger than 536870912 bytes when it is unpacked",
    ]);
    expect(process.memoryUsage().rss - before).toBeLessThan(200 * 1024 * 1024);
  });

  it("cannot have one piece of it counted many times", async () => {
    const bytes = zipOf([
      { name: "samples/1.json", text: "1".repeat(1000), method: 0 },
      { name: "samples/2.json", text: "1".repeat(1000), method: 0 },
      { name: "samples/3.json", text: "1".repeat(1000), method: 0 },
    ]);
    // The directory alone, behind one member: all three lie at the same place.
    const local = bytes.subarray(0, 30 + 14 + 1000);
    const directory = Buffer.from(bytes.subarray(3 * local.length));
    for (let at = 0; at < 3; at++) directory.writeUInt32LE(0, at * (46 + 14) + 42);
    directory.writeUInt32LE(local.length, directory.length - 22 + 16);
    const { members: found, damage } = await openZip(Buffer.concat([local, directory]));
    expect([found.length, damage]).toEqual([1, "its members lie over each other"]);
  });

  it("that lies about a size or a checksum, or is encrypted, loses that member alone", async () => {
    const text = JSON.stringify(samples[0]);
    const { report } = await importInto(
      zipOf([
        ...members,
        { name: "samples/4.json", text, says: { size: 3 } },
        { name: "samples/5.json", text, method: 0, says: { size: 3 } },
        { name: "samples/6.json", text, says: { checksum: 1 } },
        { name: "samples/7.json", text, says: { flags: 0x801 } },
      ]),
    );
    expect(report.sessions.length).toBe(2);
    expect(report.unreadable.map(({ reason }) => reason)).toEqual([
      "samples/4.json: it has more bytes than the 3 that it says it has",
      "samples/5.json: it has more bytes than the 3 that it says it has",
      "samples/6.json: its checksum is wrong, so its bytes were changed",
      "samples/7.json: it is encrypted",
    ]);
  });

  it("cannot name a file: a path in it is a name like any other, and nothing is written", async () => {
    const sessionsDir = temporaryFolder();
    const evil = [
      "../../outside.json",
      "/etc/outside.json",
      "samples/../../outside.json",
      "C:\\outside.json",
    ];
    const { report } = await importInto(
      zipOf([...members, ...evil.map((name) => ({ name, text: '{"messages":[],"uuid":"evil"}' }))]),
      { sessionsDir },
    );
    expect(report.sessions.map(({ sourceId }) => sourceId)).toContain("evil");
    expect(
      readdirSync(sessionsDir).every(
        (name) => /^session-[\w-]+\.ndjson$/.test(name) || name === ".gitignore",
      ),
    ).toBe(true);
    expect(existsSync(join(sessionsDir, "../../outside.json"))).toBe(false);
  });

  it("whose directory is damaged gives the members before that", async () => {
    const bytes = zipOf(members);
    const at = bytes.lastIndexOf("PK\u0001\u0002");
    bytes[at] = 0;
    const { report } = await importInto(bytes);
    expect(report.sessions.length).toBe(2);
    expect(report.unreadable[0]?.reason).toContain("its directory is damaged");
  });
});
