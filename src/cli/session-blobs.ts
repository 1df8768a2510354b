/** The values of a session that lie in blobs, for commands that print them: put back, or counted where they stay outside. */
import { basename } from "node:path";
import { blobsBeside } from "../blobs/blobs-beside.js";
import type { BlobFault } from "../blobs/read-blob.js";
import { BlobResolver } from "../blobs/resolve.js";
import { ShownBlobs } from "../blobs/shown-blobs.js";
import { blobRefsOf } from "../event/blob-refs.js";
import type { JournalRecord } from "../event/types.js";
import { nodeFiles } from "../files/node-files.js";
import type { ReplayState, SessionState } from "../state/types.js";
import { withWholeValues } from "../state/whole-values.js";
import { countOf } from "./view/figures.js";

export class SessionBlobs {
  readonly #journal: string;
  readonly #outside = new Set<string>();
  #faults = 0;
  #firstFault: BlobFault | undefined;

  /** `journal` is where it is, or would be. */
  constructor(journal: string) {
    this.#journal = journal;
  }

  /** Null where every value was put back. */
  get whatIsMissing(): string | null {
    if (this.#firstFault === undefined) return null;
    const rest = this.#faults === 1 ? "" : ` (and ${countOf(this.#faults - 1, "more value")} like it)`;
    return `a value is missing and its marker stands for it: ${this.#firstFault.message}${rest}`;
  }

  /** What whoever gets the export must get with it; null where that is nothing. */
  get remark(): string | null {
    if (this.#outside.size === 0) return null;
    const values = this.#outside.size === 1 ? "1 value lies" : `${this.#outside.size} values lie`;
    return `${values} in ${basename(blobsBeside(nodeFiles, this.#journal))}/, which goes with these records`;
  }

  async *wholeRecords(records: AsyncIterable<JournalRecord>): AsyncGenerator<JournalRecord, void> {
    const resolver = new BlobResolver(nodeFiles, this.#journal, (fault) => this.#note(fault));
    for await (const record of records) yield resolver.resolve(record);
  }

  async *counted(records: AsyncIterable<JournalRecord>): AsyncGenerator<JournalRecord, void> {
    for await (const record of records) {
      for (const { sha256 } of blobRefsOf(record)) this.#outside.add(sha256);
      yield record;
    }
  }

  wholeState({ state, blobs = [] }: ReplayState): SessionState {
    const shown = new ShownBlobs(nodeFiles, blobsBeside(nodeFiles, this.#journal));
    return withWholeValues(state, blobs, (ref) => {
      const value = shown.fetch(ref);
      for (const fault of value === undefined ? shown.faults.slice(-1) : []) this.#note(fault);
      return value;
    });
  }

  /** The same, read at once. */
  readState(replay: ReplayState): SessionState {
    return { ...this.wholeState(replay) };
  }

  #note(fault: BlobFault): void {
    this.#firstFault ??= fault;
    this.#faults += 1;
  }
}
