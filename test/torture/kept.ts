/** What recovery and repair take out of a journal, they keep whole, and nobody puts anything in its place. */
import type { Judged } from "./journal-oracle.js";
import type { Ledger } from "./ledger.js";
import { demand } from "./violation.js";
import { directory, type World } from "./world.js";

const KEPT = /\.(?:ndjson\.torn-\d+(?:\.\d+)?|ndjson\.damaged-\d+)$/;

/** Called when a recovery or repair has been done: `before` is the journal that it met, `names` were there then. */
export function noteKept(
  world: World,
  ledger: Ledger,
  { rest, bytes, verdict }: Judged,
  names: readonly string[],
): void {
  const all = world.names().filter((name) => name.startsWith(`${ledger.id}.`) && KEPT.test(name));
  const held = new Map(all.map((name) => [name, Buffer.from(world.bytesAt(`${directory}/${name}`))]));
  const taken = verdict === "corrupt" ? bytes : rest;
  const isKept = taken.length === 0 || [...held.values()].some((one) => one.equals(taken));
  demand("kept", isKept, `${ledger.id}: ${taken.length} bytes that were taken out are in none of ${all}`);
  for (const [name, one] of held) if (!names.includes(name)) ledger.kept.set(name, one);
}

/** An older quarantine lies where the next one would. */
export function plantQuarantine(world: World, ledger: Ledger, { rest, bytes }: Judged): void {
  const name = `${ledger.id}.ndjson.torn-${bytes.length - rest.length}`;
  if (world.names().includes(name)) return;
  const older = Buffer.from(`what an older recovery has kept ${"x".repeat(rest.length % 50)}`);
  world.kernel.writeFile(`${directory}/${name}`, older);
  ledger.kept.set(name, older);
}

/** Every file that a journal's records say was kept is there, and is as long as they say. */
export function checkNamed({ records }: Pick<Judged, "records">, sizeOf: (path: string) => number): void {
  for (const { type, data } of records) {
    if (type !== "journal.repaired" || typeof data.quarantine !== "string") continue;
    const size = sizeOf(`${directory}/${data.quarantine}`);
    const least = Number(data.removedBytes);
    const isWhole = data.sha256 === undefined ? size === least : size >= least;
    demand("kept", isWhole, `${data.quarantine} holds ${size} bytes of the ${least} that were taken out`);
  }
}
