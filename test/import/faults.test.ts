/** Imports on disks that fail, and machines that lose power in the middle: what has a session's name afterwards is whole. */
import { describe, expect, it } from "vitest";
import { faultAtEachOperation } from "../../src/files/each-operation.js";
import type { Fault } from "../../src/files/memory-faults.js";
import { MemoryFiles } from "../../src/files/memory-files.js";
import { randomPowerCut } from "../../src/files/power-cuts.js";
import { importTranscript } from "../../src/import/entry.js";
import { type JournalRecord, readJournal, verifyJournal } from "../../src/index.js";
import { randomFrom } from "../../src/testing/random-from.js";

const FOLDER = "/made";

/** So many short runs in one document. */
function runs(count: number): Buffer {
  const traj = [
    { role: "user", content: "hello" },
    { role: "assistant", content: "bye" },
  ];
  return Buffer.from(
    JSON.stringify(
      Array.from({ length: count }, (_, index) => ({ task_id: index, trial: 0, reward: 1, traj })),
    ),
  );
}

const importOn = (files: MemoryFiles, source: Buffer) =>
  importTranscript(source, { sessionsDir: FOLDER, files });

/** The records of every session that has its name; each must be sound. */
async function sessionsOn(files: MemoryFiles): Promise<JournalRecord[][]> {
  const names = files.statPath(FOLDER) === null ? [] : files.list(FOLDER);
  const sessions: JournalRecord[][] = [];
  for (const name of names.filter((each) => each.endsWith(".ndjson"))) {
    const { verdict, problems } = await verifyJournal(`${FOLDER}/${name}`, { files });
    expect([name, verdict, problems]).toEqual([name, "sound", []]);
    const records: JournalRecord[] = [];
    for await (const record of readJournal(`${FOLDER}/${name}`, { files })) records.push(record);
    sessions.push(records);
  }
  return sessions;
}

function expectWhole(sessions: readonly JournalRecord[][]): void {
  for (const records of sessions) {
    expect(records.map(({ type }) => type)).toEqual([
      "session.started",
      "message.added",
      "message.added",
      "session.ended",
    ]);
  }
}

describe("an import", () => {
  it("is durable when it is told: no power cut takes anything away", async () => {
    const files = new MemoryFiles();
    const report = await importOn(files, runs(34));
    expect(report.sessions.length).toBe(34);
    const random = randomFrom(1);
    for (let cut = 0; cut < 6; cut++) {
      const left = await sessionsOn(randomPowerCut(files, random));
      expect(left.length).toBe(34);
      expectWhole(left);
    }
  });

  it("ends each session in a record that carries the mark of all before it", async () => {
    const files = new MemoryFiles();
    await importOn(files, runs(1));
    const [records] = await sessionsOn(files);
    expect(records?.map(({ durable }) => durable)).toEqual([undefined, undefined, undefined, 3]);
  });

  it.each<[string, Fault]>([
    ["dies", { kind: "crash" }],
    ["dies right behind it", { kind: "crash", done: true }],
    ["dies in the middle of it", { kind: "crash", keepBytes: 100 }],
    ["finds the disk full", { kind: "fail", code: "ENOSPC", keepBytes: 100 }],
    ["cannot sync", { kind: "failed-sync" }],
  ])(
    "that %s, at whatever operation, leaves whole sessions or none, and the next one makes them",
    async (_, fault) => {
      const random = randomFrom(2);
      let failures = 0;
      for (const files of faultAtEachOperation(() => new MemoryFiles({ blockBytes: 64 }), fault)) {
        const ending = await importOn(files, runs(2)).then(
          () => "told",
          () => "failed",
        );
        files.faults.heal();
        if (ending === "failed") failures += 1;
        const disks = [files.afterKill(), randomPowerCut(files, random)];
        for (const disk of disks) {
          const left = await sessionsOn(disk);
          expectWhole(left);
          if (ending === "told") expect(left.length).toBe(2);
          await importOn(disk, runs(2));
          const made = await sessionsOn(disk);
          expectWhole(made);
          expect(made.length).toBe(2);
        }
      }
      expect(failures).toBeGreaterThan(3);
    },
  );
});
