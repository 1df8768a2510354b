/**
 * Records so many sessions at once in this process, a few events to each in turn, and ends them together.
 * usage: node many-sessions.js <sessions folder> <sessions> <events each>
 */

import { JournalError, Session } from "@choragen/session-journal";
import { tell } from "./tell.js";

const [sessionsDir = "", count = "1000", events = "100"] = process.argv.slice(2);

/** What the sessions told of: with too few descriptors a snapshot may fail, never the journal. */
const failures: JournalError[] = [];

function start(sessionId: string): Session {
  const onFailure = (error: JournalError) => void failures.push(error);
  return new Session({ role: "load", model: "none", sessionId, sessionsDir, onFailure });
}

const sessions: Session[] = [];
let refused: { code: string; errno: number | undefined; message: string } | null = null;
for (let n = 0; n < Number(count); n += 1) {
  try {
    sessions.push(start(`load-${n}`));
  } catch (error) {
    if (!(error instanceof JournalError)) throw error;
    refused = { code: error.code, errno: error.errno, message: error.message };
    break;
  }
}
for (let event = 0; event < Number(events); event += 1) {
  for (const session of sessions)
    session.addMessage({ role: "user", content: `event ${event} of ${session.id}` });
}
await Promise.all(sessions.map((session) => session.completeTurn()));
if (refused === null) await Promise.all(sessions.map((session) => session.end("success")));
// One after the other where there are no descriptors to spare.
else for (const session of sessions) await session.end("success");
let after = 0;
if (refused !== null) {
  await start("load-after").end("success");
  after = 1;
}
tell({ opened: sessions.length, refused, after, told: failures.length });
