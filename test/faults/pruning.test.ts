import { describe, expect, it } from "vitest";
import type { MemoryFiles } from "../../src/files/testing.js";
import { pruneSessions, Session, verifyJournal } from "../../src/index.js";
import { crashPoints } from "../support/fault-crash-points.js";
import { atEachOperation, expectTyped } from "../support/fault-points.js";
import "../support/fault-quiet.js";
import { killed } from "../support/fault-scenarios.js";
import { directory, id, journal, type Stage, workspaceRoot } from "../support/fault-stage.js";
import { cutsOf } from "../support/fault-survival.js";

/** An old session with a quarantine, a snapshot and an unfinished file, beside one that is running. */
async function folder(): Promise<Stage> {
  const stage = await killed(100);
  await stage.open();
  await stage.stop((session) => session.end("success"));
  stage.files.writeFile(`${directory}/.${id}.0123456789ab.tmp`, "unfinished");
  const { files } = stage;
  new Session({ workspaceRoot, files, sessionId: "run-2", role: "tester", model: "none" });
  return stage;
}

const act = ({ files }: Stage) => pruneSessions({ workspaceRoot, files, olderThanMs: 0 });

const running = ["run-2.ndjson"];

describe("pruneSessions", () => {
  it.each(["EIO", "EACCES"])("tells of %s at each operation, and can be done again", async (code) => {
    const count = await atEachOperation(
      { prepare: folder, act },
      { kind: "fail", code },
      async ({ stage, outcome }) => {
        const { files } = stage;
        if (outcome.error !== undefined) expectTyped(outcome.error, ["READ_FAILED", "WRITE_FAILED"]);
        files.faults.heal();
        expect(files.list(directory)).toEqual(expect.arrayContaining(running));
        if (files.statPath(journal) !== null) await expectWhole(files);
        await act(stage);
        expect(files.list(directory).filter((name) => !name.startsWith("."))).toEqual(running);
        expect(loggedIds(files)).toContain(id);
        expect(files.openDescriptors, "of the running session").toBe(1);
      },
    );
    expect(count).toBeGreaterThan(10);
  });

  it("leaves a session that can be read, or none, when the process or the machine dies in it", async () => {
    const stage = await folder();
    for (const { files } of await crashPoints(stage, () => act(stage))) {
      for (const found of [files, ...cutsOf(files, 2_000)]) {
        if (found.statPath(journal) !== null) await expectWhole(found);
        else {
          await Session.load(id, { workspaceRoot, files: found });
          expect(loggedIds(found)).toContain(id);
        }
        await pruneSessions({ workspaceRoot, files: found, olderThanMs: 0 });
        expect(found.list(directory).filter((name) => name.includes(id))).toEqual([]);
      }
    }
  });

  it("goes on past what is no file", async () => {
    const { files } = await folder();
    files.writeFile(`${directory}/run-0.ndjson/x`, "");
    files.writeFile(`${directory}/run-9.ndjson/x`, "");
    const { removed, kept } = await pruneSessions({ workspaceRoot, files, olderThanMs: 0 });
    expect(removed.map((session) => session.id)).toEqual([id]);
    expect(new Map(kept.map((session) => [session.id, session.why]))).toEqual(
      new Map([
        ["run-0", "it cannot be read"],
        ["run-2", "it is running"],
        ["run-9", "it cannot be read"],
      ]),
    );
  });
});

/** Of the lines that can be read. */
function loggedIds(files: MemoryFiles): string[] {
  const text = Buffer.from(files.readFile(`${directory}/.pruned.ndjson`)).toString();
  return [...text.matchAll(/^\{"time":"[^"]*","id":"([^"]*)".*\}$/gm)].map(([, logged]) => logged ?? "");
}

async function expectWhole(files: MemoryFiles): Promise<void> {
  expect(await verifyJournal(journal, { files })).toMatchObject({ verdict: "sound" });
  expect((await Session.load(id, { workspaceRoot, files }))?.outcome).toBe("success");
}
