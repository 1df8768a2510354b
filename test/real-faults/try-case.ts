/** Tries one case in a room of its own, within its time. */
import type { FaultCase, Outcome } from "./fault-case.js";
import { NotHeld } from "./fault-case.js";
import { missing } from "./needs.js";
import { Room } from "./room.js";

export interface Tried {
  readonly name: string;
  readonly seconds: number;
  readonly outcome?: Outcome;
  /** Why it was left out. */
  readonly leftOut?: string;
  /** What did not hold, and how many acknowledged events are gone. */
  readonly notHeld?: string;
  readonly lost?: number;
}

const LIMIT_SECONDS = 60;

/** The rooms that are in use: to be left when the run is broken off. */
export const rooms = new Set<Room>();

function newRoom(seed: number): Room {
  const room = new Room(seed);
  rooms.add(room);
  room.later(() => void rooms.delete(room));
  return room;
}

export async function tryCase(fault: FaultCase, seed: number): Promise<Tried> {
  const { name, needs, limitSeconds = LIMIT_SECONDS } = fault;
  const leftOut = missing(needs, () => newRoom(seed));
  if (leftOut !== null) return { name, seconds: 0, leftOut };
  const startMs = performance.now();
  const seconds = () => (performance.now() - startMs) / 1_000;
  const room = newRoom(seed);
  let timer: NodeJS.Timeout | undefined;
  const hang = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new NotHeld(`it did not end within ${limitSeconds} s`)),
      limitSeconds * 1_000,
    );
  });
  try {
    const outcome = await Promise.race([fault.run(room), hang]);
    return { name, seconds: seconds(), outcome };
  } catch (error) {
    const notHeld = error instanceof NotHeld ? error.message : String((error as Error).stack);
    return { name, seconds: seconds(), notHeld, lost: error instanceof NotHeld ? error.lost : 0 };
  } finally {
    clearTimeout(timer);
    room.leave();
  }
}
