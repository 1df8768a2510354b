/** A folder and a journal whose permissions are taken away while a session is recorded. */
import { chmodSync } from "node:fs";
import { endWell, examine, journalIn, outcome } from "../examine.js";
import type { FaultCase } from "../fault-case.js";
import { Ledger } from "../ledger.js";
import { heedingPermissions } from "../needs.js";
import { Recorder } from "../recorder.js";

export const noPermission: FaultCase = {
  name: "no permission",
  covers: ["EACCES"],
  needs: ["permissions that bind"],
  does: "takes the right to write from the folder while a session is recorded, then every right on the journal from the next writer",
  holds:
    "what is open goes on; a snapshot, a new session, a load and a recovery that are refused say so; then all is there",
  run: async (room) => {
    const sessionsDir = room.directory("sessions");
    const options = { sessionsDir, ledger: new Ledger(), through: heedingPermissions() };
    room.later(() => chmodSync(sessionsDir, 0o700));
    const recorder = await Recorder.start(room, options);
    await recorder.do("begin");
    await recorder.do("append 20 600");
    chmodSync(sessionsDir, 0o500);
    await recorder.do("append 20 600");
    await recorder.do("turn");
    await recorder.refused("save", "WRITE_FAILED", "write");
    await recorder.refused("create other", "WRITE_FAILED", "write");
    await recorder.kill();
    const verdict = await examine(sessionsDir, options.ledger);

    const next = await Recorder.start(room, options);
    await next.do("load");
    await next.refused("open", "WRITE_FAILED", "write");
    chmodSync(sessionsDir, 0o700);
    chmodSync(journalIn(sessionsDir), 0);
    await next.refused("load", "READ_FAILED");
    await next.refused("open", "READ_FAILED");
    chmodSync(journalIn(sessionsDir), 0o600);
    await next.do("open");
    await endWell(next, options);
    return outcome(options.ledger, verdict, "recovered once it was allowed");
  },
};
