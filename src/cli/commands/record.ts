/** `record`: records a session from events on standard input; docs/reference/record-protocol.md says how. */
import { LEAST_OVER_BYTES } from "../../blobs/offload.js";
import { isSeal } from "../../event/seal.js";
import { MAX_LINE_BYTES } from "../../journal/line.js";
import type { BlobOptions, Durability } from "../../recording/types.js";
import { openRedaction, type RedactOptions } from "../../redaction/options.js";
import { Session } from "../../session.js";
import type { SigningOptions } from "../../signing/types.js";
import { resolvePlace } from "../../store/place.js";
import { type Command, type Context, WORKSPACE_OPTION } from "../command.js";
import { describeFailure, usageError } from "../errors.js";
import { EXIT, type ExitCode } from "../exit-codes.js";
import { Acknowledger } from "../record/acknowledge.js";
import { LineError } from "../record/line-error.js";
import { RecordedInput, type Stop } from "../record/record-input.js";
import { findWhereToRecord, isDirectory, shownPath } from "../workspace.js";

export const record: Command = {
  usage: "--role ROLE --model MODEL [OPTION]... < EVENTS",
  about: [
    'Records a session from events on standard input, one JSON object a line: {"type": …, "data": …}. Prints the session\'s id on the first line and, with --ack, the number of each event on a line of its own once it is on stable storage.',
    "",
    'The end of the input closes the session; {"type":"session.ended","data":{"outcome":"success"}} ends it. A line that is no event stops the recording: its number is told, everything before it is kept, and the exit status is 1.',
  ],
  options: [
    { name: "role", value: "ROLE", about: "What the agent is there for (required)" },
    { name: "model", value: "MODEL", about: "The model it runs on (required)" },
    { name: "id", value: "ID", about: "The session's id; made up where it is not given" },
    { name: "chain", value: "ID", about: "The chain of tasks it belongs to" },
    { name: "task", value: "ID", about: "The task it works on" },
    { name: "parent", value: "ID", about: "The session that started this one" },
    {
      name: "durability",
      value: "WHEN",
      about:
        'When to sync: "process" at the end, "boundary" within a second (default), "always" after every event',
      choices: ["process", "boundary", "always"],
    },
    { name: "redact-secrets", about: "Record tokens, private keys and passwords in URLs as [REDACTED:…]" },
    {
      name: "redact-key",
      value: "NAME",
      isRepeatable: true,
      about: "Record the value of every member of this name as [REDACTED:…]",
    },
    {
      name: "redact-path",
      value: "PATH",
      isRepeatable: true,
      about: "Record what stands there in an event's data, such as params.env.*, as [REDACTED:…]",
    },
    {
      name: "sign-key",
      value: "FILE",
      about:
        "Seal the journal with this Ed25519 private key (PEM), at its end and after every 1,000 records or minute",
    },
    { name: "sign-every", value: "N", about: "With --sign-key: seal it after every N records" },
    {
      name: "blobs-over",
      value: "BYTES",
      about: "Write texts of more bytes to files of their own, each once (from 1024)",
    },
    { name: "ack", about: "Print each event's number once it is durable" },
    WORKSPACE_OPTION,
  ],
  operands: { atLeast: 0, atMost: 0, hint: "" },
  examples: [
    ["record --role impl --model gpt-5 < events.ndjson", "records a file of events"],
    ["record --role r --model m --redact-secrets --redact-key pin", "keeps secrets out"],
    ["record --role impl --model gpt-5 --ack", "for a runtime that waits until each event is safe"],
  ],
  handlesSignals: true,
  goesOnUnread: true,
  run,
};

async function run(context: Context): Promise<ExitCode> {
  const { given, out, say } = context;
  const fail = (error: unknown) => input.fail(error);
  const signing = await readSigning(context);
  const session = start(context, signing, (error) =>
    error === session.health.failure ? fail(error) : say(error.message),
  );
  const acknowledger = given.has("ack")
    ? new Acknowledger(session, out, session.health.writtenSeq, fail)
    : null;
  if (signing !== undefined && acknowledger !== null) {
    session.subscribe((written) => void (isSeal(written) && acknowledger.passOver(written.seq)));
  }
  const input = new RecordedInput(session, process.stdin, acknowledger, MAX_LINE_BYTES);
  await out.line(session.id);
  await out.flush();
  if (process.stdin.isTTY) say("type events, one JSON object a line; Ctrl-D closes the session");
  const stopped = await input.takeAll();
  try {
    await input.leave();
  } catch (error) {
    // The first failure is the cause of it.
    if (stopped.error === undefined || stopped.error instanceof LineError) throw error;
  }
  return tell(context, stopped, input.hasUnfinishedLine);
}

async function readSigning({ given, say }: Context): Promise<SigningOptions | undefined> {
  const [path, every] = [given.value("sign-key"), given.value("sign-every")];
  if (path === undefined) {
    if (every === undefined) return undefined;
    throw usageError("--sign-every needs the key to sign with: --sign-key FILE");
  }
  if (every !== undefined && !/^[1-9]\d{0,14}$/.test(every)) {
    throw usageError(`--sign-every is a whole number from 1, not "${every}"`);
  }
  const { readPrivateKeyFile } = await import("../key-files.js");
  const privateKey = readPrivateKeyFile("sign-key", path, say);
  return { privateKey, everyRecords: every === undefined ? undefined : Number(every) };
}

function start(
  { given, say }: Context,
  signing: SigningOptions | undefined,
  onFailure: (error: Error) => void,
): Session {
  const where = findWhereToRecord(given.value("workspace"));
  const { directory } = resolvePlace(where);
  const isNew = !isDirectory(directory);
  const session = new Session({
    ...where,
    role: required("role", given.value("role")),
    model: required("model", given.value("model")),
    sessionId: given.value("id"),
    chainId: given.value("chain"),
    taskId: given.value("task"),
    parentSessionId: given.value("parent"),
    durability: readDurability(given.value("durability")),
    redact: readRedaction(given),
    signing,
    blobs: readBlobs(given.value("blobs-over")),
    onFailure,
  });
  if (isNew) say(`made ${shownPath(directory)} for this session`);
  return session;
}

function tell({ say }: Context, { error, signal }: Stop, isLineUnfinished: boolean): ExitCode {
  if (error !== undefined) {
    const isLine = error instanceof LineError;
    const { message, exitCode } = describeFailure(error);
    say(isLine ? `${error.message}; everything before it is recorded` : message);
    return isLine ? EXIT.finding : exitCode;
  }
  if (signal === undefined) return EXIT.ok;
  if (isLineUnfinished) say(`ended by ${signal} in the middle of a line, which is not recorded`);
  return signal === "SIGINT" ? EXIT.interrupted : EXIT.terminated;
}

function required(name: string, value: string | undefined): string {
  if (value !== undefined) return value;
  throw usageError(`record needs --${name}; see choragen-session record --help`);
}

function readRedaction(given: Context["given"]): RedactOptions {
  const options: RedactOptions = {
    secrets: given.has("redact-secrets"),
    keys: given.values("redact-key"),
    paths: given.values("redact-path"),
  };
  try {
    openRedaction(options);
  } catch (error) {
    throw usageError((error as Error).message.replace(/^redact\.(key|path)s: /, "--redact-$1: "));
  }
  return options;
}

function readBlobs(text: string | undefined): BlobOptions | undefined {
  if (text === undefined) return undefined;
  if (/^\d{4,9}$/.test(text) && Number(text) >= LEAST_OVER_BYTES) return { overBytes: Number(text) };
  throw usageError(`--blobs-over takes a number of bytes from ${LEAST_OVER_BYTES}, not "${text}"`);
}

function readDurability(text = "boundary"): Durability {
  if (text === "process" || text === "boundary" || text === "always") return text;
  throw usageError(`--durability is "process", "boundary" or "always", not "${text}"`);
}
