/** Writes that the device refuses, by injection: in the middle of a run, and with a cut that is refused too. */
import { endWell, examine, goOnElsewhere, journalIn, outcome, verdictOn } from "../examine.js";
import { type FaultCase, hold } from "../fault-case.js";
import { inject } from "../inject.js";
import { Ledger } from "../ledger.js";
import { Recorder } from "../recorder.js";

export const failingWrite: FaultCase = {
  name: "failing write",
  covers: ["EIO"],
  needs: ["strace"],
  does: "lets write(2) on the journal fail with EIO by strace, for a while, three times",
  holds: "each append says so, and is not in the journal; the same writer goes on when writes work",
  run: async (room) => {
    const sessionsDir = room.directory("sessions");
    const options = { sessionsDir, ledger: new Ledger() };
    const recorder = await Recorder.start(room, options);
    await recorder.do("begin");
    let verdict = "";
    for (let time = 0; time < 3; time += 1) {
      await recorder.do(`append ${1 + Math.floor(room.random() * 30)} 600`);
      const end = await inject(room, recorder, "write", "EIO", journalIn(sessionsDir));
      for (let again = 0; again < 3; again += 1)
        await recorder.refused("append 1 600", "WRITE_FAILED", "write");
      await end();
      verdict = await verdictOn(journalIn(sessionsDir), "sound");
      await examine(sessionsDir, options.ledger);
    }
    hold(options.ledger.codes.has("EIO"), "no write failed");
    return outcome(options.ledger, verdict, await endWell(recorder, options));
  },
};

export const failingCut: FaultCase = {
  name: "half a line that cannot be cut off",
  covers: ["EIO", "short writes", "a file-size limit"],
  needs: ["strace", "prlimit"],
  does: "records up to a file-size limit, so that a write is short, and lets ftruncate(2) fail with EIO by strace",
  holds: "the writer stops for good and says why; the next one keeps the half line aside and goes on",
  run: async (room) => {
    const sessionsDir = room.directory("sessions");
    const options = { sessionsDir, ledger: new Ledger(), through: ["prlimit", `--fsize=${64 * 1024}:`] };
    const recorder = await Recorder.start(room, options);
    await recorder.do("begin");
    const end = await inject(room, recorder, "ftruncate", "EIO", journalIn(sessionsDir));
    await recorder.refused("append 200 3001", "WRITE_FAILED", "rollback");
    await recorder.refused("append 1 600", "WRITE_FAILED", "rollback");
    await end();
    await recorder.refused("turn", "WRITE_FAILED", "rollback");
    await recorder.kill();
    const verdict = await verdictOn(journalIn(sessionsDir), "torn");
    await examine(sessionsDir, options.ledger);
    return outcome(options.ledger, verdict, await goOnElsewhere(room, options));
  },
};
