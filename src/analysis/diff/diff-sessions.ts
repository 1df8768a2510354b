/**
 * Compares two sessions step by step and tells where they part. Each journal is read once and verified; what is kept of a
 * step is some hundred bytes, however much it holds. It changes nothing.
 */
import { BlobResolver } from "../../blobs/resolve.js";
import { toldStart } from "../../event/imported.js";
import type { JournalRecord } from "../../event/types.js";
import { nodeFiles } from "../../files/node-files.js";
import { journalNameOf } from "../../journal/place-of.js";
import type { SoundPartEnd } from "../../journal/sound-part.js";
import { eachSoundRecord, type ReadingOptions } from "../sound-records.js";
import { StatsCount, type StatsFigures } from "../stats/stats-count.js";
import { align } from "./align.js";
import { type Difference, listDifferences } from "./differences.js";
import { Keys, StepCollector } from "./steps.js";

export interface DiffSide {
  sessionId: string;
  /** Of the journal. */
  path: string;
  role: string;
  model: string;
  /** As the source says in an imported session; "" where that says nothing, or there is no sound record. */
  startTime: string;
  /** How many steps were compared. */
  steps: number;
  figures: StatsFigures;
  /** What the journal came to; what was compared is its sound part. */
  found: SoundPartEnd;
}

export interface SessionDiff {
  /** Whether every step is in both, and no other. Tokens and times may differ all the same. */
  same: boolean;
  a: DiffSide;
  b: DiffSide;
  /** How many steps go before the first difference. */
  sameUntilFirst: number;
  sameSteps: number;
  changed: number;
  onlyA: number;
  onlyB: number;
  /** In order. What the steps hold is read again by `readDifferences`. */
  differences: Difference[];
}

/** `a` and `b` are paths of journals. Throws JOURNAL_MISSING, UNSUPPORTED_FORMAT or READ_FAILED. */
export async function diffSessions(a: string, b: string, options: ReadingOptions = {}): Promise<SessionDiff> {
  const keys = new Keys();
  const first = await readSide(a, keys, options);
  const second = await readSide(b, keys, options);
  const partner = align(first.collector.keys(), second.collector.keys());
  const steps = { a: first.collector.steps, b: second.collector.steps };
  const differences = listDifferences(steps, partner);
  const count = (kind: Difference["kind"]) => differences.filter((each) => each.kind === kind).length;
  const firstApart = partner.findIndex((place, at) => place !== at);
  return {
    same: differences.length === 0,
    a: first.side,
    b: second.side,
    sameUntilFirst: firstApart === -1 ? partner.length : firstApart,
    sameSteps: partner.reduce((sum, place) => sum + Number(place !== -1), 0),
    changed: count("changed"),
    onlyA: count("only-a"),
    onlyB: count("only-b"),
    differences,
  };
}

async function readSide(
  path: string,
  keys: Keys,
  options: ReadingOptions,
): Promise<{ side: DiffSide; collector: StepCollector }> {
  const collector = new StepCollector(keys);
  const count = new StatsCount();
  const { files = nodeFiles } = options;
  const blobs = new BlobResolver(files, path);
  let head: JournalRecord | undefined;
  const found = await eachSoundRecord(
    path,
    (record, lineBytes) => {
      head ??= record;
      // Compared by what was said, wherever it lies.
      collector.add(blobs.resolve(record));
      count.add(record, lineBytes);
    },
    options,
  );
  count.endSession();
  const { sessionId, role, model } = head?.data ?? {};
  const text = (value: unknown, otherwise: string) => (typeof value === "string" ? value : otherwise);
  const side: DiffSide = {
    sessionId: text(sessionId, journalNameOf(path) ?? ""),
    path,
    role: text(role, "unknown"),
    model: text(model, "unknown"),
    startTime: head === undefined ? "" : toldStart(head),
    steps: collector.steps.length,
    figures: count.figures(),
    found,
  };
  return { side, collector };
}
