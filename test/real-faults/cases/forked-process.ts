/** A process that forks while a session is open: the child has neither its descriptor nor its lock. */
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { examine, goOnElsewhere, outcome } from "../examine.js";
import { type FaultCase, hold } from "../fault-case.js";
import { Ledger } from "../ledger.js";
import { SESSION } from "../recorder.js";

const program = fileURLToPath(new URL("../programs/fork-with-session.js", import.meta.url));

export const forkedProcess: FaultCase = {
  name: "child_process.fork with an open session",
  covers: ["child_process.fork with an open session"],
  needs: ["signals"],
  does: "forks while a session is open; the child wants the session; the parent records on and is killed; the child stays",
  holds:
    "the child is locked out and harms nothing; once the parent is dead the lock is free, though its child lives",
  run: async (room) => {
    const sessionsDir = room.directory("sessions");
    const options = { sessionsDir, ledger: new Ledger() };
    const child = room.own(
      spawn(process.execPath, [program, sessionsDir, SESSION], { stdio: ["ignore", "pipe", "inherit"] }),
    );
    const told: string[] = [];
    let forked = 0;
    room.later(() => kill(forked));
    const exited = new Promise((resolve) => child.once("exit", resolve));
    for await (const line of createInterface({ input: child.stdout })) {
      const [first = "", second] = line.split(" ");
      if (/^\d+$/.test(first)) options.ledger.acknowledge(Number(first), Number(second), 600);
      else if (first === "forked") forked = Number(second);
      else told.push(line);
      if (line === "recorded on") break;
    }
    child.kill("SIGKILL");
    await exited;
    hold(told[0] === "child SESSION_LOCKED", `the forked child was told ${told.join(", ")}`);
    hold(kill(forked, 0), "the forked child does not live any more");
    const verdict = await examine(sessionsDir, options.ledger);
    const wentOn = await goOnElsewhere(room, options);
    hold(kill(forked, 0), "the forked child does not live any more");
    return outcome(options.ledger, verdict, wentOn);
  },
};

/** Whether there was such a process. */
function kill(pid: number, signal: NodeJS.Signals | 0 = "SIGKILL"): boolean {
  if (pid === 0) return false;
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}
