/**
 * Turns a source's bytes into entries: finds out the format, then reads lines one by one, or a document as a whole. What
 * cannot be read is an entry too, with its line.
 */
import { isUtf8 } from "node:buffer";
import { createHash } from "node:crypto";
import { isOpenclawIndex } from "./formats/openclaw-index.js";
import { FORMATS, formatNamed } from "./formats.js";
import { ImportError } from "./import-error.js";
import type { ByteSource } from "./source/byte-source.js";
import { readEvalArchive } from "./source/eval-archive.js";
import { LineFramer } from "./source/line-framer.js";
import { looksLikeDocument, readLine, textOfBytes } from "./source/read-line.js";
import { firstRecords, recogniseDocument, recogniseLines, unknownFormat } from "./source/recognise.js";
import { type Damage, salvageJson } from "./source/salvage-json.js";
import { isZip } from "./source/zip.js";
import type { DocumentFormat, Entry, ForeignFormat, FormatName, LineFormat } from "./types.js";

/** Enough to tell most formats by; a first line that is longer is read to its end. */
const HEAD_BYTES = 64 * 1024;
const MOST_HEAD_BYTES = 64 * 1024 * 1024;
const MAX_LINE_BYTES = 256 * 1024 * 1024;

export interface Reading {
  readonly format: FormatName;
  readonly isLines: boolean;
  readonly entries: AsyncIterable<Iterable<Entry>>;
}

/** Throws UNKNOWN_FORMAT, AMBIGUOUS_FORMAT, SOURCE_TOO_LARGE or SOURCE_UNREADABLE. */
export async function readSource(source: ByteSource, wanted: FormatName | undefined): Promise<Reading> {
  const asked = wanted === undefined ? FORMATS : [formatNamed(wanted)];
  const { head, lines } = await recogniseHead(source, wanted);
  if (isZip(head)) return readArchive(source, asked);
  if (lines !== undefined) return readAsLines(source, lines, head);
  return await readDocument(source, asked, wanted !== undefined);
}

/** The same for what may tell of sessions in other files; null where it does not. */
export async function readSourceOfMany(
  source: ByteSource,
  wanted: FormatName | undefined,
  maxBytes: number,
): Promise<Reading | null> {
  const { head, lines } = await recogniseHead(source, wanted);
  if (isZip(head)) return null;
  if (lines !== undefined) return readAsLines(source, lines, head);
  if (!/"schema_version"\s*:\s*"ATIF-/.test(head.toString("latin1"))) return null;
  await source.whole(maxBytes).then((bytes) => source.unread(bytes));
  return await readDocument(source, [formatNamed(wanted ?? "atif")], true);
}

async function recogniseHead(
  source: ByteSource,
  wanted: FormatName | undefined,
): Promise<{ head: Buffer; lines: LineFormat | undefined }> {
  let head = await source.head(HEAD_BYTES);
  for (let size = HEAD_BYTES; !source.isAllSeen && head.indexOf(0x0a) === -1 && size < MOST_HEAD_BYTES; ) {
    size *= 4;
    head = await source.head(size);
  }
  if (wanted !== undefined) {
    const format = formatNamed(wanted);
    return { head, lines: format.layout === "lines" ? format : undefined };
  }
  return { head, lines: recogniseLines(source.name, FORMATS, firstRecords(head, source.isAllSeen)) };
}

function readAsLines(source: ByteSource, lines: LineFormat, head: Buffer): Reading {
  const digest = digestOf(firstLine(head));
  return { format: lines.name, isLines: true, entries: readLines(source, lines, digest) };
}

async function* readLines(
  source: ByteSource,
  format: LineFormat,
  digest: string,
): AsyncGenerator<Iterable<Entry>> {
  const reader = format.open(digest, source.path);
  const framer = new LineFramer(MAX_LINE_BYTES);
  function* entriesOf(lines: ReturnType<LineFramer["push"]>): Generator<Entry, void> {
    for (const { number, bytes } of lines) {
      const line =
        bytes === null
          ? { kind: "unreadable" as const, reason: "it is longer than 256 MiB" }
          : readLine(bytes);
      if (line.kind === "blank") continue;
      if (line.kind === "unreadable") {
        yield { kind: "record" };
        yield { kind: "unreadable", line: number, reason: line.reason };
        continue;
      }
      yield { kind: "record", source: line };
      yield* reader.read(line.value, number);
    }
  }
  for await (const chunk of source.chunks()) yield entriesOf(framer.push(chunk));
  yield entriesOf(framer.end());
  const { damage } = source;
  if (damage !== undefined) {
    yield [{ kind: "unreadable", line: framer.lineNumber, reason: `from here on: ${damage}` }];
  }
  yield reader.end();
}

async function readDocument(
  source: ByteSource,
  asked: readonly ForeignFormat[],
  isForced: boolean,
): Promise<Reading> {
  const head = await source.head(1);
  if (!isForced && !looksLikeDocument(head)) {
    const why = head.length === 0 ? "it is empty" : "it is neither JSON nor lines of JSON";
    throw unknownFormat(source.name, asked, why);
  }
  const bytes = await source.whole();
  const { value, damage } = parse(bytes, source.damage);
  const documents = asked.filter((format): format is DocumentFormat => format.layout === "document");
  const format = isForced ? documents[0] : recogniseDocument(source.name, asked, value);
  if (isOpenclawIndex(value)) {
    throw new ImportError(
      "UNKNOWN_FORMAT",
      `${source.name} is an index of openclaw's sessions and holds none of them; import the folder it is in.`,
    );
  }
  if (format === undefined || value === undefined) {
    const [first] = damage;
    throw unknownFormat(source.name, asked, why(first));
  }
  const entries = format.read(value, () => digestOf(bytes));
  return { format: format.name, isLines: false, entries: inOnePiece(damage, entries) };
}

function readArchive(source: ByteSource, asked: readonly ForeignFormat[]): Reading {
  const inspect = asked.find(({ name }) => name === "inspect");
  if (inspect === undefined) throw unknownFormat(source.name, asked, "it is a zip archive");
  return { format: "inspect", isLines: false, entries: readEvalArchive(source) };
}

async function* inOnePiece(
  damage: readonly Damage[],
  entries: Iterable<Entry>,
): AsyncGenerator<Iterable<Entry>> {
  yield damage.map(({ line, reason }) => ({ kind: "unreadable" as const, line, reason }));
  yield entries;
}

function parse(bytes: Buffer, cut: string | undefined): { value: unknown; damage: readonly Damage[] } {
  const text = textOfBytes(bytes).replace(/^\uFEFF/, "");
  const odd = isUtf8(bytes) ? [] : [notUtf8(bytes)];
  try {
    return { value: JSON.parse(text) as unknown, damage: odd };
  } catch {
    const { value, damage } = salvageJson(text);
    const why = cut === undefined ? [] : [{ line: text.split("\n").length, reason: `from here on: ${cut}` }];
    return { value, damage: [...odd, ...damage, ...why] };
  }
}

/** The document is read all the same: what is odd in it shows as U+FFFD. */
function notUtf8(bytes: Buffer): Damage {
  let line = 1;
  for (let at = 0; ; line++) {
    const end = bytes.indexOf(0x0a, at);
    if (end === -1 || !isUtf8(bytes.subarray(at, end))) break;
    at = end + 1;
  }
  return { line, reason: "it is not UTF-8; what is odd in it is shown as U+FFFD" };
}

function why(damage: Damage | undefined): string {
  return damage === undefined ? "it is JSON of another kind" : `line ${damage.line}: ${damage.reason}`;
}

function firstLine(head: Buffer): Uint8Array {
  const end = head.indexOf(0x0a);
  return end === -1 ? head : head.subarray(0, end);
}

function digestOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex").slice(0, 16);
}
