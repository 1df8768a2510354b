/** What an import says of itself: a few lines for each source, and one for all of them. */
import type { LeftOut } from "../../import/folder-files.js";
import type { ImportError } from "../../import/import-error.js";
import type { FolderImport } from "../../import/import-folder.js";
import type { ImportReport } from "../../import/types.js";
import { safeLine } from "../../text/safe-text.js";
import { EXIT, type ExitCode } from "../exit-codes.js";
import type { Paint, Tone } from "../terminal/paint.js";
import { wrapToWidth } from "../terminal/width.js";
import { wrapped } from "../terminal/wrapped.js";
import { countOf, formatCount } from "./figures.js";

const INDENT = "  ";
const MOST_NAMED = 3;
const MOST_UNREADABLE = 10;

/** The source, and below it what came of it; wrapped where the terminal is narrow. */
export function* importLines(report: ImportReport, paint: Paint, width: number): Generator<string, void> {
  const { format, sessions, totals, unreadable, unreadableCount } = report;
  const { messages, calls, results, tokens } = totals;
  yield* wrapped(report.source, "strong", paint, width);
  for (const line of sessionLines(report)) yield* below(`${format}  ${line}`, paint, width);
  if (sessions.length === 0) yield* below(`${format}  no session`, paint, width, "notice");
  const records = countOf(report.records, "record");
  yield* below(
    `${records}: ${countOf(report.events, "event")}, ${countOf(report.notes, "note")}`,
    paint,
    width,
  );
  const said = `${countOf(messages, "message")}, ${countOf(calls, "call")}, ${countOf(results, "result")}`;
  yield* below(`${said}, ${countOf(tokens.total, "token")}`, paint, width);
  for (const { id, status, reason } of sessions) {
    if (reason !== undefined) yield* below(`${id} ${status}: ${safeLine(reason)}`, paint, width, "notice");
  }
  for (const { line, reason } of unreadable.slice(0, MOST_UNREADABLE)) {
    const place = line === undefined ? "not read" : `line ${line}`;
    yield* below(`${place}: ${safeLine(reason)}`, paint, width, "bad");
  }
  const more = unreadableCount - Math.min(unreadable.length, MOST_UNREADABLE);
  if (more > 0) {
    const told = `and ${formatCount(more)} more that cannot be read; --json tells of them`;
    yield* below(told, paint, width, "bad");
  }
}

/** The text is safe, and keeps its blanks. */
function* below(text: string, paint: Paint, width: number, tone: Tone = "plain"): Generator<string, void> {
  for (const line of wrapToWidth(text, width - INDENT.length)) yield INDENT + paint(tone, line);
}

/** `1 session imported: session-…`, by what became of them. */
function* sessionLines({ sessions }: ImportReport): Generator<string, void> {
  const byStatus = new Map<string, string[]>();
  for (const { status, id } of sessions) byStatus.set(status, [...(byStatus.get(status) ?? []), id]);
  for (const [status, ids] of byStatus) {
    const named = ids.length > MOST_NAMED ? "" : `: ${ids.join(", ")}`;
    yield `${statusText(status, ids.length)}${named}`;
  }
}

function statusText(status: string, count: number): string {
  return `${countOf(count, "session")} ${status.replaceAll("-", " ")}`;
}

/** What in a folder was not looked into; empty where nothing was left out. */
export function leftOutText(leftOut: LeftOut): string {
  const { linksToFolders, brokenLinks, hiddenFiles, hiddenFolders, nodeModules, special } = leftOut;
  const counts: [number, string, string?][] = [
    [linksToFolders, "link to a folder", "links to folders"],
    [brokenLinks, "broken link"],
    [hiddenFiles, "hidden file"],
    [hiddenFolders, "hidden folder"],
    [nodeModules, "folder node_modules", "folders node_modules"],
    [special, "pipe or device", "pipes or devices"],
  ];
  const told = counts.filter(([count]) => count > 0).map((each) => countOf(...each));
  const last = told.pop();
  if (last === undefined) return "";
  const isOne = counts.reduce((sum, [count]) => sum + count, 0) === 1;
  const all = told.length === 0 ? last : `${told.join(", ")} and ${last}`;
  return `${all} ${isOne ? "was" : "were"} not looked into`;
}

/** Why a source could not be imported, in a sentence. */
export function importErrorText(name: string, { why, message }: ImportError): string {
  if (why === undefined) return message;
  return `${name} is in no known format (${why}); choragen-session import --help lists those there are`;
}

/** What all sources came to. */
export class ImportTotal {
  exitCode: ExitCode = EXIT.ok;
  passedOver = 0;
  sources = 0;
  readonly #byStatus = new Map<string, number>();
  #records = 0;
  #events = 0;
  #notes = 0;
  #unreadable = 0;

  add(one: FolderImport, isPassedOver: boolean): void {
    if (isPassedOver) this.passedOver += 1;
    else this.sources += 1;
    if ("error" in one) {
      if (!isPassedOver)
        this.worsen(one.error.code === "SOURCE_UNREADABLE" ? EXIT.inputOutput : EXIT.finding);
      return;
    }
    const { records, events, notes, unreadableCount, sessions } = one.report;
    this.#records += records;
    this.#events += events;
    this.#notes += notes;
    this.#unreadable += unreadableCount;
    for (const { status } of sessions) {
      this.#byStatus.set(status, (this.#byStatus.get(status) ?? 0) + 1);
      if (status === "unwritable" || status === "changed") this.worsen(EXIT.finding);
    }
    if (unreadableCount > 0) this.worsen(EXIT.finding);
  }

  lines(width: number): string[] {
    const counts = [...this.#byStatus].map(([status, count]) => statusText(status, count));
    const made = `${countOf(this.#records, "record")}: ${countOf(this.#events, "event")}, ${countOf(this.#notes, "note")}`;
    const lost = this.#unreadable === 0 ? "" : `, ${formatCount(this.#unreadable)} not readable`;
    const sources = countOf(this.sources, "source");
    return wrapToWidth(`${sources}: ${counts.join(", ") || "no session"}; ${made}${lost}`, width);
  }

  worsen(exitCode: ExitCode): void {
    if (exitCode > this.exitCode) this.exitCode = exitCode;
  }
}
