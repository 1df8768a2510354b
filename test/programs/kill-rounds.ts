/**
 * Kills a process that records, again and again, and looks each time whether all that it was told is written is there.
 * Prints what it saw as JSON; exits with 1, and keeps the files, where anything was lost, doubled, changed or damaged.
 * usage: node kill-rounds.js [--rounds 1000] [--bytes 300] [--session-rounds 25] [--seed 1]
 */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { type JournalRecord, readJournal, Session, verifyJournal } from "@choragen/session-journal";
import { type Found, findViolation } from "./kill-check.js";

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "1000" },
    bytes: { type: "string", default: "300" },
    "session-rounds": { type: "string", default: "25" },
    seed: { type: "string", default: "1" },
  },
});
const rounds = Number(values.rounds);
const eventBytes = Number(values.bytes);
const sessionRounds = Number(values["session-rounds"]);
const program = fileURLToPath(new URL("append-until-killed.js", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "kill-rounds-"));
const seen = {
  rounds: 0,
  acknowledged: 0,
  killedWhileOpening: 0,
  torn: 0,
  unacknowledged: 0,
  recoveries: 0,
  bytes: 0,
};

let seed = Number(values.seed);
/** From 0 up to 1; the same for the same seed. */
function random(): number {
  seed = (seed * 48_271) % 2_147_483_647;
  return seed / 2_147_483_647;
}

try {
  for (let sessions = 1; seen.rounds < rounds; sessions += 1) await killOneSession(`killed-${sessions}`);
  process.stdout.write(`${JSON.stringify({ ...seen, eventBytes, seed: Number(values.seed) })}\n`);
  rmSync(folder, { recursive: true });
} catch (error) {
  process.stderr.write(`After ${JSON.stringify(seen)} in ${folder}: ${(error as Error).stack}\n`);
  process.exitCode = 1;
}

async function killOneSession(id: string): Promise<void> {
  const where = { sessionsDir: folder };
  const path = join(folder, `${id}.ndjson`);
  const acknowledged = new Map<number, number>();
  for (let round = 0; round < sessionRounds && seen.rounds < rounds; round += 1) {
    const first = round === 0 ? 1 : (await checkKilled(id, path, acknowledged)).length + 1;
    await runUntilKilled(id, first, acknowledged);
    seen.rounds += 1;
  }
  const found = await checkKilled(id, path, acknowledged);

  // A last writer goes on in this process, and ends it.
  const session = await Session.open(id, where);
  if (session === null) return expectNothing(acknowledged);
  session.addMessage({ role: "user", content: "the last word" });
  await session.end("success");
  const { verdict, problems, bytes } = await verifyJournal(path);
  if (verdict !== "sound" || problems.length > 0) {
    throw new Error(`${id} is ${verdict} at its end: ${JSON.stringify(problems)}`);
  }
  const after = await numberedIn(path);
  if (after.length !== found.length) throw new Error(`${id} lost events at its end`);
  seen.bytes += bytes;
  seen.recoveries += readdirSync(folder).filter((name) => name.startsWith(`${id}.ndjson.torn-`)).length;
  for (const name of readdirSync(folder)) if (name.includes(id)) rmSync(join(folder, name));
}

/** Lets it run for a random number of events, or a random time, which may be over before it has opened the journal. */
async function runUntilKilled(id: string, first: number, acknowledged: Map<number, number>): Promise<void> {
  const autosave = random() < 0.5 ? "yes" : "no";
  const child = spawn(process.execPath, [program, folder, id, String(first), String(eventBytes), autosave], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  const errors: Buffer[] = [];
  child.stderr?.on("data", (bytes: Buffer) => errors.push(bytes));
  const most = Math.max(2, Math.min(300, Math.floor(24_000_000 / eventBytes)));
  const eventMs = 3 + eventBytes / 100_000;
  const killAfter = random() < 0.2 ? 0 : 1 + Math.floor(random() * most);
  // Of large events, some kills fall into the write itself: the journal is seen growing.
  const isInWrite = killAfter > 0 && eventBytes > 1_000_000 && random() < 0.5;
  const timer = killAfter > 0 ? undefined : setTimeout(() => child.kill("SIGKILL"), 40 + random() * 160);
  let opened = false;
  let count = 0;
  for await (const line of createInterface({ input: child.stdout as NodeJS.ReadableStream })) {
    if (line === "open") {
      opened = true;
      continue;
    }
    const [n, seq] = line.split(" ").map(Number);
    if (n === undefined || seq === undefined) throw new Error(`the process printed ${JSON.stringify(line)}`);
    acknowledged.set(n, seq);
    seen.acknowledged += 1;
    count += 1;
    if (count !== killAfter) continue;
    if (isInWrite) killWhileGrowing(child, id);
    else setTimeout(() => child.kill("SIGKILL"), random() * eventMs);
  }
  clearTimeout(timer);
  await killedOrFail(child, errors);
  if (!opened) seen.killedWhileOpening += 1;
}

/** Blocks until the journal is larger than it was, and kills at once. */
function killWhileGrowing(child: ChildProcess, id: string): void {
  const path = join(folder, `${id}.ndjson`);
  const before = statSync(path).size;
  const deadline = performance.now() + 2_000;
  while (statSync(path).size === before && performance.now() < deadline);
  child.kill("SIGKILL");
}

async function killedOrFail(child: ChildProcess, errors: Buffer[]): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    await new Promise((resolve) => child.once("exit", resolve));
  }
  if (child.signalCode !== "SIGKILL") {
    throw new Error(`the process ended by itself (${child.exitCode}): ${Buffer.concat(errors).toString()}`);
  }
}

/** What the kill left, before anybody writes again. Throws where anything is not as it must be. */
async function checkKilled(id: string, path: string, acknowledged: Map<number, number>): Promise<Found[]> {
  const session = await Session.load(id, { sessionsDir: folder });
  if (session === null) {
    expectNothing(acknowledged);
    // Killed before its first record was whole: nobody overwrites what is there, so whoever began it takes it away.
    rmSync(path, { force: true });
    return [];
  }
  if (session.health.torn !== undefined) seen.torn += 1;
  const { verdict } = await verifyJournal(path);
  if (verdict !== "sound" && verdict !== "torn") throw new Error(`${id} is ${verdict} after a kill`);
  const found = await numberedIn(path);
  const violation = findViolation({ acknowledged, eventBytes }, found);
  if (violation !== null) throw new Error(`${id}: ${violation}`);
  const shown = session.toolCallCount + session.toJSON().notes.length;
  const expected = found.filter(({ n }) => n % 4 < 2).length;
  if (shown !== expected) throw new Error(`${id} shows ${shown} calls and notes of ${expected}`);
  for (const { n, seq } of found) {
    if (acknowledged.has(n)) continue;
    // Written whole and not yet told of when the kill came: from now on it must stay.
    seen.unacknowledged += 1;
    acknowledged.set(n, seq);
  }
  return found;
}

function expectNothing(acknowledged: Map<number, number>): void {
  if (acknowledged.size > 0) throw new Error(`${acknowledged.size} acknowledged events, and no session`);
}

async function numberedIn(path: string): Promise<Found[]> {
  const found: Found[] = [];
  for await (const { seq, type, data } of readJournal(path)) {
    const numbered = numberedData(type, data);
    if (numbered !== undefined) found.push({ n: Number(numbered.n), seq, text: numbered.text });
  }
  return found;
}

function numberedData(
  type: string,
  data: JournalRecord["data"],
): { n?: unknown; text?: unknown } | undefined {
  if (type === "x-numbered") return data;
  if (type === "note.added") return data.data as { n?: unknown };
  return type === "tool_call.started" ? (data.params as { n?: unknown }) : undefined;
}
