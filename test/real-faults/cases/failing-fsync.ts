/** Fsyncs that fail, by injection: where a promise waits for it, where an append does, and where nobody does. */
import { endWell, examine, journalIn, outcome } from "../examine.js";
import { type FaultCase, hold } from "../fault-case.js";
import { inject } from "../inject.js";
import { Ledger } from "../ledger.js";
import { Recorder } from "../recorder.js";

function failingFsync(
  name: string,
  { does, durability, fails }: { does: string; durability: "boundary" | "always"; fails: string },
): FaultCase {
  return {
    name,
    covers: ["failing fsync", "EIO"],
    needs: ["strace"],
    does,
    holds:
      "the writer stops for good and says so in every call; it lets go of its lock, and another goes on in the same process",
    run: async (room) => {
      const sessionsDir = room.directory("sessions");
      const options = { sessionsDir, ledger: new Ledger(), durability };
      const recorder = await Recorder.start(room, options);
      await recorder.do("begin");
      await recorder.do("append 30 600");
      await recorder.do("turn");
      const before = options.ledger.durable;
      const end = await inject(room, recorder, "fdatasync", "EIO", journalIn(sessionsDir));
      if (fails === "nobody") {
        await recorder.do("append 1 600");
        await recorder.do("wait 1500");
      } else await recorder.refused(fails, "WRITE_FAILED", "fsync");
      await end();
      hold(recorder.told.length === 1, `onFailure was told ${recorder.told.length} times`);
      // The injection is over: one that tries again would be told that all is well.
      for (const call of ["append 1 600", "turn", "flush", "save", "end", "close"]) {
        if (call === "close") await recorder.attempt(call);
        else await recorder.refused(call, "WRITE_FAILED", "fsync");
      }
      hold(options.ledger.durable === before, "more was called durable after the fsync had failed");
      const verdict = await examine(sessionsDir, options.ledger);
      await recorder.do("open");
      await endWell(recorder, options);
      return outcome(options.ledger, verdict, "opened again in the process");
    },
  };
}

export const failingFsyncs: readonly FaultCase[] = [
  failingFsync("failing fsync, awaited", {
    does: "lets fdatasync(2) on the journal fail with EIO by strace, on the thread that does it for a promise",
    durability: "boundary",
    fails: "turn",
  }),
  failingFsync("failing fsync, of each append", {
    does: "the same with durability always, in the append itself",
    durability: "always",
    fails: "append 1 600",
  }),
  failingFsync("failing fsync, unseen", {
    does: "the same where only the timer waits that follows an append within a second",
    durability: "boundary",
    fails: "nobody",
  }),
];
