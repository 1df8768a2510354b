/** What a verification found, for a person: the verdict in one line, then each fault and its place; and a count of many. */
import type { Problem } from "../../journal/record-checks.js";
import type { Verification } from "../../journal/verify.js";
import type { Seals } from "../../signing/types.js";
import type { VerifiedSession } from "../../store/verify-sessions.js";
import { safeLine } from "../../text/safe-text.js";
import type { Paint, Tone } from "../terminal/paint.js";
import { textWidth } from "../terminal/width.js";
import { wrapped } from "../terminal/wrapped.js";
import { countOf, formatBytes, formatCount, formatMoment } from "./figures.js";
import { otherSession } from "./other-session.js";
import { shortId } from "./short-id.js";

const TONE: Record<Verification["verdict"], Tone> = {
  sound: "good",
  growing: "accent",
  torn: "notice",
  corrupt: "bad",
  empty: "bad",
};
const VERDICT_WIDTH = "growing".length;
const INDENT = " ".repeat(VERDICT_WIDTH + 2);

/** `name` is what the journal is called; the faults stand below it. */
export function verificationLines(
  found: Verification,
  name: string,
  paint: Paint,
  width = Number.POSITIVE_INFINITY,
): string[] {
  const { verdict, problems, unlistedProblems = 0, break: place } = found;
  const faults = place === undefined ? [] : [`line ${place.line}, byte ${place.byteOffset}: ${place.reason}`];
  const others = problems.map(problemText);
  if (unlistedProblems > 0) others.push(`and ${formatCount(unlistedProblems)} more`);
  return [
    ...headLines(verdict, TONE[verdict], name, factsText(found), paint, width),
    ...below(faults, "plain", paint, width),
    ...below(others, "notice", paint, width),
    ...below(unreferencedText(found), "dim", paint, width),
  ];
}

/** A session of a workspace that has no verification. */
export function unverifiedLines(session: VerifiedSession, paint: Paint, width: number): string[] {
  const { id, error } = session;
  if (error === undefined) return headLines("older", "dim", id, "it has no journal", paint, width);
  const isGone = error.code === "JOURNAL_MISSING";
  return [
    ...headLines(isGone ? "missing" : "unread", "bad", id, "", paint, width),
    ...below([error.message], "plain", paint, width),
  ];
}

/** A name is what other commands are given: it is never cut, but may stand for its end. What is beside it may go below. */
function headLines(
  word: string,
  tone: Tone,
  name: string,
  beside: string,
  paint: Paint,
  width: number,
): string[] {
  const whole = safeLine(name);
  const shown = INDENT.length + textWidth(whole) <= width ? whole : safeLine(shortId(name));
  const head = `${paint(tone, word.padEnd(VERDICT_WIDTH))}  ${shown}`;
  const fits = INDENT.length + textWidth(shown) + 2 + textWidth(beside) <= width;
  return fits && beside !== ""
    ? [`${head}  ${paint("dim", beside)}`]
    : [head, ...below([beside], "dim", paint, width)];
}

function below(texts: readonly string[], tone: Tone, paint: Paint, width: number): string[] {
  return texts.filter((text) => text !== "").flatMap((text) => wrapped(text, tone, paint, width, INDENT));
}

const MOST_NAMED = 3;

/** A note, no fault. */
function unreferencedText({ blobs, verdict }: Verification): string[] {
  const names = blobs?.unreferenced ?? [];
  if (names.length === 0) return [];
  const some = names.slice(0, MOST_NAMED).map(shortened).join(", ");
  const more = names.length > MOST_NAMED ? ` and ${formatCount(names.length - MOST_NAMED)} more` : "";
  const why =
    verdict === "sound" ? "a crash or a repair may leave such" : "records behind the damage may name them";
  return [`note: named by no sound record: ${some}${more} (${why})`];
}

/** Of a blob's name, as much as its marker shows. */
function shortened(name: string): string {
  return name.replace(/^([0-9a-f]{12})[0-9a-f]{52}/, "$1…");
}

function problemText({ code, message, seq, byteOffset }: Problem): string {
  return seq === undefined ? `${code}: ${message}` : `line ${seq}, byte ${byteOffset}: ${code}: ${message}`;
}

function factsText(found: Verification): string {
  const { seals, keptHead } = found;
  const facts = [sizeText(found)];
  if (seals !== undefined) facts.push(sealsText(seals));
  if (keptHead?.isHeld) facts.push(`record ${formatCount(keptHead.seq)} as it was kept`);
  return facts.join(", ");
}

/** How far the seals reach that hold. */
function sealsText({ valid, sealedSeq, sealedAt }: Seals): string {
  if (valid === 0) return "not sealed";
  return `sealed up to record ${formatCount(sealedSeq)} at ${formatMoment(sealedAt ?? "")}`;
}

function sizeText({ path, sessionId, records, bytes, verdict, blobs }: Verification): string {
  const isWhole = verdict === "sound" || verdict === "growing";
  const size = isWhole
    ? [countOf(records, "record"), `${formatBytes(bytes)}${verdict === "growing" ? " so far" : ""}`]
    : [countOf(records, "sound record")];
  if (isWhole && blobs?.count) size.push(`${countOf(blobs.count, "blob")} of ${formatBytes(blobs.bytes)}`);
  const whose = otherSession(path, sessionId);
  return [...(whose === "" ? [] : [`of ${whose}`]), ...size].join(", ");
}

/** Each session counts once; in the order in which they are told. */
const COUNTED = [
  "sound",
  "growing",
  "damaged",
  "torn",
  "empty",
  "faulty",
  "missing",
  "unread",
  "older",
] as const;
type Counted = (typeof COUNTED)[number];

const COUNTED_AS: Record<Counted, string> = {
  sound: "sound",
  growing: "being written",
  damaged: "damaged",
  torn: "torn",
  empty: "empty",
  faulty: "with problems",
  missing: "without their journal",
  unread: "not read",
  older: "of an older kind",
};

interface Countable extends Pick<VerifiedSession, "verification" | "error"> {
  /** Why it was not found, or not read. */
  readonly failure?: object;
}

/** How many sessions there were, and what was found of them. */
export class VerificationCount {
  readonly #counts = new Map<Counted, number>();
  #sessions = 0;

  get sessions(): number {
    return this.#sessions;
  }

  add({ verification, error, failure }: Countable): void {
    const counted =
      verification !== undefined
        ? kindOf(verification)
        : error === undefined && failure === undefined
          ? "older"
          : error?.code === "JOURNAL_MISSING"
            ? "missing"
            : "unread";
    this.#sessions += 1;
    this.#counts.set(counted, (this.#counts.get(counted) ?? 0) + 1);
  }

  /** `1,204 sessions: 1,201 sound, 2 damaged, 1 torn`. */
  line(): string {
    const parts = COUNTED.flatMap((counted) => {
      const count = this.#counts.get(counted);
      return count === undefined ? [] : [`${formatCount(count)} ${COUNTED_AS[counted]}`];
    });
    return `${countOf(this.#sessions, "session")}: ${parts.join(", ")}`;
  }
}

function kindOf({ verdict, problems }: Verification): Counted {
  if (verdict === "corrupt") return "damaged";
  if (verdict === "torn" || verdict === "empty") return verdict;
  return problems.length > 0 ? "faulty" : verdict;
}
