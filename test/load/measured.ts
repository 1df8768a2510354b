/** A program of `programs/` as a process of its own: what it printed, how long it took, and the memory that it needed. */
import { execFileSync, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

export interface Measured<T> {
  readonly told: T;
  readonly seconds: number;
  /** Beyond what a Node needs that does nothing. */
  readonly memoryMiB: number;
}

/** What a program prints as its last line. */
export interface Told {
  readonly maxRssKiB: number;
}

const bareRssKiB = Number(
  execFileSync(process.execPath, ["-e", "console.log(process.resourceUsage().maxRSS)"]),
);

/** Rejects where the program does not exit with 0. `before` are words of the shell, such as "ulimit -n 256; ". */
export async function measure<T>(
  program: string,
  parameters: readonly (string | number)[],
  before = "",
): Promise<Measured<T>> {
  const path = fileURLToPath(new URL(`programs/${program}.js`, import.meta.url));
  const start = performance.now();
  const words = [process.execPath, path, ...parameters.map(String)];
  const line = `${before}exec "$@"`;
  const child = spawn("sh", ["-c", line, "sh", ...words], { stdio: ["ignore", "pipe", "inherit"] });
  let output = "";
  child.stdout.on("data", (bytes: Buffer) => {
    output += bytes.toString();
  });
  const code = await new Promise((resolve) => child.once("close", resolve));
  if (code !== 0) throw new Error(`${program} ${parameters.join(" ")} ended with ${code}: ${output}`);
  const told = JSON.parse(output.trim().split("\n").at(-1) ?? "") as T & Told;
  return {
    told,
    seconds: (performance.now() - start) / 1_000,
    memoryMiB: (told.maxRssKiB - bareRssKiB) / 1_024,
  };
}
