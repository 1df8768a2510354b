// @ts-check
/**
 * Follows every session of a folder until a given number has ended, and says how long after it was stated each event was
 * seen: the event carries the clock of its writer, which is the same clock in every process of a machine.
 */
import { followSessions } from "../library.mjs";

const [, , sessionsDir, sessions] = /** @type {[string, string, string, string]} */ (process.argv);

/** @type {number[]} */
const latencies = [];
let begun = 0;
let ended = 0;
for await (const { record } of followSessions({ sessionsDir, from: "start" })) {
  const seen = process.hrtime.bigint();
  const { sent } = record.data;
  if (typeof sent === "string") latencies.push(Number(seen - BigInt(sent)));
  else if (record.type === "session.started") begun += 1;
  else if (record.type === "session.ended") ended += 1;
  if (record.type === "session.started" && begun === Number(sessions)) process.stderr.write("following\n");
  if (ended === Number(sessions)) break;
}
console.log(JSON.stringify({ latencies }));
