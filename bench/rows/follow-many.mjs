// @ts-check
/** How soon a record is seen by a process that follows 50 sessions at once, while all of them are written. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { Session } from "../library.mjs";
import { figure, quantile } from "../measure.mjs";
import { programPath } from "../programs.mjs";
import { duration } from "../table.mjs";

const SESSIONS = 50;
const P50_LIMIT_NS = 1e6;
const P99_LIMIT_NS = 20e6;

/** @param {import("../place.mjs").Context} context */
export async function measure({ dir, quick }) {
  const what = `seen by a follower of ${SESSIONS} sessions`;
  const open = () => new Session({ role: "bench", model: "none", sessionsDir: dir, autosave: false });
  // Half of them run already when the following begins.
  const sessions = Array.from({ length: SESSIONS / 2 }, open);
  const child = spawn(process.execPath, [programPath("follower-many"), dir, String(SESSIONS)], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (piece) => {
    output += piece;
  });
  await sleep(500);
  sessions.push(...Array.from({ length: SESSIONS / 2 }, open));
  await once(child.stderr, "data");
  await write(sessions, quick ? 500 : 5000);
  const closed = once(child, "close");
  for (const session of sessions) await session.end("success");
  await closed;
  const { samples } = figure(what, JSON.parse(output).latencies);
  return [
    row(`${what}, p50`, quantile(samples, 0.5), P50_LIMIT_NS, `${samples.length} records`),
    row(`${what}, p99`, quantile(samples, 0.99), P99_LIMIT_NS, `at most ${duration(samples.at(-1) ?? 0)}`),
  ];
}

/**
 * Each session has about eight events a second; every twentieth time, five sessions write at once.
 *
 * @param {readonly InstanceType<typeof Session>[]} sessions
 * @param {number} count
 */
async function write(sessions, count) {
  for (let i = 0; i < count; i += 1) {
    const sent = process.hrtime.bigint().toString();
    const session = sessions[(i * 7) % sessions.length];
    session?.append({ type: "x-bench.sent", data: { sent, filler: "x".repeat(500) } });
    if (i % 20 > 4) await sleep(1 + ((i * 7) % 5));
  }
}

/**
 * @param {string} what
 * @param {number} value
 * @param {number} limit
 * @param {string} detail
 */
function row(what, value, limit, detail) {
  return { what, value: duration(value), limit: duration(limit), met: value <= limit, details: [detail] };
}
