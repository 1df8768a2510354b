/** `scan-secrets`: where journals hold what says itself that it is a secret. It prints places, never values, and changes nothing. */
import { basename } from "node:path";
import type { SecretPlace } from "../../analysis/entry.js";
import { scanSecrets } from "../../analysis/secrets/scan-secrets.js";
import { chooseJournals } from "../chosen-journals.js";
import { type Command, type Context, JSON_OPTION, WORKSPACE_OPTION } from "../command.js";
import { usageError } from "../errors.js";
import { EXIT, type ExitCode } from "../exit-codes.js";
import { JournalReading } from "../journal-reading.js";
import { startProgress } from "../terminal/progress.js";

export const scanSecretsCommand: Command = {
  usage: "[SESSION...]",
  about: [
    "Looks through journals for tokens, private keys and passwords that say themselves what they are, and prints where they stand: session and record, a tag, the kind, and the place within the record. Never the secret. Equal tags are equal secrets; the tags are others each time. Without SESSION it looks through the whole workspace, newest first.",
    "",
    "It finds what record --redact-secrets would have kept out, by the same patterns. It does not find a password that stands on its own, nor what is encoded, compressed or split.",
    "",
    "The exit status is 1 where anything was found, or a journal is damaged: what lies behind the damage is not looked at; nor is a value whose blob cannot be read. It is 3 where a journal could not be read.",
  ],
  options: [
    { name: "all", short: "a", about: "All sessions of the workspace, as without SESSION" },
    WORKSPACE_OPTION,
    { ...JSON_OPTION, about: "Print each place as NDJSON for programs, without the count" },
  ],
  operands: { atLeast: 0, atMost: Number.POSITIVE_INFINITY, hint: "" },
  examples: [
    ["scan-secrets", "all sessions of the workspace"],
    ["scan-secrets latest", "the session that was started last"],
    ["scan-secrets --json | jq -r .sessionId | sort -u", "the ids of those that hold any"],
  ],
  run,
};

async function run(context: Context): Promise<ExitCode> {
  const { given, out, say } = context;
  if (given.has("all") && given.operands.length > 0) {
    throw usageError("scan-secrets takes sessions, or --all for the workspace, not both");
  }
  const journals = chooseJournals(given.operands, given.value("workspace")).map(({ path }) => path);
  const format = await createFormat(context, journals.length);
  const progress = startProgress("looking for secrets", { unit: "bytes" });
  const reading = new JournalReading(say, progress);
  let isFound = false;
  let isBlind = false;
  const onBlobFault = (path: string, { message }: { message: string }): void => {
    isBlind = true;
    say(`${basename(path, ".ndjson")}: not looked at: ${message}`);
  };
  try {
    for await (const found of scanSecrets({ journals, ...reading.options, onBlobFault })) {
      isFound = true;
      for (const line of format.place(found)) await out.line(line);
    }
  } finally {
    progress.end();
  }
  for (const line of format.end()) await out.line(line);
  return reading.failed ?? (isFound || isBlind || reading.isDamaged ? EXIT.finding : EXIT.ok);
}

interface Format {
  place(found: SecretPlace): Iterable<string>;
  end(): Iterable<string>;
}

async function createFormat({ given, paint, width }: Context, looked: number): Promise<Format> {
  if (given.has("json")) {
    const { JsonLines } = await import("../json-lines.js");
    const lines = new JsonLines();
    return { place: (found) => [lines.format(found)], end: () => [] };
  }
  const { SecretCount, SecretLines } = await import("../view/secret-lines.js");
  const lines = new SecretLines(paint, width);
  const count = new SecretCount();
  return {
    place: (found) => {
      count.add(found);
      return lines.lines(found);
    },
    end: () => count.lines(looked, paint, width),
  };
}
