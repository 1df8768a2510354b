/** A file system that is mounted anew, read-only, between two writers. */
import { endWell, examine, outcome } from "../examine.js";
import { type FaultCase, hold } from "../fault-case.js";
import { Ledger } from "../ledger.js";
import { Recorder } from "../recorder.js";

export const readOnly: FaultCase = {
  name: "read-only between two writers",
  covers: ["EROFS"],
  needs: ["mount"],
  does: "kills a writer on a tmpfs, mounts it read-only, loads, lists and opens the session, mounts it writable",
  holds:
    "while a writer records the kernel refuses to mount it read-only; then reading works, and writing says EROFS",
  run: async (room) => {
    const sessionsDir = room.tmpfs("disk", 8 * 2 ** 20);
    const options = { sessionsDir, ledger: new Ledger() };
    const recorder = await Recorder.start(room, options);
    await recorder.do("begin");
    await recorder.do("append 50 600");
    const isRefused = !room.remountTmpfs(sessionsDir, "ro");
    hold(isRefused, "the file system was made read-only below a file that is open for writing");
    await recorder.do("append 50 600");
    await recorder.kill();
    hold(room.remountTmpfs(sessionsDir, "ro"), "it could not be mounted read-only");

    const next = await Recorder.start(room, options);
    hold((await next.do("load")) === 100, "not all of it was loaded");
    hold((await next.do("list")) === "interrupted", "it is not listed as interrupted");
    await next.refused("open", "WRITE_FAILED", "write");
    await next.refused("create other", "WRITE_FAILED", "write");
    const verdict = await examine(sessionsDir, options.ledger);
    hold(room.remountTmpfs(sessionsDir, "rw"), "it could not be mounted writable");
    await next.do("open");
    await endWell(next, options);
    return outcome(options.ledger, verdict, "recovered once it was writable");
  },
};
