/** A disk that is full for good: what cannot be recorded is told, nothing half-written stays, and a larger disk goes on. */
import { readdirSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { endWell, examine, journalIn, outcome, verdictOn } from "../examine.js";
import { type FaultCase, hold } from "../fault-case.js";
import { Ledger } from "../ledger.js";
import { Recorder, SESSION } from "../recorder.js";

export const fullDisk: FaultCase = {
  name: "full disk",
  covers: ["ENOSPC"],
  needs: ["mount"],
  does: "records events of 8 KB into a tmpfs of 4 MB; kills the writer when it is full; opens again, full and enlarged",
  holds:
    "each append that fails says so; no half line stays; nothing is recovered, or harmed, without room for it",
  run: async (room) => {
    const sessionsDir = room.tmpfs("disk", 4 * 2 ** 20);
    const options = { sessionsDir, ledger: new Ledger() };
    const recorder = await Recorder.start(room, options);
    await recorder.do("begin");
    await recorder.refused("append 1000 8000", "WRITE_FAILED", "write");
    await verdictOn(journalIn(sessionsDir), "sound");
    for (let again = 0; again < 3; again += 1)
      await recorder.refused("append 10 8000", "WRITE_FAILED", "write");
    hold(recorder.told.length >= 4, `onFailure was told ${recorder.told.length} times`);
    await recorder.refused("save", "WRITE_FAILED", "write");
    // Up to the last page, in which a session could begin.
    const ballast = join(sessionsDir, "ballast");
    const { bavail, bsize } = statfsSync(sessionsDir);
    writeFileSync(ballast, Buffer.alloc(bavail * bsize, 1));
    await recorder.refused("create other", "WRITE_FAILED", "write");
    await recorder.do("flush");
    await recorder.kill();
    const verdict = await examine(sessionsDir, options.ledger);

    const next = await Recorder.start(room, options);
    await next.refused("open", "WRITE_FAILED", "write");
    rmSync(ballast);
    const expected = [`${SESSION}.ndjson`, ".gitignore"];
    const left = readdirSync(sessionsDir).filter((name) => !expected.includes(name));
    hold(left.length === 0, `what found no room left ${left.join(", ")}`);
    hold(room.remountTmpfs(sessionsDir, `size=${16 * 2 ** 20}`), "it could not be enlarged");
    await next.do("open");
    await endWell(next, options);
    return outcome(options.ledger, verdict, "recovered once there was room");
  },
};
