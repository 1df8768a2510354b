// @ts-check
/** What it costs to have a journal sealed: appends with a key against appends without one. */
import { generateKeyPairSync } from "node:crypto";
import { messageOf } from "../events.mjs";
import { Session } from "../library.mjs";
import { interleave, timeCalls } from "../measure.mjs";
import { compare } from "../table.mjs";

/** Appends in a sample: a seal is due in every one, also of those that are rare. */
const BATCH = 1000;

/** @param {import("../place.mjs").Context} context */
export async function measure({ dir, quick }) {
  const event = messageOf(600);
  const { privateKey } = generateKeyPairSync("ed25519");
  const open = (/** @type {number | null} */ everyRecords) =>
    new Session({
      role: "bench",
      model: "none",
      sessionsDir: dir,
      autosave: false,
      signing: everyRecords === null ? undefined : { privateKey, everyRecords },
    });
  const [bare, seldom, each] = [open(null), open(BATCH), open(1)];
  const appends = (/** @type {InstanceType<typeof Session>} */ session, calls = BATCH) =>
    timeCalls(calls, () => session.append(event));
  const [without, rarely, always] = await interleave(
    [
      { name: "no key", sample: () => appends(bare) },
      { name: "every 1,000 records", sample: () => appends(seldom) },
      { name: "every record", sample: () => appends(each, BATCH / 10) },
    ],
    { rounds: quick ? 40 : 200, warmup: 10 },
  );
  for (const session of [bare, seldom, each]) await session.close();
  return [
    compare("append, sealed every 1,000 records: no key", rarely, without),
    compare("append, sealed every record: no key", always, without),
  ];
}
