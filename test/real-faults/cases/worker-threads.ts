/** Worker threads that record: all at once, ended in each way a thread can end. */
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { Session } from "@choragen/session-journal";
import { verdictOn } from "../examine.js";
import { type FaultCase, hold } from "../fault-case.js";
import { Ledger } from "../ledger.js";
import { printedBy } from "../printed.js";

const program = fileURLToPath(new URL("../programs/worker-threads.js", import.meta.url));

export const workerThreads: FaultCase = {
  name: "worker threads",
  covers: ["worker threads"],
  needs: [],
  does: "records in four threads of a process, a session each; terminates one, one exits, one throws, the process leaves the last",
  holds:
    "each has its own lock, against other threads too; what a thread acknowledged is there, and its lock is free when it is gone",
  run: async (room) => {
    const sessionsDir = room.directory("sessions");
    const child = room.own(
      spawn(process.execPath, [program, sessionsDir], { stdio: ["ignore", "pipe", "pipe"] }),
    );
    const lines = (await printedBy(child)).split("\n").filter((line) => line !== "");
    const ledgers = new Map(["terminated", "exits", "throws", "stays"].map((way) => [way, new Ledger()]));
    const told: string[] = [];
    for (const line of lines) {
      const [first = "", n, seq] = line.split(" ");
      const ledger = ledgers.get(first);
      if (ledger === undefined) told.push(line);
      else ledger.acknowledge(Number(n), Number(seq), 600);
    }
    const expected = ["SESSION_LOCKED stays", "open terminated", "open exits", "open throws"];
    hold(told.join() === expected.join(), `who wanted a thread's session was told ${told.join(", ")}`);
    let acknowledged = 0;
    for (const [way, ledger] of ledgers) {
      const path = `${sessionsDir}/${way}.ndjson`;
      await verdictOn(path, "sound");
      acknowledged += await ledger.check(path);
      hold(ledger.count >= 30, `the thread that ${way} acknowledged ${ledger.count} events`);
      const session = await Session.open(way, { sessionsDir });
      await session?.end("success");
      await verdictOn(path, "sound");
    }
    return {
      kernelSaid: "",
      acknowledged,
      lost: 0,
      verdict: "sound",
      wentOn: "other threads, then another process",
    };
  },
};
