/**
 * Inspect's `.eval` archives: a log's header and its samples in members of a zip file. Samples are read one at a time. What
 * else is in the archive (summaries, the journal a run writes) is kept as notes of the first sample.
 */
import { createHash } from "node:crypto";
import { note, RECORD } from "../entries.js";
import { isMembers, type Members } from "../foreign-values.js";
import { endOf, readSample } from "../formats/inspect.js";
import type { Entry } from "../types.js";
import { type ByteSource, MAX_DOCUMENT_BYTES } from "./byte-source.js";
import { textOfBytes } from "./read-line.js";
import { MOST_UNPACKED_BYTES } from "./unpacked-limit.js";
import { openZip, type ZipArchive, type ZipMember } from "./zip.js";

const SAMPLE = /^samples\/.+\.json$/;
const HEADERS = ["header.json", "_journal/start.json"];

export async function* readEvalArchive(source: ByteSource): AsyncGenerator<Iterable<Entry>, void> {
  let archive: ZipArchive;
  try {
    // In a file it is read where it lies, of whatever size; what comes from a stream must fit into memory.
    archive = await openZip(source.path ?? (await source.whole()));
  } catch (error) {
    yield [
      { kind: "unreadable", reason: `${source.name} is no whole zip archive: ${(error as Error).message}` },
    ];
    return;
  }
  try {
    yield* new EvalArchive(archive).read();
  } finally {
    archive.close();
  }
}

class EvalArchive {
  readonly #archive: ZipArchive;
  #unpackedBytes = 0;
  /** What could not be read since this was last told. */
  #faults: Entry[] = [];

  constructor(archive: ZipArchive) {
    this.#archive = archive;
  }

  async *read(): AsyncGenerator<Iterable<Entry>, void> {
    const { members, damage } = this.#archive;
    if (damage !== undefined) yield [{ kind: "unreadable", reason: `its directory is damaged: ${damage}` }];
    const header = await this.#header();
    yield this.#faults.splice(0);
    // It stays open for what belongs to no sample.
    let first: { session: string; end: Entry } | undefined;
    for (const [index, member] of members.filter(({ name }) => SAMPLE.test(name)).entries()) {
      const read = await this.#member(member);
      yield this.#faults.splice(0);
      if (read === null || !isMembers(read.value)) continue;
      const session = String(index);
      const sample = read.value;
      yield readSample(session, sample, header, () => digestOf(read.text));
      const end = endOf(session, sample, header);
      if (first === undefined) first = { session, end };
      else yield [end];
    }
    if (first === undefined) yield [{ kind: "unreadable", reason: "it holds no sample that can be read" }];
    for (const member of members.filter(({ name }) => !SAMPLE.test(name))) {
      // What cannot be read of the header was told when it was read first.
      if (first === undefined && HEADERS.includes(member.name)) continue;
      yield [RECORD];
      const read = await this.#member(member);
      yield this.#faults.splice(0);
      if (first !== undefined && read !== null)
        yield [note(first.session, "inspect", member.name, read.value)];
    }
    if (first !== undefined) yield [first.end];
  }

  /** A run that has not ended has its beginning in the journal alone. */
  async #header(): Promise<Members> {
    for (const name of HEADERS) {
      const member = this.#archive.members.find((candidate) => candidate.name === name);
      const read = member === undefined ? null : await this.#member(member);
      if (isMembers(read?.value)) return read.value;
    }
    return {};
  }

  /** Null where the member cannot be read; then that is told. */
  async #member(member: ZipMember): Promise<{ value: unknown; text: string } | null> {
    try {
      if (this.#unpackedBytes > MOST_UNPACKED_BYTES)
        throw new Error("the archive unpacks to more than 16 GiB");
      const bytes = await member.read(MAX_DOCUMENT_BYTES);
      this.#unpackedBytes += bytes.length;
      const text = textOfBytes(bytes);
      return { value: JSON.parse(text) as unknown, text };
    } catch (error) {
      this.#faults.push({ kind: "unreadable", reason: `${member.name}: ${(error as Error).message}` });
      return null;
    }
  }
}

function digestOf(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}
