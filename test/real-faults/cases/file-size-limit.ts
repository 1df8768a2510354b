/** A limit on the size of files: the last write before it is short, the next is refused. */
import { command } from "../command.js";
import { endWell, examine, journalIn, outcome, verdictOn } from "../examine.js";
import type { FaultCase } from "../fault-case.js";
import { Ledger } from "../ledger.js";
import { Recorder } from "../recorder.js";

export const fileSizeLimit: FaultCase = {
  name: "file-size limit",
  covers: ["a file-size limit", "short writes"],
  needs: ["prlimit"],
  does: "records events of 3 KB under RLIMIT_FSIZE of 256 KB, then lifts the limit",
  holds:
    "the half of a line that the kernel took is cut off again; each append says that it failed; the same writer goes on",
  run: async (room) => {
    const sessionsDir = room.directory("sessions");
    const through = ["prlimit", `--fsize=${256 * 1024}:`];
    const options = { sessionsDir, ledger: new Ledger(), through };
    const recorder = await Recorder.start(room, options);
    await recorder.do("begin");
    for (let again = 0; again < 3; again += 1)
      await recorder.refused("append 200 3000", "WRITE_FAILED", "write");
    const verdict = await verdictOn(journalIn(sessionsDir), "sound");
    await examine(sessionsDir, options.ledger);
    command("prlimit", "--pid", String(recorder.pid), "--fsize=unlimited:");
    return outcome(options.ledger, verdict, await endWell(recorder, options));
  },
};
