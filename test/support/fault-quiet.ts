/**
 * Imported by tests that make things go wrong: they fail if anything stays unhandled or is only warned of. The process
 * has always the same number, so that records are always as long.
 */
import { afterAll, afterEach, beforeAll, expect, vi } from "vitest";
import { isLong } from "./fault-random.js";

vi.setConfig({ testTimeout: isLong ? 7_200_000 : 60_000 });

const unhandled: unknown[] = [];
const note = (error: unknown) => unhandled.push(error);

/** What was warned of since the last call, for tests that expect it. */
export async function takeWarnings(): Promise<unknown[]> {
  await new Promise((resolve) => setImmediate(resolve));
  return unhandled.splice(0);
}

beforeAll(() => {
  Object.defineProperty(process, "pid", { value: 4_242 });
  process.on("unhandledRejection", note);
  process.on("warning", note);
});

afterEach(async () => {
  expect((await takeWarnings()).map(String)).toEqual([]);
});

afterAll(() => {
  process.off("unhandledRejection", note);
  process.off("warning", note);
});

/**
 * Stops the clock by which autosave measures its own cost: every snapshot is due at once, and a run takes the same
 * course every time. Whoever waits for a lock then waits for ever.
 */
export function stopClock(): void {
  beforeAll(() => {
    vi.spyOn(performance, "now").mockReturnValue(0);
  });
  afterAll(() => {
    vi.restoreAllMocks();
  });
}
