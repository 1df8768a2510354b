/** Makes system calls of a process that runs fail, by strace, for as long as is wanted. */
import { spawn } from "node:child_process";
import type { Recorder } from "./recorder.js";
import type { Room } from "./room.js";

/**
 * Calls of that name by the process fail with the error, on the path where one is given. Resolves once that is so; what
 * it resolves to ends it.
 */
export async function inject(
  room: Room,
  { pid }: Recorder,
  calls: string,
  error: string,
  path?: string,
): Promise<() => Promise<void>> {
  const place = path === undefined ? [] : ["-P", path];
  const parameters = ["-f", ...place, "-e", `trace=${calls}`, "-e", `inject=${calls}:error=${error}`];
  const strace = room.own(
    spawn("strace", [...parameters, "-p", String(pid)], { stdio: ["ignore", "ignore", "pipe"] }),
  );
  let said = "";
  await new Promise<void>((resolve, reject) => {
    strace.stderr.on("data", (text) => {
      said += text;
      // All of its threads at once: a sync runs on another thread than a write.
      if (/attached( with \d+ threads)?\n/.test(said)) resolve();
    });
    strace.once("error", reject);
    strace.once("exit", () => reject(new Error(`strace ended: ${said}`)));
  });
  return async () => {
    const ended = new Promise((resolve) => strace.once("exit", resolve));
    strace.kill("SIGINT");
    await ended;
  };
}
