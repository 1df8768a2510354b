/**
 * Starts so many calls of tools at once, finishes all but one in an order of their own, prints "done" and waits to be killed.
 * usage: node parallel-calls.mjs <sessions folder> <session id> <calls>
 */
import { setTimeout as sleep } from "node:timers/promises";
import { Session } from "@choragen/session-journal";

const [sessionsDir, sessionId, calls] = process.argv.slice(2);
const session = new Session({ role: "parallel", model: "none", sessionId, sessionsDir });

async function call(n) {
  const open = session.startToolCall({
    name: `tool-${n}`,
    params: { n },
    governanceResult: { allowed: true },
    callId: `call-${n}`,
  });
  await sleep((n * 7) % 11);
  if (n > 0) await open.finish({ success: true, data: n });
}

const running = Array.from({ length: Number(calls) }, (_, n) => call(n));
await Promise.all(running);
process.stdout.write("done\n");
setInterval(() => {}, 1000);
