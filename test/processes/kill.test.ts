/** Real processes that record and are killed. Long: `node .build/programs/kill-rounds.js --rounds 1000`. */
import { describe, expect, it } from "vitest";
import { findViolation } from "../programs/kill-check.js";
import { contentOf } from "../programs/kill-content.js";
import { run } from "../support/programs.js";

describe("a process that records and is killed at a random moment, again and again", () => {
  it.each([
    ["events of 300 bytes", "15", "300", "6"],
    ["events of 4 MB", "5", String(4 * 1024 * 1024), "3"],
  ])(
    "loses nothing that it was told is written: %s",
    async (_what, rounds, bytes, sessionRounds) => {
      const seed = String(1 + Math.floor(Math.random() * 1_000_000));
      const parameters = [
        "--rounds",
        rounds,
        "--bytes",
        bytes,
        "--session-rounds",
        sessionRounds,
        "--seed",
        seed,
      ];
      const { code, output, errors } = await run("kill-rounds", ...parameters);
      expect({ code, errors, seed }).toEqual({ code: 0, errors: "", seed });
      const seen = JSON.parse(output) as { rounds: number; acknowledged: number };
      expect(seen.rounds).toBe(Number(rounds));
      expect(seen.acknowledged).toBeGreaterThan(Number(rounds) / 2);
    },
    120_000,
  );
});

describe("what is looked for after a kill", () => {
  const found = [1, 2, 3, 4].map((n) => ({ n, seq: n + 1, text: contentOf(n, 100) }));
  const expected = (...ns: number[]) => ({
    acknowledged: new Map(ns.map((n) => [n, n + 1] as const)),
    eventBytes: 100,
  });
  const [one, two, three, four] = found as [
    (typeof found)[0],
    (typeof found)[0],
    (typeof found)[0],
    (typeof found)[0],
  ];

  it("is nothing where all is there, also one event more than was acknowledged", () => {
    expect(findViolation(expected(1, 2, 3, 4), found)).toBeNull();
    expect(findViolation(expected(1, 2, 3), found)).toBeNull();
    expect(findViolation(expected(), [])).toBeNull();
  });

  it.each([
    ["an event that is gone from the end", expected(1, 2, 3, 4), [one, two, three]],
    ["an event that is gone from the middle", expected(1, 2, 3, 4), [one, two, four]],
    ["an event that is there twice", expected(1, 2, 3, 4), [one, two, two, three, four]],
    ["events in another order", expected(1, 2, 3, 4), [one, three, two, four]],
    ["an event under another seq", expected(1, 2, 3, 4), [one, two, three, { ...four, seq: 9 }]],
    [
      "an event that was changed",
      expected(1, 2, 3, 4),
      [one, { ...two, text: contentOf(3, 100) }, three, four],
    ],
    ["events that nobody can have begun", expected(1, 2), [one, two, three, four]],
  ])("is %s", (_what, expectation, records) => {
    expect(findViolation(expectation, records)).not.toBeNull();
  });
});
