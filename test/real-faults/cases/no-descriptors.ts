/** A process that has used up its descriptors: what is open goes on, what needs another one says so. */
import { readdirSync } from "node:fs";
import { endWell, examine, outcome } from "../examine.js";
import { type FaultCase, hold } from "../fault-case.js";
import { Ledger } from "../ledger.js";
import { Recorder } from "../recorder.js";

export const noDescriptors: FaultCase = {
  name: "no descriptors left",
  covers: ["EMFILE"],
  needs: ["prlimit"],
  does: "opens files up to RLIMIT_NOFILE while it records; begins, loads, lists and saves sessions then",
  holds:
    "records go on and become durable; each call that needs a descriptor says EMFILE; a session that cannot begin leaves no file",
  run: async (room) => {
    const sessionsDir = room.directory("sessions");
    const options = { sessionsDir, ledger: new Ledger(), through: ["prlimit", "--nofile=64:"] };
    const recorder = await Recorder.start(room, options);
    await recorder.do("begin");
    await recorder.do("append 20 600");
    await recorder.do("turn");
    const files = readdirSync(sessionsDir).sort().join();
    hold((await recorder.do("hoard")) === "EMFILE", "there were descriptors without end");
    await recorder.do("append 20 600");
    await recorder.do("turn");
    hold(options.ledger.durable > 40, `only ${options.ledger.durable} records are durable`);
    await recorder.refused("save", "WRITE_FAILED", "write");
    await recorder.refused("load", "READ_FAILED");
    await recorder.refused("create other", "WRITE_FAILED", "write");
    const listed = await recorder.attempt("list");
    hold(
      listed.error?.code === "READ_FAILED" || listed.result === "running",
      () =>
        `the session that is being recorded is listed as ${String(listed.result ?? listed.error?.message)}`,
    );
    hold(readdirSync(sessionsDir).sort().join() === files, "a session that could not begin left a file");
    const verdict = await examine(sessionsDir, options.ledger);
    await recorder.do("release");
    await recorder.do("save");
    hold((await recorder.do("list")) === "running", "the session is not listed as running");
    await recorder.do("create other");
    return outcome(options.ledger, verdict, await endWell(recorder, options));
  },
};
