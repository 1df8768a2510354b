import { beforeEach, describe, expect, it } from "vitest";
import { createSyncLater } from "../../src/files/sync-later.js";

const FEW = 1_000;
let calls: string[] = [];
let timeMs = 0;
let takesMs = 0.1;

function make(fails: () => Error | null = () => null): (fd: number, dirtyBytes: number) => Promise<void> {
  const act = (how: string): void => {
    calls.push(how);
    timeMs += takesMs;
    const error = fails();
    if (error !== null) throw error;
  };
  return createSyncLater({
    now: () => act("at once"),
    inThread: async () => act("in a thread"),
    clock: () => timeMs,
  });
}

/** What the last of so many syncs, one after the other, did. */
async function lastOf(sync: ReturnType<typeof make>, times: number, dirtyBytes = FEW): Promise<string> {
  for (let time = 0; time < times; time += 1) await sync(1, dirtyBytes);
  return calls.at(-1) ?? "";
}

/** Until it happens at once, with the event loop's turn behind it. */
async function trusted(sync: ReturnType<typeof make>): Promise<void> {
  await lastOf(sync, 20);
  await new Promise((resolve) => setImmediate(resolve));
  expect(await lastOf(sync, 1)).toBe("at once");
}

beforeEach(() => {
  calls = [];
  takesMs = 0.1;
});

describe("a sync that somebody awaits", () => {
  it("goes to a thread until the disk has shown that it is fast, and then happens at once", async () => {
    const sync = make();
    expect(await lastOf(sync, 5)).toBe("in a thread");
    expect(await lastOf(sync, 15)).toBe("at once");
  });

  it("goes to a thread on a slow disk, and where it falters for a while", async () => {
    const sync = make();
    takesMs = 0.4;
    expect(await lastOf(sync, 100)).toBe("in a thread");
    takesMs = 0.1;
    expect(await lastOf(sync, 20)).toBe("at once");
    takesMs = 5;
    expect(await lastOf(sync, 1)).toBe("at once");
    takesMs = 0.1;
    expect(await lastOf(sync, 5)).toBe("in a thread");
    await trusted(sync);
  });

  it("goes to a thread where much is to be synced, or nobody knows how much", async () => {
    const sync = make();
    await trusted(sync);
    expect(await lastOf(sync, 1, 64 * 1024 + 1)).toBe("in a thread");
    expect(await lastOf(sync, 1, Number.POSITIVE_INFINITY)).toBe("in a thread");
  });

  it("goes to threads where several are asked for in one turn", async () => {
    const sync = make();
    await trusted(sync);
    calls = [];
    await Promise.all([sync(1, FEW), sync(2, FEW), sync(3, FEW)]);
    expect(calls).toEqual(["in a thread", "in a thread", "in a thread"]);
  });

  it("begins after the caller's turn", async () => {
    const sync = make();
    await trusted(sync);
    calls = [];
    const done = sync(1, FEW);
    expect(calls).toEqual([]);
    await done;
    expect(calls).toEqual(["at once"]);
  });

  it("leaves the event loop its turn", async () => {
    const sync = make();
    await trusted(sync);
    calls = [];
    await lastOf(sync, 40);
    expect(calls.filter((how) => how === "at once")).toHaveLength(39);
    expect(calls.at(-1)).toBe("in a thread");
    await new Promise((resolve) => setImmediate(resolve));
    expect(await lastOf(sync, 1)).toBe("at once");
  });

  it("fails as the disk says, and trusts it no more", async () => {
    let error: Error | null = null;
    const sync = make(() => error);
    await trusted(sync);
    error = new Error("EIO");
    await expect(sync(1, FEW)).rejects.toBe(error);
    await expect(sync(1, FEW)).rejects.toBe(error);
    error = null;
    expect(calls.slice(-2)).toEqual(["at once", "in a thread"]);
    expect(await lastOf(sync, 20)).toBe("at once");
  });
});
