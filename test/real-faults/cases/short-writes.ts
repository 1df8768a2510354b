/** Writes that take fewer bytes than they are given, all the time. */
import { endWell, examine, outcome } from "../examine.js";
import type { FaultCase } from "../fault-case.js";
import { Ledger } from "../ledger.js";
import { Recorder } from "../recorder.js";
import { buildShim } from "../shim.js";

export const shortWrites: FaultCase = {
  name: "short writes",
  covers: ["short writes"],
  needs: ["gcc"],
  does: "lets each write(2) to a regular file take from 1 to 5,000 bytes and the next one fail, by a preloaded library; kills the writer and recovers so too",
  holds: "all is written in the end: records, the recovered copy, and the snapshot",
  run: async (room) => {
    const sessionsDir = room.directory("sessions");
    const env = { LD_PRELOAD: buildShim(room), SHIM_SHORT: "5000" };
    const options = { sessionsDir, ledger: new Ledger(), env };
    const recorder = await Recorder.start(room, options);
    await recorder.do("begin");
    for (const bytes of [40, 600, 8_000, 300_000]) await recorder.do(`append 20 ${bytes}`);
    await recorder.do("save");
    await recorder.kill();
    const verdict = await examine(sessionsDir, options.ledger);
    const next = await Recorder.start(room, options);
    await next.do("open");
    await endWell(next, options);
    return outcome(options.ledger, verdict, "recovered with short writes");
  },
};
