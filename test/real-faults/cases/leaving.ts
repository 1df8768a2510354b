/** A process that ends right after it has appended, in each way there is: `test/programs/exit-after-append.ts`. */
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { readJournal, Session } from "@choragen/session-journal";
import { journalIn, verdictOn } from "../examine.js";
import { type FaultCase, hold, NotHeld, type Wanted } from "../fault-case.js";
import { printedBy } from "../printed.js";
import { SESSION } from "../recorder.js";

const program = fileURLToPath(new URL("../../programs/exit-after-append.js", import.meta.url));

function leaving(name: string, way: string, covers: readonly Wanted[]): FaultCase {
  return {
    name,
    covers,
    needs: [],
    does: "appends in every way there is, waits for nothing, and is gone",
    holds: "each record that was written is there, and another process goes on",
    run: async (room) => {
      const sessionsDir = room.directory("sessions");
      const child = room.own(
        spawn(process.execPath, [program, sessionsDir, SESSION, way], { stdio: ["ignore", "pipe", "pipe"] }),
      );
      const written = Number((await printedBy(child)).trim());
      hold(written > 100, `it said that ${written} records are written`);
      const path = journalIn(sessionsDir);
      const verdict = await verdictOn(path, "sound");
      let found = 0;
      for await (const _ of readJournal(path)) found += 1;
      if (found !== written) throw new NotHeld(`${found} records of ${written} are there`, written - found);
      const session = await Session.open(SESSION, { sessionsDir });
      hold(session?.addMessage({ role: "user", content: "on" }) === written + 1, "it does not go on");
      await session?.end("success");
      await verdictOn(path, "sound");
      return { kernelSaid: "", acknowledged: written, lost: 0, verdict, wentOn: "another writer" };
    },
  };
}

export const leavings: readonly FaultCase[] = [
  leaving("process.exit() after an append", "exit", ["process.exit() right after an append"]),
  leaving("uncaught exception", "throw", ["an uncaught exception"]),
  leaving("unhandled rejection", "reject", ["an uncaught exception"]),
  leaving("SIGTERM without a handler", "signal", []),
];
