/** A recovery whose every kind of system call fails in turn: it says so, harms nothing, and succeeds afterwards. */
import { endWell, examine, outcome } from "../examine.js";
import { type FaultCase, hold } from "../fault-case.js";
import { inject } from "../inject.js";
import { Ledger } from "../ledger.js";
import { Recorder } from "../recorder.js";

/** Of reading, of the copy, of making it durable, of putting it in its place. */
const calls = ["pread64", "fdatasync", "fsync", "rename", "fstat,newfstatat,statx"];

export const failingRecovery: FaultCase = {
  name: "failing recovery",
  covers: ["EIO", "failing fsync"],
  needs: ["strace"],
  does: "kills a writer; then lets reads, fsyncs, the rename and stat fail with EIO by strace, one after the other, while another opens",
  holds:
    "each opening says that it failed, and leaves the journal with all that was acknowledged; the last one goes on",
  run: async (room) => {
    const sessionsDir = room.directory("sessions");
    const options = { sessionsDir, ledger: new Ledger() };
    const recorder = await Recorder.start(room, options);
    await recorder.do("begin");
    await recorder.do("append 200 600");
    await recorder.kill();
    const verdict = await examine(sessionsDir, options.ledger);
    const next = await Recorder.start(room, options);
    for (const call of calls) {
      // Not on a path: the copy's name is made up anew each time.
      const end = await inject(room, next, call, "EIO");
      const { error } = await next.attempt("open");
      await end();
      hold(error !== undefined, `opening went well though ${call} failed`);
      hold(
        error.code === "WRITE_FAILED" || error.code === "READ_FAILED",
        `with a failing ${call} opening said ${error.code}: ${error.message}`,
      );
      await examine(sessionsDir, options.ledger);
    }
    await next.do("open");
    await endWell(next, options);
    return outcome(options.ledger, verdict, "recovered at the last attempt");
  },
};
