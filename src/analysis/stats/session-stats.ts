/** The figures of sessions, each read once and verified as it is read. It changes nothing. */

import { toldStart } from "../../event/imported.js";
import { journalNameOf } from "../../journal/place-of.js";
import type { SoundPartEnd } from "../../journal/sound-part.js";
import { eachSoundRecord, type ReadingOptions } from "../sound-records.js";
import { StatsCount, type StatsFigures } from "./stats-count.js";

export interface SessionStats extends StatsFigures {
  sessionId: string;
  /** Of the journal. */
  path: string;
  role: string;
  model: string;
  /** As the source says in an imported session; "" where that says nothing, or there is no sound record. */
  startTime: string;
  /** What the journal came to; the figures are those of its sound part. */
  found: SoundPartEnd;
}

export interface SessionStatsOptions extends ReadingOptions {
  /** What this session comes to is added to it as well: for figures of many sessions. */
  addTo?: StatsCount | undefined;
}

/**
 * Counts the session whose journal is at `path`, up to where it is sound. Memory is bounded by its longest line, and eight
 * bytes for each call. Throws JOURNAL_MISSING, UNSUPPORTED_FORMAT or READ_FAILED.
 */
export async function sessionStats(path: string, options: SessionStatsOptions = {}): Promise<SessionStats> {
  const count = new StatsCount();
  const head = {
    sessionId: journalNameOf(path) ?? "",
    path,
    role: "unknown",
    model: "unknown",
    startTime: "",
  };
  const found = await eachSoundRecord(
    path,
    (record, lineBytes) => {
      count.add(record, lineBytes);
      if (record.seq !== 1) return;
      const { sessionId, role, model } = record.data;
      if (typeof sessionId === "string") head.sessionId = sessionId;
      if (typeof role === "string") head.role = role;
      if (typeof model === "string") head.model = model;
      head.startTime = toldStart(record);
    },
    options,
  );
  count.endSession();
  options.addTo?.merge(count);
  return { ...head, ...count.figures(), found };
}
