/** A writer that is stopped, as by Ctrl-Z or a debugger, and continued later. */
import { endWell, examine, outcome } from "../examine.js";
import { type FaultCase, hold } from "../fault-case.js";
import { Ledger } from "../ledger.js";
import { Recorder } from "../recorder.js";

export const stoppedWriter: FaultCase = {
  name: "stopped and continued writer",
  covers: ["a writer stopped and continued"],
  needs: ["signals"],
  does: "stops a writer with SIGSTOP while it appends without pause; others open, load and list the session; continues it",
  holds: "while it is stopped the session is running and locked; then it goes on as if nothing had been",
  run: async (room) => {
    const sessionsDir = room.directory("sessions");
    const options = { sessionsDir, ledger: new Ledger() };
    const recorder = await Recorder.start(room, options);
    await recorder.do("begin");
    const other = await Recorder.start(room, { sessionsDir, ledger: new Ledger() });
    let verdict = "";
    for (let time = 0; time < 4; time += 1) {
      const appended = recorder.do("append 3000 600");
      const turned = options.ledger.count;
      while (options.ledger.count === turned) await new Promise((resolve) => setTimeout(resolve, 1));
      await new Promise((resolve) => setTimeout(resolve, room.random() * 30));
      recorder.child.kill("SIGSTOP");
      await other.refused("open", "SESSION_LOCKED");
      hold((await other.do("list")) === "running", "a stopped writer is not listed as running");
      await other.do("load");
      verdict = await examine(sessionsDir, options.ledger);
      recorder.child.kill("SIGCONT");
      await appended;
      await recorder.do("turn");
    }
    await other.kill();
    return outcome(options.ledger, verdict, await endWell(recorder, options));
  },
};
