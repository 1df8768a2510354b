/** A journal that is read before anything of it is shown: on a terminal it is told how far that has come. */
import { nodeFiles } from "../files/node-files.js";
import { SoundPart, type SoundPartOptions } from "../journal/sound-part.js";
import { startProgress } from "./terminal/progress.js";

/** Has the part read to its end, and returns it. What takes no more than a moment shows nothing. */
export async function readWithProgress(
  path: string,
  options: SoundPartOptions,
  read: (part: SoundPart) => Promise<void>,
): Promise<SoundPart> {
  const size = nodeFiles.statPath(path)?.sizeBytes;
  const progress = startProgress("reading", { unit: "bytes" });
  try {
    const part = new SoundPart(path, { ...options, onProgress: (bytes) => progress.at(bytes, size) });
    await read(part);
    return part;
  } finally {
    progress.end();
  }
}
