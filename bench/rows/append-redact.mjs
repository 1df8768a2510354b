// @ts-check
/** What redaction costs an append, option by option, against the same appends without it. Nothing in the events is secret. */
import { messageOf } from "../events.mjs";
import { Session } from "../library.mjs";
import { interleave, timeCalls } from "../measure.mjs";
import { compare } from "../table.mjs";

/** @type {readonly { name: string, redact: import("../../src/index.js").RedactOptions }[]} */
const OPTIONS = [
  { name: "keys", redact: { keys: ["authorization", "password", "apiKey"] } },
  { name: "paths", redact: { paths: ["params.headers.*", "message.content[*].input.token"] } },
  { name: "secrets", redact: { secrets: true } },
];

/** @param {import("../place.mjs").Context} context */
export async function measure({ dir, quick }) {
  const rows = [];
  for (const { label, bytes, batch } of [
    { label: "600 bytes", bytes: 600, batch: 100 },
    { label: "8 KB", bytes: 8192, batch: 30 },
  ]) {
    const event = messageOf(bytes);
    const sessions = [{ name: "without redact", redact: undefined }, ...OPTIONS].map(({ name, redact }) => ({
      name,
      session: new Session({ role: "bench", model: "none", sessionsDir: dir, autosave: false, redact }),
    }));
    const sides = sessions.map(({ name, session }) => ({
      name,
      sample: () => timeCalls(batch, () => session.append(event)),
    }));
    const [bare, ...others] = await interleave(
      /** @type {[typeof sides[number], ...typeof sides]} */ (sides),
      { rounds: quick ? 200 : 800, warmup: 100 },
    );
    for (const { session } of sessions) await session.close();
    for (const other of others) rows.push(compare(`append, ${label}, redact ${other.name}`, other, bare));
  }
  return rows;
}
