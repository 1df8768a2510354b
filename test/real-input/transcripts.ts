/** Where the recorded runs of real agents lie, which are not part of the repository, and how they are read. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const folder = fileURLToPath(new URL("../../../shared/transcripts/", import.meta.url));

/** Whether the recordings are there; says so where they are not. */
export function haveTranscript(name: string): boolean {
  if (existsSync(join(folder, name))) return true;
  console.warn(
    `The recorded run ${name} is not there, so it is not replayed. CI has it in ../shared/transcripts.`,
  );
  return false;
}

export function readTranscriptLines<T>(name: string): T[] {
  const text = readFileSync(join(folder, name), "utf8");
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as T);
}

export function readTranscript<T>(name: string): T {
  return JSON.parse(readFileSync(join(folder, name), "utf8")) as T;
}

/** Of every recording that is text, whatever its format. */
export function* transcriptTexts(): Generator<{ name: string; text: string }> {
  for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" }).sort()) {
    if (/\.(jsonl?|traj)$/.test(name)) yield { name, text: readFileSync(join(folder, name), "utf8") };
  }
}
