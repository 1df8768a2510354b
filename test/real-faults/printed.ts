/** What a process has printed, once it has ended. */
import type { ChildProcess } from "node:child_process";

export async function printedBy(child: ChildProcess): Promise<string> {
  let text = "";
  child.stdout?.on("data", (bytes) => {
    text += bytes;
  });
  child.stderr?.resume();
  await new Promise<void>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", () => resolve());
  });
  return text;
}
