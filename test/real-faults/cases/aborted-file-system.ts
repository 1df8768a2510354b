/** A file system that turns read-only in mid-run, as ext4 does when its disk fails it. */
import { tryCommand } from "../command.js";
import { goOnElsewhere, journalIn, outcome, verdictOn } from "../examine.js";
import { type FaultCase, hold } from "../fault-case.js";
import { Ledger } from "../ledger.js";
import { Recorder } from "../recorder.js";

export const abortedFileSystem: FaultCase = {
  name: "read-only in mid-run",
  covers: ["EROFS", "EIO"],
  needs: ["loop"],
  does: "aborts an ext4 while a session is recorded on it, mounts it anew",
  holds:
    "the writer says that it fails and goes on saying it; all that was called durable is there when it is mounted anew",
  run: async (room) => {
    const backing = room.tmpfs("backing", 48 * 2 ** 20);
    const image = `${backing}/image`;
    const disk = room.ext4("disk", image, 32 * 2 ** 20);
    const options = { sessionsDir: `${disk}/sessions`, ledger: new Ledger() };
    const recorder = await Recorder.start(room, options);
    await recorder.do("begin");
    await recorder.do("append 200 600");
    await recorder.do("turn");
    await recorder.do("append 20 600");
    // It reports failure: what it was told to do is to fail.
    tryCommand("mount", "-o", "remount,abort", disk);
    const { error } = await recorder.attempt("flush");
    for (const next of ["append 5 600", "turn", "flush", "save"]) {
      await recorder.refused(next, "WRITE_FAILED");
    }
    hold(recorder.told.length > 0, "onFailure was not told");
    await recorder.kill();
    const path = journalIn(options.sessionsDir);
    const before = await verdictOn(path, "sound", "torn");
    await options.ledger.checkDurable(path);
    room.remountImage(image, disk);
    const verdict = await verdictOn(path, "sound", "torn");
    const durable = await options.ledger.checkDurable(path);
    options.ledger.forgetUndurable();
    const wentOn = await goOnElsewhere(room, options);
    return {
      ...outcome(options.ledger, verdict, wentOn),
      shown: [
        `the flush after the abort said ${error?.reason ?? "nothing"} ${error?.system ?? ""}; ${durable} events were called durable, all there; before it was mounted anew the journal was ${before}`,
      ],
    };
  },
};
