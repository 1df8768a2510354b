/** Reads again what steps hold that differ: each journal once more, front to back, and no further than it is asked. */
import { BlobResolver } from "../../blobs/resolve.js";
import * as is from "../../event/guards.js";
import type { JournalRecord } from "../../event/types.js";
import { nodeFiles } from "../../files/node-files.js";
import { SoundPart } from "../../journal/sound-part.js";
import type { ReadingOptions } from "../sound-records.js";
import { comparableMessage, comparableResult } from "./comparable.js";
import type { SessionDiff } from "./diff-sessions.js";
import type { Difference } from "./differences.js";
import { type FirstDifference, findFirstDifference } from "./first-difference.js";
import type { DiffStep } from "./steps.js";

/** What of a step was compared, as recorded. */
export type StepContent = { readonly [key: string]: unknown };

export interface DifferenceInFull {
  kind: Difference["kind"];
  a?: DiffStep & { content: StepContent };
  b?: DiffStep & { content: StepContent };
  /** Of a changed step: the first place in its content where the two differ. */
  first?: FirstDifference;
}

/** Yields the differences with what the steps hold. The journals must still be what they were. */
export async function* readDifferences(
  { a, b, differences }: SessionDiff,
  options: ReadingOptions = {},
): AsyncGenerator<DifferenceInFull, void> {
  const readerA = new StepReader(
    a.path,
    differences.flatMap((each) => each.a ?? []),
    options,
  );
  const readerB = new StepReader(
    b.path,
    differences.flatMap((each) => each.b ?? []),
    options,
  );
  try {
    for (const difference of differences) {
      const full: DifferenceInFull = { kind: difference.kind };
      if (difference.a !== undefined) full.a = { ...difference.a, content: await readerA.read(difference.a) };
      if (difference.b !== undefined) full.b = { ...difference.b, content: await readerB.read(difference.b) };
      const first = full.a && full.b ? findFirstDifference(full.a.content, full.b.content) : undefined;
      yield first === undefined ? full : { ...full, first };
    }
  } finally {
    await readerA.end();
    await readerB.end();
  }
}

/** Steps are asked for in order; a call's result may lie far behind, and what is passed on the way is kept. */
class StepReader {
  readonly #records: AsyncIterator<JournalRecord>;
  readonly #path: string;
  readonly #wanted: ReadonlySet<number>;
  readonly #passed = new Map<number, JournalRecord>();
  readonly #blobs: BlobResolver;

  constructor(path: string, steps: readonly DiffStep[], { files = nodeFiles, signal }: ReadingOptions) {
    this.#path = path;
    this.#blobs = new BlobResolver(files, path);
    this.#records = new SoundPart(path, { files, signal })[Symbol.asyncIterator]();
    this.#wanted = new Set(steps.flatMap(({ seq, finishedSeq }) => [seq, finishedSeq ?? seq]));
  }

  async read(step: DiffStep): Promise<StepContent> {
    const record = await this.#take(step.seq);
    const finished = step.finishedSeq === undefined ? undefined : await this.#take(step.finishedSeq);
    return contentOf(record, finished);
  }

  async end(): Promise<void> {
    await this.#records.return?.();
  }

  async #take(seq: number): Promise<JournalRecord> {
    for (;;) {
      const passed = this.#passed.get(seq);
      this.#passed.delete(seq);
      if (passed !== undefined) return passed;
      const { done, value } = await this.#records.next();
      if (done) throw new Error(`record ${seq} of ${this.#path} is gone: the journal changed meanwhile`);
      if (this.#wanted.has(value.seq)) this.#passed.set(value.seq, this.#blobs.resolve(value));
    }
  }
}

function contentOf({ data }: JournalRecord, finished: JournalRecord | undefined): StepContent {
  const held: unknown = data;
  if (is.isMessageAdded(held)) return comparableMessage(held.message as StepContent);
  if (is.isCallStarted(held)) {
    const { name, params, governanceResult } = held;
    const result = finished?.data.result as StepContent | undefined;
    const denied = governanceResult.allowed ? {} : { denied: governanceResult.reason ?? "" };
    return { name, params, ...denied, result: result === undefined ? null : comparableResult(result) };
  }
  return is.isErrorRecorded(held) ? { message: held.message } : { outcome: data.outcome };
}
