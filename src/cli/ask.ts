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
    asking.on("SIGINT", () => {
      process.stdout.write("\n");
      process.exit(EXIT.interrupted);
    });
    // At Ctrl-D there is no answer, and a question would wait for ever.
    const ended = new Promise<null>((resolve) => asking.once("close", () => resolve(null)));
    const answer = await Promise.race([asking.question(`${question} [y/N] `), ended]);
    // What is said next stands on a line of its own, also where nobody ended this one.
    if (answer === null) await out.line();
    return /^y(es)?$/i.test((answer ?? "").trim());
  } finally {
    asking.close();
  }
}
