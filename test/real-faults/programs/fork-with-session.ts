/**
 * Forks a child while a session is open, and records on. The child tries to have the session and prints what it is told;
 * then it stays, longer than its parent.
 * usage: node fork-with-session.js <sessions folder> <session id> [child]
 */
import { fork } from "node:child_process";
import { writeSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Session } from "@choragen/session-journal";
import { contentOf } from "../../programs/kill-content.js";

const [sessionsDir = "", sessionId = "", role = "parent"] = process.argv.slice(2);

if (role === "parent") await record();
else await want();

async function record(): Promise<void> {
  const session = new Session({ role: "forking", model: "none", sessionId, sessionsDir });
  let n = 0;
  const append = () => {
    n += 1;
    const seq = session.addNote("numbered", { n, bytes: 600, text: contentOf(n, 600) });
    writeSync(1, `${n} ${seq}\n`);
  };
  for (let i = 0; i < 50; i += 1) append();
  const parameters = [sessionsDir, sessionId, "child"];
  const child = fork(fileURLToPath(import.meta.url), parameters, { detached: true });
  writeSync(1, `forked ${child.pid}\n`);
  child.once("message", async () => {
    for (let i = 0; i < 50; i += 1) append();
    await session.completeTurn();
    writeSync(1, "recorded on\n");
  });
  // Appends go on while the child starts.
  setInterval(append, 5);
}

async function want(): Promise<void> {
  try {
    await Session.open(sessionId, { sessionsDir });
    writeSync(1, "child open\n");
  } catch (error) {
    writeSync(1, `child ${(error as { code?: string }).code ?? String(error)}\n`);
  }
  const inherited = await Session.load(sessionId, { sessionsDir });
  writeSync(1, `child sees ${inherited?.toJSON().notes.length}\n`);
  process.send?.("seen");
  process.on("disconnect", () => {});
  setInterval(() => {}, 1_000);
}
