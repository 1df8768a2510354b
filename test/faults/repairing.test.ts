import { describe, expect, it } from "vitest";
import type { FileOperation, MemoryFiles } from "../../src/files/testing.js";
import { type JournalRecord, repairJournal, verifyJournal } from "../../src/index.js";
import { crashPoints } from "../support/fault-crash-points.js";
import { afterKill } from "../support/fault-files.js";
import { soundPrefix } from "../support/fault-oracle.js";
import { atEachOperation, expectTyped, type FaultPoint } from "../support/fault-points.js";
import { stopClock, takeWarnings } from "../support/fault-quiet.js";
import { isLong } from "../support/fault-random.js";
import { situations } from "../support/fault-situations.js";
import { bytesAt, directory, journal, Stage } from "../support/fault-stage.js";
import { cutsOf, SeenDisks } from "../support/fault-survival.js";
import type { RowName } from "../support/recovery-table.js";

stopClock();

/** How many outcomes of a power cut at one moment are tried. */
const CUTS = isLong ? 2_000 : 12;

const codes = ["READ_FAILED", "WRITE_FAILED"];

const damages: readonly RowName[] = [
  "unclean",
  "torn-line",
  "bad-line",
  "bad-first-line",
  "snapshot-beyond-end",
  "snapshot-other-hash",
];

describe.each(damages)("a repair of a journal in the situation %s", (name) => {
  const disk = once(async () => {
    const found = await situations(name);
    return (found.at(-1) ?? failure()).files.afterPowerCut({ names: "kept", files: "kept" });
  });
  const prepare = async (): Promise<Stage> => new Stage(afterKill(await disk()));
  const act = ({ files }: Stage) => repairJournal(journal, { files });

  /** The disk before the repair, and what a repair that nothing disturbs makes of its records. */
  const expected = once(async () => {
    const { files } = await prepare();
    const original = Buffer.from(bytesAt(files, journal));
    const { verdict } = await verifyJournal(journal, { files });
    const names = files.list(directory).sort();
    await repairJournal(journal, { files });
    return { original, names, verdict, records: ownRecords(files).length };
  });

  it.each(["EIO", "ENOSPC", "EACCES"])(
    "tells of %s at each operation, and can be done again",
    async (code) => {
      const { original, names, records } = await expected();
      const check = async ({ stage, outcome, operation }: FaultPoint): Promise<void> => {
        const { files } = stage;
        if (outcome.error !== undefined) expectTyped(outcome.error, codes);
        else if (!files.probes.has(operation.n)) expect(await takeWarnings()).toHaveLength(1);
        files.faults.heal();
        expect(files.openDescriptors).toBe(0);
        // Else each attempt on a disk that is nearly full would fill it further.
        if (original.equals(stage.bytes())) expect(files.list(directory).sort()).toEqual(names);
        await expectRepairable(files, original, records);
      };
      await atEachOperation({ prepare, act }, { kind: "fail", code }, check);
      await takeWarnings();
    },
  );

  it("can be done again after a failed fsync or a half write", async () => {
    const { original, records } = await expected();
    for (const fault of [{ kind: "failed-sync" }, { kind: "fail", code: "ENOSPC", keepBytes: 60 }] as const) {
      const method = fault.kind === "failed-sync" ? "sync" : "write";
      const check = async ({ stage: { files }, outcome }: FaultPoint): Promise<void> => {
        if (outcome.error !== undefined) expectTyped(outcome.error, codes);
        files.faults.heal();
        files.dropCaches();
        await expectRepairable(files, original, records);
      };
      const concerns = (operation: FileOperation) => operation.method.startsWith(method);
      await atEachOperation({ prepare, act }, fault, check, { concerns });
    }
    await takeWarnings();
  });

  it("can be done again when the process or the machine dies in it, and is not taken for done before", async () => {
    const { original, verdict, records } = await expected();
    const stage = await prepare();
    const seen = new SeenDisks();
    for (const { at, files } of await crashPoints(stage, () => act(stage))) {
      for (const found of [files, ...cutsOf(files, CUTS)]) {
        if (seen.isNew(found) === null) continue;
        try {
          await expectStillDamagedOrMended(found, verdict);
          await expectRepairable(found, original, records);
        } catch (error) {
          throw new Error(`${at}, ${found.origin}: ${String(error)}`, { cause: error });
        }
      }
    }
    expect(seen.different).toBeGreaterThan(10);
  });
});

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

function failure(): never {
  throw new Error("there is no such situation");
}

/** What the runtime recorded, as far as the journal still shows it. */
function ownRecords(files: MemoryFiles): JournalRecord[] {
  return soundPrefix(bytesAt(files, journal))
    .lines.map((line) => JSON.parse(line) as JournalRecord)
    .filter(
      ({ type, data }) => !type.startsWith("journal.") && data.inferred !== true && data.result === undefined,
    );
}

/** Until a repair is done, the journal is judged as before; a damaged one is never taken for a sound one. */
async function expectStillDamagedOrMended(files: MemoryFiles, verdict: string): Promise<void> {
  const found = await verifyJournal(journal, { files });
  const isMended = soundPrefix(bytesAt(files, journal)).lines.some((line) =>
    line.includes('"journal.repaired"'),
  );
  if (!isMended && verdict !== "sound")
    expect(found.verdict, "the verdict while it is not mended").toBe(verdict);
}

/** A repair now brings back all that the first one would have, and the original is kept whole. */
async function expectRepairable(files: MemoryFiles, original: Buffer, records: number): Promise<void> {
  const { after } = await repairJournal(journal, { files });
  expect(after.verdict).toBe("sound");
  expect(ownRecords(files).length).toBe(records);
  const sound = soundPrefix(original);
  const isPrefixKept = Buffer.from(bytesAt(files, journal))
    .subarray(0, sound.bytes.length)
    .equals(sound.bytes);
  const keeps = (bytes: Buffer) =>
    files.list(directory).some((name) => bytes.equals(bytesAt(files, `${directory}/${name}`)));
  expect(keeps(original) || (isPrefixKept && (sound.rest.length === 0 || keeps(sound.rest)))).toBe(true);
  expect(files.openDescriptors).toBe(0);
}
