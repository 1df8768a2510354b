/** `show`: a session for a reader: head, conversation, calls, tokens, what is open or damaged. It changes nothing. */
import { toPlain } from "../../event/plain.js";
import type { JournalRecord } from "../../event/types.js";
import type { SoundPart } from "../../journal/sound-part.js";
import { type Command, type Context, JSON_OPTION, WORKSPACE_OPTION } from "../command.js";
import { CommandError, missing } from "../errors.js";
import { EXIT, type ExitCode } from "../exit-codes.js";
import { findSession } from "../find-journal.js";
import { isBeingWritten } from "../follow-writer.js";
import { readNumber } from "../read-number.js";
import { readWithProgress } from "../read-with-progress.js";
import { damageBanner } from "../view/damage.js";
import { countOf, formatCount } from "../view/figures.js";
import type { SessionCircumstances, SessionText } from "../view/session-text.js";
import { shownPath } from "../workspace.js";

export const show: Command = {
  usage: "[--full] [--at SEQ] SESSION",
  about: [
    "Shows a session for a reader: what it was, the conversation with the calls of tools in it, the calls by tool, the tokens, and what is open or damaged. Long messages and results are cut unless --full is given. On a terminal, what is longer than the screen is shown page by page, by the program that PAGER names or less.",
    "",
    "With --at it shows the session as it was when that record had been written.",
    "",
    "What lies in a blob is shown by its size and how it begins.",
    "",
    "With --json it prints the state, as toJSON() of a Session gives it, on one line; values that lie in blobs are in it.",
    "",
    "A damaged journal is shown up to the damage, and the exit status is 1. A session of which only the snapshot is there is shown as that tells it.",
  ],
  options: [
    { name: "full", about: "Show every message and result to its end" },
    { name: "at", value: "SEQ", about: "Show it as it was at this record" },
    { name: "no-pager", about: "Print it in one go" },
    WORKSPACE_OPTION,
    JSON_OPTION,
  ],
  operands: { atLeast: 1, atMost: 1, hint: 'needs a session: an id, "latest" or the path of a journal' },
  examples: [
    ["show latest", "the session that was started last"],
    ["show 3fa2c1 --full --no-pager > run.txt", "all of a session"],
    ["show 3fa2c1 --at 120", "what had happened by record 120"],
    ["show latest --json | jq .tokenUsage", "what it used"],
  ],
  run,
};

async function run(context: Context): Promise<ExitCode> {
  const { given } = context;
  const at = readNumber(given.value("at"), "--at", 1);
  const session = findSession(given.operands[0] ?? "", given.value("workspace"));
  if (!session.hasJournal && session.snapshot !== undefined) {
    if (at !== undefined) {
      throw missing(
        `the journal of ${session.id} is gone, and its snapshot does not tell how it was at a record`,
      );
    }
    const { readSnapshotAlone } = await import("../show-snapshot.js");
    const { wholeState, records, about } = readSnapshotAlone(session.snapshot);
    if (given.has("json")) {
      const { state, missing: lacking } = wholeState();
      await printState(context, state);
      if (lacking !== null) context.say(lacking);
    } else {
      const text = await createText(context);
      for (const record of records) text.add(record);
      await printText(context, text, about);
    }
    return about.banner === "" ? EXIT.ok : EXIT.finding;
  }
  return await showJournal(context, session.journal, at);
}

async function showJournal(context: Context, path: string, at: number | undefined): Promise<ExitCode> {
  const { given, say } = context;
  // All is read, for what is behind that record is to be told too.
  const read = async (add: (record: JournalRecord) => void): Promise<SoundPart> => {
    const part = await readWithProgress(path, { withSnapshot: true }, async (records) => {
      for await (const record of records) if (at === undefined || record.seq <= at) add(record);
    });
    checkReach(part, at);
    return part;
  };
  let part: SoundPart;
  if (given.has("json")) {
    const { initialState, reduce } = await import("../../state/entry.js");
    const replayed = initialState();
    part = await read((record) => void reduce(replayed, record));
    const { SessionBlobs } = await import("../session-blobs.js");
    const blobs = new SessionBlobs(path);
    if (part.found.sound.seq > 0) await printState(context, blobs.readState(replayed));
    const banner = damageBanner(path, part.found);
    if (banner !== "") say(banner);
    if (blobs.whatIsMissing !== null) {
      say(blobs.whatIsMissing);
      return EXIT.finding;
    }
  } else {
    const text = await createText(context);
    part = await read((record) => text.add(record));
    await printText(context, text, circumstancesOf(part, at));
  }
  const { verdict } = part.found;
  return verdict === "sound" || verdict === "growing" ? EXIT.ok : EXIT.finding;
}

function circumstancesOf({ path, found }: SoundPart, at: number | undefined): SessionCircumstances {
  return {
    isBeingWritten: isBeingWritten(path),
    records: found.sound.seq,
    sizeBytes: found.sizeBytes,
    at: at === found.sound.seq ? undefined : at,
    isCorrupt: found.verdict === "corrupt",
    banner: damageBanner(path, found),
  };
}

function checkReach({ path, found }: SoundPart, at: number | undefined): void {
  const { seq } = found.sound;
  if (at === undefined || at <= seq) return;
  const isWhole = found.verdict === "sound" || found.verdict === "growing";
  const holds = `${shownPath(path)} has ${countOf(seq, isWhole ? "record" : "sound record")}`;
  const message = `${holds}; there is no record ${formatCount(at)}`;
  throw isWhole
    ? missing(message)
    : new CommandError(EXIT.finding, `${message}; ${damageBanner(path, found)}`);
}

async function printState({ out }: Context, state: object): Promise<void> {
  const { JsonLines } = await import("../json-lines.js");
  // A journal that somebody else wrote may hold what JSON cannot say again, such as 1e400.
  await out.line(new JsonLines().format(toPlain(state) as object));
}

async function createText({ given, paint, width }: Context): Promise<SessionText> {
  const { SessionText } = await import("../view/session-text.js");
  return new SessionText(paint, width, given.has("full"));
}

async function printText(
  { given, out }: Context,
  text: SessionText,
  about: SessionCircumstances,
): Promise<void> {
  const { printPaged } = await import("../terminal/pager.js");
  await printPaged(() => text.lines(about), out, !given.has("no-pager"));
}
