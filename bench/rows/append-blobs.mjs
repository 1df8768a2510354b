// @ts-check
/** What `blobs` costs: looking at events that hold nothing big, and a value of a megabyte that is sent again and again. */
import { messageOf } from "../events.mjs";
import { Session } from "../library.mjs";
import { interleave, timeCalls } from "../measure.mjs";
import { compare } from "../table.mjs";

const OVER_BYTES = 64 * 1024;

/** @param {import("../place.mjs").Context} context */
export async function measure(context) {
  return [
    await against(context, {
      what: "append with blobs, 600 bytes: without",
      bytes: 600,
      batch: 100,
      limit: 1.05,
    }),
    await against(context, {
      what: "append with blobs, 64 KB: without",
      bytes: 65_000,
      batch: 4,
      limit: 1.05,
    }),
    await against(context, { what: "append with blobs, 1 MB repeated: without", bytes: 1_000_000, batch: 1 }),
  ];
}

/**
 * @param {import("../place.mjs").Context} context
 * @param {{ what: string, bytes: number, batch: number, limit?: number }} row
 */
async function against({ dir, quick }, { what, bytes, batch, limit }) {
  const isBig = bytes > OVER_BYTES;
  const event = isBig ? imageOf(bytes) : messageOf(bytes);
  const options = { role: "bench", model: "none", sessionsDir: dir, autosave: false };
  const plain = new Session(options);
  const session = new Session({ ...options, blobs: { overBytes: OVER_BYTES } });
  const [ours, theirs] = await interleave(
    [
      { name: "journal with blobs", sample: () => timeCalls(batch, () => session.append(event)) },
      { name: "journal", sample: () => timeCalls(batch, () => plain.append(event)) },
    ],
    { rounds: isBig ? (quick ? 40 : 120) : quick ? 200 : 800, warmup: isBig ? 5 : 100 },
  );
  await session.close();
  await plain.close();
  return compare(what, ours, theirs, limit);
}

/** @param {number} bytes */
function imageOf(bytes) {
  const data = "iVBORw0KGgo".padEnd(bytes, "A");
  const message = { role: "user", content: [{ type: "image", source: { type: "base64", data } }] };
  return /** @type {const} */ ({ type: "message.added", data: { message } });
}
