/**
 * Records messages, prints what became of them, waits for a line of standard input, records more, and ends the session.
 * Prints "open" first, then a line of JSON for each round.
 * usage: node record-until-full.mjs <sessions folder> <session id> <messages in a round>
 */
import { once } from "node:events";
import { createInterface } from "node:readline";
import { Session } from "@choragen/session-journal";

const [sessionsDir, sessionId, count] = process.argv.slice(2);
const told = [];
const session = new Session({
  ...{ role: "filling", model: "none", sessionId, sessionsDir, autosave: false },
  onFailure: (error) => told.push(error.code),
});
const lines = createInterface({ input: process.stdin });
process.stdout.write("open\n");
await once(lines, "line");

let n = 0;
async function round() {
  const acknowledged = [];
  const errors = new Set();
  for (let left = Number(count); left > 0; left -= 1) {
    const content = `message ${n++} ${"x".repeat(400)}`;
    try {
      session.addMessage({ role: "user", content });
      acknowledged.push(content);
    } catch (error) {
      errors.add(`${error.code} ${error.reason} ${error.cause?.code}`);
    }
  }
  const failure = session.health.failure?.code ?? null;
  process.stdout.write(`${JSON.stringify({ acknowledged, errors: [...errors], told, failure })}\n`);
}

await round();
await once(lines, "line");
await round();
await session.end("success");
lines.close();
