/** Processes that all want one session, while others list it in a loop, which probes its lock. */
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { readJournal, Session } from "@choragen/session-journal";
import { journalIn, verdictOn } from "../examine.js";
import { type FaultCase, hold, NotHeld, type Wanted } from "../fault-case.js";
import { printedBy } from "../printed.js";
import { SESSION } from "../recorder.js";
import type { Room } from "../room.js";

interface Fighter {
  readonly name: string;
  readonly had: number;
  readonly locked: number;
  readonly seqs: readonly number[];
}

function start(room: Room, program: string, ...parameters: string[]) {
  const path = fileURLToPath(new URL(`../../programs/${program}.js`, import.meta.url));
  return room.own(spawn(process.execPath, [path, ...parameters], { stdio: ["pipe", "pipe", "inherit"] }));
}

function fight(count: number, times: number, covers: Wanted): FaultCase {
  return {
    name: `${count} processes and one session`,
    covers: [covers, "a lister that probes in a loop"],
    needs: [],
    does: `${count} processes open the session, append to it and close it, ${times} times each, while a lister probes it in a loop`,
    holds:
      "never two at once: each append has its own seq, nothing is lost, and the lister sees the session at all times",
    limitSeconds: 180,
    run: async (room) => {
      const sessionsDir = room.directory("sessions");
      await new Session({ role: "wanted", model: "none", sessionId: SESSION, sessionsDir }).close();
      const lister = start(room, "list-without-end", sessionsDir);
      const listed = printedBy(lister);
      const fighters = await Promise.all(
        Array.from({ length: count }, async (_, n) =>
          printedBy(start(room, "open-in-turn", sessionsDir, SESSION, `p${n}`, String(times))),
        ),
      );
      lister.stdin?.end();
      const { lifecycles } = JSON.parse((await listed).split("\n")[1] ?? "") as {
        lifecycles: { [lifecycle: string]: number };
      };
      const odd = Object.keys(lifecycles).filter((each) => each !== "running" && each !== "interrupted");
      hold(odd.length === 0, `the session was listed as ${odd.join(", ")}`);

      const seen = fighters.map((text) => JSON.parse(text) as Fighter);
      const { lost, verdict } = await compare(sessionsDir, seen);
      if (lost > 0) throw new NotHeld(`${lost} appends are gone`, lost);
      const session = await Session.open(SESSION, { sessionsDir });
      await session?.end("success");
      await verdictOn(journalIn(sessionsDir), "sound");
      const locked = seen.reduce((sum, each) => sum + each.locked, 0);
      return {
        kernelSaid: "",
        acknowledged: count * times,
        lost,
        verdict,
        wentOn: `in turn, ${locked} times locked out`,
      };
    },
  };
}

async function compare(sessionsDir: string, fighters: readonly Fighter[]) {
  const verdict = await verdictOn(journalIn(sessionsDir), "sound");
  const found = new Map<number, string>();
  for await (const { seq, type, data } of readJournal(journalIn(sessionsDir))) {
    if (type !== "message.added") continue;
    const { name, n } = (data.message as { content: { name: string; n: number } }).content;
    found.set(seq, `${name} ${n}`);
  }
  const told = fighters.flatMap(({ name, seqs }) => seqs.map((seq, n) => [seq, `${name} ${n}`] as const));
  hold(new Set(told.map(([seq]) => seq)).size === told.length, "two processes were given one seq");
  const lost = told.filter(([seq, what]) => found.get(seq) !== what).length;
  hold(lost > 0 || found.size === told.length, `${found.size} appends are there, of ${told.length}`);
  return { lost, verdict };
}

export const fights: readonly FaultCase[] = [
  fight(2, 40, "two processes fighting for one session"),
  fight(20, 4, "twenty processes fighting for one session"),
];
