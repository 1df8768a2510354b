/** A clock that jumps by years: it is shown and never sorted by, and nothing waits for it. */
import { writeFileSync } from "node:fs";
import { endWell, examine, outcome } from "../examine.js";
import { type FaultCase, hold } from "../fault-case.js";
import { Ledger } from "../ledger.js";
import { Recorder } from "../recorder.js";
import { buildShim } from "../shim.js";

const YEAR_SECONDS = 31_557_600;

export const jumpingClock: FaultCase = {
  name: "clock that jumps by years",
  covers: ["the clock jumping by years"],
  needs: ["gcc"],
  does: "sets the time of day that a recording process sees forth and back by up to 60 years, by a preloaded library",
  holds:
    "seqs go on without gaps; what is appended is durable within the second all the same; the journal reads as it was written",
  run: async (room) => {
    const sessionsDir = room.directory("sessions");
    const clock = room.path("clock");
    const set = (years: number) => writeFileSync(clock, String(Math.round(years * YEAR_SECONDS)));
    set(0);
    const env = { LD_PRELOAD: buildShim(room), SHIM_CLOCK: clock };
    const options = { sessionsDir, ledger: new Ledger(), env };
    const recorder = await Recorder.start(room, options);
    await recorder.do("begin");
    const years: string[] = [];
    for (const jump of [0, 30, -40, 60, -56.8, 0]) {
      set(jump);
      await recorder.do("append 5 600");
      years.push(String(await recorder.do("date")).slice(0, 4));
      const before = options.ledger.durable;
      await recorder.do("wait 1300");
      await recorder.do("date");
      hold(
        options.ledger.durable >= before + 5,
        `with a jump of ${jump} years nothing is durable after a second`,
      );
      await recorder.do("turn");
      await examine(sessionsDir, options.ledger);
    }
    set(-20);
    await recorder.kill();
    const verdict = await examine(sessionsDir, options.ledger);
    const next = await Recorder.start(room, options);
    await next.do("open");
    await endWell(next, options);
    return {
      ...outcome(options.ledger, verdict, "another writer"),
      shown: [`the years that it saw: ${years.join(", ")}`],
    };
  },
};
