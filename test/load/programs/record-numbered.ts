/**
 * Records so many numbered events of so many bytes in one session, and prints how many were acknowledged as durable.
 * usage: node record-numbered.js <sessions folder> <session id> <events> <bytes each> <end | leave> <messages | own>
 */

import { Session } from "@choragen/session-journal";
import { tell } from "./tell.js";

const [sessionsDir = "", sessionId = "", events = "0", bytes = "0", how = "end", kind = "own"] =
  process.argv.slice(2);
const text = "All work and no play makes a dull log. "
  .repeat(Math.ceil(Number(bytes) / 39))
  .slice(0, Number(bytes));

const session = new Session({ role: "load", model: "none", sessionId, sessionsDir });
const start = performance.now();
let durable = 0;
for (let n = 1; n <= Number(events); n += 1) {
  if (kind === "own") session.append({ type: "x-load", data: { n, text } });
  else session.addMessage({ role: n % 2 === 0 ? "assistant" : "user", content: `${n} ${text}` });
  if (n % 1_000 !== 0) continue;
  durable = await session.flush();
}
const appendSeconds = (performance.now() - start) / 1_000;
durable = await session.flush();
if (how === "end") await session.end("success");
tell({ durable, appendSeconds });
// Whoever leaves is as good as killed.
process.exit(0);
