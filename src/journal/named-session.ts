/** What a journal says of its own session where it begins, sound or not. It checks no hash and changes nothing. */
import { isObject } from "../event/guards.js";
import type { Files } from "../files/files.js";
import { beginsAs } from "./line.js";
import { RawLines } from "./raw-lines.js";

export type StartFacts = { readonly [key: string]: unknown };

/** The data of the `session.started` in line 1, as far as it parses; else empty. */
export function startFactsOf(files: Files, fd: number): StartFacts {
  const lines = new RawLines(files, fd, 0);
  return (lines.next() ? parseStart(lines.bytes) : null) ?? {};
}

/** The id in line 1; where that tells none, in the first line that begins as record 1: something may stand before it. */
export function namedSessionId(files: Files, fd: number): string | undefined {
  const lines = new RawLines(files, fd, 0);
  while (lines.next()) {
    if (lines.start > 0 && !beginsAs(1, lines.bytes, 0)) continue;
    const id = parseStart(lines.bytes)?.sessionId;
    if (typeof id === "string" && id !== "") return id;
  }
  return undefined;
}

function parseStart(line: Buffer): StartFacts | null {
  try {
    const record: unknown = JSON.parse(line.toString("utf8"));
    return isObject(record) && record.type === "session.started" && isObject(record.data)
      ? record.data
      : null;
  } catch {
    return null;
  }
}
