/** What `show` and `tail` say of time in an imported session: only what the source says. */
import { expect, it } from "vitest";
import { fixture } from "../import/import-into.js";
import { temporaryFolder } from "../support/folders.js";
import { run } from "./program.js";

const CLOCK = /\d\d:\d\d:\d\d/;

async function shownOf(name: string): Promise<{ show: string; tail: string }> {
  const cwd = temporaryFolder();
  await run(["import", "--workspace", cwd, fixture(name)], { cwd });
  const show = await run(["show", "latest"], { cwd });
  const tail = await run(["tail", "latest"], { cwd });
  return { show: show.stdout, tail: tail.stdout };
}

it.each(["swe-agent.traj", "tau-bench.json"])("is nothing where the source has no time: %s", async (name) => {
  const { show, tail } = await shownOf(name);
  expect(show).toMatch(/\n\d+ records? in /);
  expect(show).toMatch(/\n\S+ {2}#2\n/);
  expect(tail).toMatch(/^--:--:-- +1 {2}started/m);
  for (const text of [show, tail]) {
    expect(text).not.toMatch(CLOCK);
    // SWE-agent tells how long one of its calls took.
    expect(text.replaceAll("500 ms", "")).not.toMatch(/\d ms/);
  }
});

it("is the source's time where it has one", async () => {
  const { show, tail } = await shownOf("claude-code.jsonl");
  expect(show).toMatch(CLOCK);
  expect(tail).toMatch(CLOCK);
});
