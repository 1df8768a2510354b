/** Asks the person at the terminal whether something may be done. It does nothing else. */
import { createInterface } from "node:readline/promises";
import type { Context } from "./command.js";
import { usageError } from "./errors.js";
import { EXIT } from "./exit-codes.js";

/**
 * True where `--yes` was given, or the person says yes. Throws a usage error where nobody is there to answer; `what` is
 * the command, and what it was to do to what.
 */
export async function isAgreed({ out, given }: Context, question: string, what: string): Promise<boolean> {
  if (given.has("yes")) return true;
  await out.flush();
  if (!process.stdin.isTTY || !process.stdout.isTTY || given.has("json")) {
    throw usageError(`${what}, and nobody is here to answer; say --yes`);
  }
  const asking = createInterface({ input: process.stdin, output: process.stdout });
  try {
    asking.on("SIGINT", () => process.exit(EXIT.interrupted));
    // At Ctrl-D there is no answer, and a question would wait for ever.
    const ended = new Promise<string>((resolve) => asking.once("close", () => resolve("")));
    return /^y(es)?$/i.test((await Promise.race([asking.question(`${question} [y/N] `), ended])).trim());
  } finally {
    asking.close();
  }
}
