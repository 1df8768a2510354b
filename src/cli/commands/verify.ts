/** `verify`: whether journals are whole, a line for each, and the place of every fault. It changes nothing. */
import { statSync } from "node:fs";
import { basename } from "node:path";
import type { KeptHead } from "../../journal/kept-head.js";
import { type Verification, type VerifyOptions, verifyJournal } from "../../journal/verify.js";
import { type VerifiedSession, verifySessions } from "../../store/verify-sessions.js";
import { type Command, type Context, JSON_OPTION, WORKSPACE_OPTION } from "../command.js";
import { describeFailure, type Failure, usageError } from "../errors.js";
import { EXIT, type ExitCode } from "../exit-codes.js";
import { findJournal, journalKey } from "../find-journal.js";
import { type Progress, startProgress } from "../terminal/progress.js";
import { wrapped } from "../terminal/wrapped.js";
import { formatBytes } from "../view/figures.js";
import { unverifiedLines, VerificationCount, verificationLines } from "../view/verification.js";
import { findPlace, shownPath } from "../workspace.js";

export const verify: Command = {
  usage: "[SESSION...]",
  about: [
    "Checks that journals are whole: every line's form, number and hash, that the calls of tools pair, that nothing stands behind the end of a session, that the snapshot fits, and that nobody else can read them. One line for each journal; below it each fault with its line and byte. Without SESSION it checks the whole workspace, newest first.",
    "",
    "The exit status is 1 where anything was found, and 3 where a journal could not be read: the others are checked all the same. A journal that is being written is sound as far as it goes.",
    "",
    "The chain of hashes shows damage and edits. It does not show a journal that somebody made anew as a whole, nor by itself a tail that was cut off. Against these help the seals of a session that signs (--public-key), and a head that was kept elsewhere (--head).",
  ],
  options: [
    {
      name: "public-key",
      value: "FILE",
      about:
        "Check the seals as well, with this Ed25519 public key (PEM, or base64), and that they cover every record",
    },
    {
      name: "head",
      value: "SEQ:HASH",
      about: "Check that record SEQ still has this hash, which was kept elsewhere (of one SESSION)",
    },
    { name: "all", short: "a", about: "All sessions of the workspace, as without SESSION" },
    WORKSPACE_OPTION,
    { ...JSON_OPTION, about: "Print what was found as NDJSON for programs, without the count" },
  ],
  operands: { atLeast: 0, atMost: Number.POSITIVE_INFINITY, hint: "" },
  examples: [
    ["verify latest", "the session that was started last"],
    ["verify", "all of the workspace"],
    ["verify backup/*.ndjson", "journals anywhere"],
    ["verify latest --public-key auditor/agent.pub.pem", "nobody without the key has changed it"],
    ["verify --json | jq -r 'select(.verdict == \"corrupt\").path'", "where the damaged ones are"],
  ],
  run,
};

/** One journal that was looked at, and what it is called; `failure` where it could not be named or read. */
type Checked = Omit<VerifiedSession, "id"> & { readonly name: string; readonly failure?: Failure };

async function run(context: Context): Promise<ExitCode> {
  const { given, out, paint, say, width } = context;
  const wanted = given.operands;
  if (given.has("all") && wanted.length > 0) {
    throw usageError("verify takes sessions, or --all for the workspace, not both");
  }
  const proof = await readProof(context);
  const progress = startProgress("verifying", wanted.length === 1 ? { unit: "bytes" } : {});
  const format = await createFormat(context);
  const count = new VerificationCount();
  let exitCode: ExitCode = EXIT.ok;
  try {
    for await (const checked of wanted.length > 0
      ? verifyEach(context, progress, proof)
      : verifyAll(context, progress, proof)) {
      count.add(checked);
      exitCode = worse(exitCode, exitCodeOf(checked));
      if (checked.failure === undefined) for (const line of format(checked)) await out.line(line);
      else {
        await out.flush();
        say(checked.failure.message);
      }
    }
  } finally {
    progress.end();
  }
  if (count.sessions === 0) say(`there are no sessions yet in ${shownPath(placeOf(context))}`);
  else if (wanted.length !== 1 && !given.has("json")) {
    for (const line of wrapped(count.line(), "plain", paint, width)) await out.line(line);
  }
  return exitCode;
}

/** What was kept elsewhere to hold the journals against. */
type Proof = Pick<VerifyOptions, "publicKey" | "keptHead">;

async function readProof({ given }: Context): Promise<Proof> {
  const [head, path] = [given.value("head"), given.value("public-key")];
  if (head !== undefined && given.operands.length !== 1) {
    throw usageError("--head is of one journal: verify SESSION --head SEQ:HASH");
  }
  const keptHead = head === undefined ? undefined : readHead(head);
  if (path === undefined) return { keptHead };
  const { readPublicKeyFile } = await import("../key-files.js");
  return { keptHead, publicKey: readPublicKeyFile("public-key", path) };
}

function readHead(text: string): KeptHead {
  const [, seq = "", hash = ""] = /^([1-9]\d{0,14}):([\w-]{43})$/.exec(text) ?? [];
  if (hash !== "") return { seq: Number(seq), hash };
  throw usageError(
    `--head is the number of a record, a colon and the 43 characters of its hash, not "${text}"`,
  );
}

async function* verifyAll(
  context: Context,
  progress: Progress,
  { publicKey }: Proof,
): AsyncGenerator<Checked, void> {
  const sessions = verifySessions({
    publicKey,
    sessionsDir: placeOf(context),
    onProgress: ({ done, total, id, bytes }) =>
      progress.at(done, total, bytes > SHOWN_BYTES ? `${id}  ${formatBytes(bytes)}` : id),
  });
  for await (const { id, ...rest } of sessions) yield { name: id, ...rest };
}

/** Of a journal so long that it takes a while, it is told how far it is. */
const SHOWN_BYTES = 16 * 1024 * 1024;

function placeOf({ given }: Context): string {
  return findPlace(given.value("workspace")).directory;
}

async function* verifyEach(
  { given }: Context,
  progress: Progress,
  proof: Proof,
): AsyncGenerator<Checked, void> {
  // A session that is named twice is checked once.
  const operands = [...new Set(given.operands)];
  const seen = new Set<string>();
  for (const [done, wanted] of operands.entries()) {
    try {
      const path = findJournal(wanted, given.value("workspace"));
      if (seen.has(journalKey(path))) continue;
      seen.add(journalKey(path));
      const name = path === wanted ? path : basename(path, ".ndjson");
      const total = statSync(path, { throwIfNoEntry: false })?.size;
      const onProgress = (bytes: number) =>
        operands.length === 1 ? progress.at(bytes, total, name) : progress.at(done, operands.length, name);
      yield { name, path, verification: await verifyJournal(path, { ...proof, onProgress }) };
    } catch (error) {
      // The others are checked all the same.
      yield { name: wanted, path: wanted, failure: describeFailure(error) };
    }
  }
}

/** What could not be looked at weighs more than what was found: not all has been checked. */
function worse(one: ExitCode, other: ExitCode): ExitCode {
  return other > one ? other : one;
}

function exitCodeOf({ verification, error, failure }: Checked): ExitCode {
  if (failure !== undefined) return failure.exitCode;
  if (verification !== undefined) return isSound(verification) ? EXIT.ok : EXIT.finding;
  if (error === undefined) return EXIT.ok;
  return error.code === "JOURNAL_MISSING" ? EXIT.finding : EXIT.inputOutput;
}

export function isSound({ verdict, problems }: Verification): boolean {
  return (verdict === "sound" || verdict === "growing") && problems.length === 0;
}

type Format = (checked: Checked) => string[];

async function createFormat({ given, paint, width }: Context): Promise<Format> {
  if (!given.has("json")) {
    return ({ name, verification, ...rest }) =>
      verification === undefined
        ? unverifiedLines({ id: name, ...rest }, paint, width)
        : verificationLines(verification, name, paint, width);
  }
  const { JsonLines } = await import("../json-lines.js");
  const lines = new JsonLines();
  return ({ name, path, verification, error }) => [
    lines.format(
      verification ?? {
        path,
        sessionId: name,
        verdict: null,
        error: error === undefined ? null : { code: error.code, message: error.message },
      },
    ),
  ];
}
