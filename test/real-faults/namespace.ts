/**
 * Runs this program in a mount namespace of its own where it can: what is mounted there is seen by nobody else, and gone
 * when the process is, even if that is killed. A user who may do so gets the right to mount in it, too.
 */
import { spawn } from "node:child_process";
import { tryCommand } from "./command.js";

const MARK = "REAL_FAULTS_NAMESPACE";

/** Runs the program again, in there, and resolves to its exit code; null where this is the place to run it. */
export async function runInOwnNamespace(): Promise<number | null> {
  if (process.platform !== "linux" || process.env[MARK] !== undefined) return null;
  const isRoot = process.getuid?.() === 0;
  const options = isRoot ? ["--mount"] : ["--mount", "--map-root-user"];
  if (!tryCommand("unshare", ...options, "true").ok) return null;
  const child = spawn("unshare", [...options, process.execPath, ...process.argv.slice(1)], {
    stdio: "inherit",
    env: { ...process.env, [MARK]: "1" },
  });
  // A Ctrl-C reaches the child too, which leaves its rooms and ends.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => child.kill(signal));
  return await new Promise((resolve) => child.once("exit", (code) => resolve(code ?? 1)));
}
