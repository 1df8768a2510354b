/**
 * Records in four worker threads at once, a session each, and ends them in four ways: one is terminated from outside, one
 * calls process.exit(), one throws, one goes on until the process leaves. Prints "<session> <n> <seq>" for each event that
 * is acknowledged, and what other threads of the process were told who wanted a session.
 * usage: node worker-threads.js <sessions folder>
 */
import { writeSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { Session } from "@choragen/session-journal";
import { contentOf } from "../../programs/kill-content.js";

interface Given {
  readonly sessionsDir: string;
  readonly way: string;
}

if (isMainThread) await runAll(process.argv[2] ?? "");
else await record(workerData as Given);

async function runAll(sessionsDir: string): Promise<void> {
  const ways = ["terminated", "exits", "throws", "stays"];
  const workers = ways.map((way) => {
    const worker = new Worker(fileURLToPath(import.meta.url), { workerData: { sessionsDir, way } });
    worker.on("error", () => {});
    return { worker, exited: new Promise((resolve) => worker.once("exit", resolve)) };
  });
  await Promise.all(workers.map(({ worker }) => new Promise((resolve) => worker.once("message", resolve))));
  await tell(sessionsDir, "stays");
  await workers[0]?.worker.terminate();
  await Promise.all(workers.slice(0, 3).map(({ exited }) => exited));
  // The thread is gone, the process is not.
  for (const way of ways.slice(0, 3)) await tell(sessionsDir, way);
  await wait(20);
  process.exit(0);
}

/** Opens the session of a thread, and prints what came of it. */
async function tell(sessionsDir: string, sessionId: string): Promise<void> {
  try {
    await (await Session.open(sessionId, { sessionsDir }))?.close();
    writeSync(1, `open ${sessionId}\n`);
  } catch (error) {
    writeSync(1, `${(error as { code?: string }).code ?? String(error)} ${sessionId}\n`);
  }
}

async function record({ sessionsDir, way }: Given): Promise<void> {
  const session = new Session({ role: "thread", model: "none", sessionId: way, sessionsDir });
  for (let n = 1; ; n += 1) {
    const seq = session.addNote("numbered", { n, bytes: 600, text: contentOf(n, 600) });
    writeSync(1, `${way} ${n} ${seq}\n`);
    if (n === 30) parentPort?.postMessage("begun");
    if (n === 60 && way === "exits") process.exit(0);
    if (n === 60 && way === "throws") throw new Error("the thread failed");
    if (n % 10 === 0) await session.completeTurn();
    if (n > 100) await wait(1);
  }
}
