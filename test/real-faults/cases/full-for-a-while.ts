/** A disk that is full for a while: the writer goes on by itself when there is room. */
import { rmSync, statfsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { endWell, examine, journalIn, outcome, verdictOn } from "../examine.js";
import type { FaultCase } from "../fault-case.js";
import { Ledger } from "../ledger.js";
import { Recorder } from "../recorder.js";

export const fullForAWhile: FaultCase = {
  name: "full for a while",
  covers: ["ENOSPC", "the disk full for a while and then not"],
  needs: ["mount"],
  does: "fills a tmpfs of 8 MB up to a rest while events of 100 bytes, 8 KB and 300 KB are recorded, and frees it, six times",
  holds: "each append that fails says so and leaves no half line; the same writer goes on when there is room",
  run: async (room) => {
    const sessionsDir = room.tmpfs("disk", 8 * 2 ** 20);
    const ballast = join(sessionsDir, "ballast");
    const options = { sessionsDir, ledger: new Ledger() };
    const recorder = await Recorder.start(room, options);
    await recorder.do("begin");
    let verdict = "";
    for (let time = 0; time < 6; time += 1) {
      const bytes = [100, 8_000, 300_000][time % 3] ?? 0;
      await recorder.do(`append 2 ${bytes}`);
      const { bavail, bsize } = statfsSync(sessionsDir);
      const restPages = Math.floor(room.random() * 20);
      writeFileSync(ballast, Buffer.alloc(Math.max(0, bavail - restPages) * bsize, 1));
      const { system } = await recorder.refused(`append 2000 ${bytes}`, "WRITE_FAILED", "write");
      if (system !== "ENOSPC") throw new Error(`the system said ${system}`);
      verdict = await verdictOn(journalIn(sessionsDir), "sound");
      rmSync(ballast);
      await recorder.do(`append 2 ${bytes}`);
      await recorder.do("turn");
      await examine(sessionsDir, options.ledger);
    }
    return outcome(options.ledger, verdict, await endWell(recorder, options));
  },
};
