import { readFileSync } from "node:fs";
import { describe, expect, it, vi } from "vitest";
import { JournalError, Session } from "../../src/index.js";
import { checkEveryFault, checkEveryPrefix, type Drive, type DriveDisk } from "../../src/testing/entry.js";

vi.setConfig({ testTimeout: 60_000 });

const governanceResult = { allowed: true };

function start({ files, sessionsDir }: DriveDisk): Session {
  return new Session({ role: "r", model: "m", sessionId: "run", files, sessionsDir, onFailure: () => {} });
}

/** A runtime that tells of a turn when the turn is durable. */
const careful: Drive = async (disk) => {
  const session = start(disk);
  session.addMessage({ role: "user", content: "hello" });
  const call = session.startToolCall({ name: "read", params: {}, governanceResult });
  await call.finish({ success: true });
  await session.completeTurn();
  disk.acknowledge(session);
  session.addMessage({ role: "assistant", content: "nobody was told of this" });
  await session.end("success");
  disk.acknowledge(session);
};

/** One that tells of a turn while it is on its way to the disk. */
const hasty: Drive = async (disk) => {
  const session = start(disk);
  const done = session.completeTurn();
  disk.acknowledge(session);
  await done;
  await session.end("success");
};

describe("every fault", () => {
  it("finds nothing lost where promises are waited for", async () => {
    const { operations, faults, disks } = await checkEveryFault(careful, { powerCuts: 2 });
    expect(operations).toBeGreaterThan(40);
    expect(faults).toBeGreaterThan(3 * operations);
    expect(disks).toBeGreaterThan(faults);
  });

  it("finds nothing lost where big values lie in blobs, and tells of one that is gone", async () => {
    const big = "value ".repeat(400);
    const light: Drive = async (disk) => {
      const { files, sessionsDir } = disk;
      const where = { sessionId: "run", files, sessionsDir, onFailure: () => {} };
      const session = new Session({ role: "r", model: "m", ...where, blobs: { overBytes: 1024 } });
      session.addMessage({ role: "user", content: big });
      await session.end("success");
      disk.acknowledge(session);
    };
    await checkEveryFault(light, { powerCuts: 1 });
    const look = async ({ files, sessionsDir }: { files: DriveDisk["files"]; sessionsDir: string }) => {
      const session = await Session.load("run", { files, sessionsDir });
      for (const { content } of session?.messages ?? []) expect(content).toBe(big);
    };
    await checkEveryPrefix(light, { look });
    const loser: Drive = async (disk) => {
      await light(disk);
      const folder = `${disk.sessionsDir}/run.blobs`;
      for (const name of disk.files.list(folder)) disk.files.remove(`${folder}/${name}`);
    };
    await expect(checkEveryFault(loser)).rejects.toThrow(/a value of .*run.ndjson is lost/);
  });

  it("finds what is acknowledged too early, and says where", async () => {
    await expect(checkEveryFault(hasty)).rejects.toThrow(
      /at operation \d+ \(\w+ \/sessions.*after the power cut.*was acknowledged up to record 2/,
    );
  });

  it("finds a snapshot that somebody takes for the record of a session", async () => {
    const look = async ({
      files,
      sessionsDir,
    }: Parameters<Required<Parameters<typeof checkEveryFault>[1] & {}>["look"] & {}>[0]) => {
      files.readFile(`${sessionsDir}/run.json`);
    };
    await expect(checkEveryFault(careful, { look })).rejects.toThrow(/ENOENT/);
  });

  it("finds a runtime that removes what it has acknowledged", async () => {
    const remover: Drive = async (disk) => {
      const session = start(disk);
      await session.end("success");
      disk.acknowledge(session);
      disk.files.remove(session.journalPath);
    };
    await expect(checkEveryFault(remover)).rejects.toThrow(/was acknowledged and is not there/);
  });

  it("finds bytes of somebody else in a journal", async () => {
    const writer: Drive = async (disk) => {
      const session = start(disk);
      await session.end("success");
      disk.acknowledge(session);
      const { files } = disk;
      files.writeFile(session.journalPath, `${Buffer.from(files.readFile(session.journalPath))}debug\n`);
    };
    await expect(checkEveryFault(writer)).rejects.toThrow(/run.ndjson is corrupt with 2 sound records/);
  });

  it("fails where the run fails for a reason of its own", async () => {
    const own = new RangeError("a mistake of the runtime");
    const broken: Drive = async (disk) => {
      await careful(disk);
      if (disk.files.faults.fired > 0) throw own;
    };
    await expect(checkEveryFault(broken, { faults: [{ kind: "short-write", keepBytes: 1 }] })).rejects.toBe(
      own,
    );
    const wrapped: Drive = async (disk) => {
      try {
        await careful(disk);
      } catch (cause) {
        throw new Error("the recorder failed", { cause });
      }
    };
    await expect(checkEveryFault(wrapped, { faults: [{ kind: "failed-sync" }] })).resolves.toBeDefined();
  });

  it("says so where nothing is acknowledged, or the run does not even go without a fault", async () => {
    await expect(checkEveryFault(async (disk) => start(disk).end("success"))).rejects.toThrow(TypeError);
    const taken: Drive = async (disk) => {
      start(disk);
      start(disk);
    };
    await expect(checkEveryFault(taken)).rejects.toThrow(JournalError);
  });

  it("takes the same course for the same seed", async () => {
    const seen: string[][] = [];
    for (let time = 0; time < 2; time += 1) {
      const origins: string[] = [];
      await checkEveryFault(careful, {
        seed: 7,
        faults: [{ kind: "crash" }],
        look: ({ files }) => void origins.push(files.origin.replaceAll(/"inode":\d+/g, "")),
      });
      seen.push(origins);
    }
    expect(seen[0]).toEqual(seen[1]);
  });
});

describe("every prefix", () => {
  it("finds the whole records of each, and goes on from there", async () => {
    const found = new Set<number>();
    const report = await checkEveryPrefix(careful, {
      look: async ({ files, sessionsDir, sessionIds }) => {
        const session = await Session.load("run", { files, sessionsDir });
        expect(sessionIds).toEqual(["run"]);
        found.add(session?.health.writtenSeq ?? 0);
      },
    });
    expect(report).toEqual({ journals: 1, prefixes: 1 + 7 * 5 });
    expect([...found].sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });

  it("cuts at each byte where that is asked for", async () => {
    let bytes = 0;
    const short: Drive = async (disk) => {
      const session = start(disk);
      await session.close();
      bytes = disk.files.readFile(session.journalPath).length;
    };
    expect(await checkEveryPrefix(short, { everyByte: true })).toEqual({ journals: 1, prefixes: bytes + 1 });
  });

  it("names the place where somebody's own look fails", async () => {
    const look = async ({ files, sessionsDir }: { files: DriveDisk["files"]; sessionsDir: string }) => {
      const lines = Buffer.from(files.readFile(`${sessionsDir}/run.ndjson`))
        .toString()
        .trim()
        .split("\n");
      for (const line of lines) JSON.parse(line);
    };
    await expect(checkEveryPrefix(careful, { look })).rejects.toThrow(
      /run.ndjson cut to 0 bytes: SyntaxError/,
    );
  });

  it("says so where nothing was recorded", async () => {
    await expect(checkEveryPrefix(() => {})).rejects.toThrow(TypeError);
  });
});

it("is shown in the how-to in at most 20 lines", () => {
  const page = readFileSync(new URL("../../docs/how-to/test-your-runtime.md", import.meta.url), "utf8");
  const shown = /```ts\n([^`]*checkEveryFault\([^`]*)```/.exec(page)?.[1] ?? "";
  expect(shown.split("\n").length - 1).toBeGreaterThan(5);
  expect(shown.split("\n").length - 1).toBeLessThanOrEqual(20);
});
