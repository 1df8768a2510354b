/** What commands say of time in an imported session: only what the source says. */
import { expect, it } from "vitest";
import { fixture } from "../import/import-into.js";
import { temporaryFolder } from "../support/folders.js";
import { recordHere } from "./journals.js";
import { ending, run } from "./program.js";
import { hasTerminals, open } from "./terminals.js";

const CLOCK = /\d\d:\d\d:\d\d/;
const COMMANDS = [
  "show latest",
  "tail latest",
  "list",
  "search -E . latest",
  "stats latest",
  "diff latest latest",
];

async function imported(name: string): Promise<string> {
  const cwd = temporaryFolder();
  await run(["import", "--workspace", cwd, fixture(name)], { cwd });
  return cwd;
}

async function shownIn(cwd: string): Promise<string[]> {
  const ended = await Promise.all(COMMANDS.map((line) => run(line.split(" "), { cwd })));
  return ended.map(({ stdout }) => stdout);
}

it.each(["swe-agent.traj", "tau-bench.json"])("is nothing where the source has no time: %s", async (name) => {
  const cwd = await imported(name);
  const texts = await shownIn(cwd);
  const [show, tail, list, search] = texts;
  expect(show).toMatch(/\n\d+ records? in /);
  expect(show).toMatch(/\n\S+ {2}#2\n/);
  expect(tail).toMatch(/^--:--:-- +1 {2}started/m);
  // Neither when it was started nor how long it took.
  expect(list).toMatch(/ - +- +\d+ +\d+/);
  expect(search).toMatch(/^import-\S+$/m);
  expect(search).toMatch(/^[0-9a-f]{6}:\d+ +--:--:-- /m);
  for (const text of texts) {
    expect(text).not.toMatch(CLOCK);
    // SWE-agent tells how long one of its calls took.
    expect(text.replaceAll("500 ms", "")).not.toMatch(/\d ms/);
  }
  const [json] = (await run(["list", "--json"], { cwd })).stdout.split("\n");
  expect(JSON.parse(json ?? "")).toMatchObject({ startTime: "", endTime: null });
});

it("is the source's time where it has one", async () => {
  // A comparison of a session with itself has no times but those of the two starts.
  for (const text of await shownIn(await imported("claude-code.jsonl"))) expect(text).toMatch(CLOCK);
});

it("puts a session without times behind those that have one, and never among those since", async () => {
  const cwd = await imported("swe-agent.traj");
  await recordHere(cwd, ending("success"), "own");
  const [all, since, latest] = await Promise.all(
    ["list", "list --since 1h", "show latest"].map((line) => run(line.split(" "), { cwd })),
  );
  expect(all?.stdout.match(/^(own|import)/gm)).toEqual(["own", "import"]);
  expect(since?.stdout.match(/^(own|import)/gm)).toEqual(["own"]);
  expect(latest?.stdout).toMatch(/^own /);
});

it.skipIf(!hasTerminals)("is no date on a terminal either", async () => {
  const screen = open("tail -n 3 latest", { cwd: await imported("swe-agent.traj") });
  await screen.end();
  expect(screen.lines.map((line) => line.slice(0, 8))).toEqual(["--:--:--", "--:--:--", "--:--:--"]);
});
