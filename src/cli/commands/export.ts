/**
 * `export`: a session in a format of others, on standard output or in a file. It reads the journal as far as it is
 * sound, or what its snapshot says where the journal is gone, and changes neither.
 */

import { dirname } from "node:path";
import type { JournalRecord } from "../../event/types.js";
import type { ExportFormat, ExportOptions } from "../../export/entry.js";
import type { SoundPartEnd } from "../../journal/sound-part.js";
import type { Snapshot } from "../../snapshot/read.js";
import { sessionPaths } from "../../store/names.js";
import { safeJson } from "../../text/safe-text.js";
import { type Command, type Context, JSON_OPTION, WORKSPACE_OPTION } from "../command.js";
import { missing, usageError } from "../errors.js";
import { EXIT, type ExitCode } from "../exit-codes.js";
import { findSession, type NamedSession } from "../find-journal.js";
import { damageBanner } from "../view/damage.js";
import { shownPath } from "../workspace.js";

const FORMATS = "atif, otlp, openai, markdown, html or ndjson";

export const exportCommand: Command = {
  usage: "--format FORMAT [-o FILE [--json]] SESSION",
  about: [
    "Writes a session in another format: ATIF v1.7 (atif), OpenTelemetry spans as OTLP/JSON lines (otlp), OpenAI chat messages (openai), Markdown (markdown), a single HTML page (html), or its records (ndjson).",
    "",
    "OTLP leaves out what was said, arguments and results unless --content is given; all other formats hold it.",
    "",
    "Values that lie in blobs are put back, except in ndjson, which holds the records as they are; where one is missing, what stands for it is written, and the exit status is 1.",
    "",
    "With --json it prints a report on the FILE that it wrote: how much was read and written, and the types of event that the format has no place for.",
    "",
    "A damaged journal is exported up to the damage, a session whose journal is gone as its snapshot has it; the exit status is 1 then.",
  ],
  options: [
    {
      name: "format",
      value: "FORMAT",
      about: FORMATS,
      choices: async () => (await import("../../export/entry.js")).EXPORT_FORMATS,
    },
    { name: "output", short: "o", value: "FILE", about: "Write to FILE, readable by you alone" },
    { name: "force", about: "Let FILE take the place of one that is there" },
    { name: "content", about: "OTLP: with messages, arguments and results" },
    WORKSPACE_OPTION,
    { ...JSON_OPTION, about: "With -o FILE: print a report as NDJSON for programs" },
  ],
  operands: { atLeast: 1, atMost: 1, hint: 'needs a session: an id, "latest" or the path of a journal' },
  examples: [
    ["export latest --format markdown | less", "read the latest session"],
    ["export 3fa2c1 --format html -o run.html", "a page to keep or to send"],
    ["export 3fa2c1 --format otlp -o spans.jsonl", "spans for an OpenTelemetry collector"],
    ["export latest --format openai -o a.jsonl --json", "what the format does not tell"],
  ],
  run,
};

async function run(context: Context): Promise<ExitCode> {
  const { given, say } = context;
  const { EXPORT_FORMATS, exportSession } = await import("../../export/entry.js");
  const named = given.value("format");
  const format = EXPORT_FORMATS.find((known) => known === named);
  if (format === undefined) {
    throw usageError(
      named === undefined
        ? `export needs --format: ${FORMATS}`
        : `there is no format "${named}"; there is ${FORMATS}`,
    );
  }
  const target = targetOf(context);
  if (given.has("json") && target === undefined) {
    throw usageError("export --json reports on a file; give -o FILE, or leave out --json");
  }
  const session = findSession(given.operands[0] ?? "", given.value("workspace"));
  const { records, source, whatIsMissing, remark, found } = session.hasJournal
    ? await openJournal(session, format)
    : await openSnapshot(session, format);
  const options: ExportOptions = { includeContent: given.has("content") };
  if (target === undefined) await print(context, format, exportSession(records, format, options));
  else {
    const { writeOutputFile } = await import("../output-file.js");
    const { ExportCount } = await import("../export-report.js");
    const count = new ExportCount(format);
    const pieces = count.write(exportSession(count.read(records), format, options));
    await writeOutputFile(target, pieces, { replace: given.has("force"), source });
    if (given.has("json")) {
      const { JsonLines } = await import("../json-lines.js");
      const content = format !== "otlp" || given.has("content");
      const report = count.report({ source, output: target, content, found: found() });
      await context.out.line(new JsonLines().format(report));
    }
  }
  const known = remark?.() ?? null;
  if (known !== null) say(known);
  const banner = whatIsMissing();
  if (banner !== null) say(banner);
  return banner === null ? EXIT.ok : EXIT.finding;
}

interface Source {
  readonly records: AsyncIterable<JournalRecord> | Iterable<JournalRecord>;
  readonly source: string;
  /** To be asked when the records were read; null where nothing is. */
  readonly whatIsMissing: () => string | null;
  /** The same for programs; null for a snapshot. */
  readonly found: () => SoundPartEnd | null;
  /** What there is to know beside that. */
  readonly remark?: () => string | null;
}

async function openJournal({ journal }: NamedSession, format: ExportFormat): Promise<Source> {
  const { readSoundPart } = await import("../../journal/sound-part.js");
  const part = readSoundPart(journal, { withSnapshot: true });
  const { SessionBlobs } = await import("../session-blobs.js");
  const blobs = new SessionBlobs(journal);
  return {
    records: format === "ndjson" ? blobs.counted(part) : blobs.wholeRecords(part),
    source: journal,
    whatIsMissing: () => together(damageBanner(journal, part.found), blobs.whatIsMissing),
    remark: () => blobs.remark,
    found: () => part.found,
  };
}

async function openSnapshot({ id = "", snapshot }: NamedSession, format: ExportFormat): Promise<Source> {
  const found = snapshot === undefined ? null : await readSnapshotOf(id, snapshot);
  if (snapshot === undefined || found === null) {
    throw missing(`the journal of ${id} is gone, and there is no sound snapshot of it`);
  }
  if (format === "ndjson") {
    throw missing(
      `the journal of ${id} is gone, and with it its records; other formats can be made of its snapshot`,
    );
  }
  const { recordsOfState } = await import("../../export/entry.js");
  const { SessionBlobs } = await import("../session-blobs.js");
  const blobs = new SessionBlobs(sessionPaths(dirname(snapshot), id).journal);
  const isOlderKind = found.cursor === null;
  const banner = `the journal of ${id} is gone; this was made of its snapshot, ${shownPath(snapshot)}`;
  return {
    records: recordsOfState(blobs.wholeState(found.replay)),
    source: snapshot,
    whatIsMissing: () => together(isOlderKind ? null : banner, blobs.whatIsMissing),
    found: () => null,
  };
}

function together(...sentences: readonly (string | null)[]): string | null {
  return sentences.filter(Boolean).join("; ") || null;
}

async function readSnapshotOf(id: string, snapshot: string): Promise<Snapshot | null> {
  const { readSnapshot } = await import("../../snapshot/read.js");
  const { nodeFiles } = await import("../../files/node-files.js");
  return readSnapshot(nodeFiles, sessionPaths(dirname(snapshot), id));
}

/** The file to write to; undefined where that is standard output. */
function targetOf({ given }: Context): string | undefined {
  const target = given.value("output");
  return target === "-" ? undefined : target;
}

async function print({ out }: Context, format: ExportFormat, pieces: AsyncIterable<string>): Promise<void> {
  // A page shows what is hidden in it; JSON has it as it is, which a terminal would obey.
  const isShown = format === "markdown" || format === "html" || !process.stdout.isTTY;
  for await (const piece of pieces) await out.text(isShown ? piece : safeJson(piece));
}
