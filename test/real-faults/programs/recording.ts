/**
 * Records numbered events as it is told to, line by line on standard input, and prints as lines of JSON what it did:
 * each event that is acknowledged, each command that is done, and whatever the recorder tells.
 * usage: node recording.js <sessions folder> <session id> <durability>
 */
import { closeSync, openSync, writeSync } from "node:fs";
import { createInterface } from "node:readline";
import { listSessions, Session, verifyJournal } from "@choragen/session-journal";
import { contentOf } from "../../programs/kill-content.js";
import type { Said, Told } from "../said.js";

const [sessionsDir = "", sessionId = "", durability = "boundary"] = process.argv.slice(2);
const options = {
  sessionsDir,
  durability: durability as "process" | "boundary" | "always",
  onFailure: (error: Error) => say({ told: describe(error) }),
};
let session: Session | null = null;
let next = 1;
const hoard: number[] = [];

process.on("warning", (warning) => say({ told: describe(warning) }));

function say(said: Said): void {
  writeSync(1, `${JSON.stringify(said)}\n`);
}

function describe(error: unknown): Told {
  const { code, reason, message, cause } = error as Error & { code?: string; reason?: string };
  const system = (cause as { code?: string } | undefined)?.code ?? "";
  return { code: code ?? "", reason: reason ?? "", system, message };
}

function current(): Session {
  if (session === null) throw new Error("no session is open");
  return session;
}

/** What is there already is not appended again. */
function resume(opened: Session | null): void {
  if (opened === null) throw new Error("the session is gone");
  session = opened;
  const numbers = opened.toJSON().notes.map(({ data }) => (data as { n: number }).n);
  next = Math.max(0, ...numbers) + 1;
}

const commands: { readonly [name: string]: (...parameters: string[]) => unknown } = {
  begin: () => {
    session = new Session({ role: "recording", model: "none", sessionId, ...options });
  },
  open: async () => resume(await Session.open(sessionId, options)),
  append: (count, bytes) => {
    for (let i = 0; i < Number(count); i += 1) {
      const event = { n: next, bytes: Number(bytes), text: contentOf(next, Number(bytes)) };
      say({ n: next, bytes: event.bytes, seq: current().addNote("numbered", event) });
      next += 1;
    }
  },
  turn: () => current().completeTurn(),
  flush: () => current().flush(),
  save: () => current().save(),
  end: () => current().end("success"),
  close: () => current().close(),
  wait: (ms) => new Promise((resolve) => setTimeout(resolve, Number(ms))),
  date: () => new Date().toISOString(),
  load: async () => (await Session.load(sessionId, { sessionsDir }))?.toJSON().notes.length ?? null,
  create: async (id) => {
    const other = new Session({ role: "other", model: "none", sessionId: id, ...options });
    await other.close();
  },
  list: async () => {
    const lifecycles: string[] = [];
    for await (const { lifecycle } of listSessions({ sessionsDir })) lifecycles.push(lifecycle);
    return lifecycles.join(" ");
  },
  verify: async () => (await verifyJournal(current().journalPath)).verdict,
  hoard: () => {
    try {
      for (;;) hoard.push(openSync("/dev/null", "r"));
    } catch (error) {
      return (error as { code?: string }).code;
    }
  },
  release: () => {
    for (const fd of hoard.splice(0)) closeSync(fd);
  },
};

say({ ready: true });
for await (const line of createInterface({ input: process.stdin })) {
  const [name = "", ...parameters] = line.split(" ");
  try {
    const result = await commands[name]?.(...parameters);
    say({ done: name, result: result ?? null, ...health() });
  } catch (error) {
    say({ done: name, error: describe(error), ...health() });
  }
}

function health(): { durable: number; isFailing: boolean } {
  const { durableSeq = 0, failure } = session?.health ?? {};
  return { durable: durableSeq, isFailing: failure !== undefined };
}
