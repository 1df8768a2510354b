import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { RuntimeEvent } from "../../src/event/types.js";
import { Session } from "../../src/session.js";
import { temporaryFolder } from "../support/folders.js";
import { flip, journalPath, recordHere } from "./journals.js";
import { callFinished, callStarted, ending, message, run } from "./program.js";

const usage = `${JSON.stringify({ type: "token_usage.updated", data: { input: 10, output: 5 } })}\n`;
const INPUT =
  message("Find it.") +
  callStarted("c1", "read") +
  callFinished("c1", { success: true, data: "one\ntwo\nthree\nfour\nfive\nsix\nseven" }) +
  usage +
  message("Found.", "assistant") +
  usage +
  ending("success");

async function recorded(input: string): Promise<string> {
  const cwd = temporaryFolder();
  await recordHere(cwd, input, "one");
  return cwd;
}

describe("show --at", () => {
  test("shows the session as it was at a record", async () => {
    const cwd = await recorded(INPUT);
    const { status, stdout } = await run(["show", "one", "--at", "3"], { cwd });
    expect(status).toBe(0);
    expect(stdout).toMatch(/^one {2}as it was at record 3 of 8\n/);
    expect(stdout).toMatch(/\n {2}→ read {2}open {2}path=a.ts\n/);
    expect(stdout).toMatch(/\nOpen {2}1\n {2}read {2}since/);
    expect(stdout).not.toMatch(/Found|Tokens|success/);
    const later = (await run(["show", "one", "--at", "5"], { cwd })).stdout;
    expect(later).toMatch(/Tokens {2}15\n {2}10 in · 5 out\n/);
    const last = (await run(["show", "one", "--at", "8"], { cwd })).stdout;
    expect(last).toBe((await run(["show", "one"], { cwd })).stdout);
  });

  test("gives the state of then to programs", async () => {
    const cwd = await recorded(INPUT);
    const { stdout } = await run(["show", "one", "--at", "5", "--json"], { cwd });
    expect(JSON.parse(stdout)).toMatchObject({
      outcome: null,
      status: "running",
      messages: [{ content: "Find it." }],
      tokenUsage: { input: 10, output: 5, total: 15 },
    });
  });

  test("names the last record where there is none so late", async () => {
    const cwd = await recorded(INPUT);
    for (const more of [[], ["--json"]]) {
      const { status, stdout, stderr } = await run(["show", "one", "--at", "9", ...more], { cwd });
      expect([status, stdout, stderr]).toEqual([
        3,
        "",
        expect.stringContaining("one.ndjson has 8 records; there is no record 9"),
      ]);
    }
    expect((await run(["show", "one", "--at", "0"], { cwd })).status).toBe(2);
    flip(journalPath(cwd, "one"), "Found.");
    const damaged = await run(["show", "one", "--at", "7"], { cwd });
    expect([damaged.status, damaged.stderr]).toEqual([
      1,
      expect.stringMatching(/has 5 sound records; there is no record 7; damaged at line 6/),
    ]);
    const before = await run(["show", "one", "--at", "3"], { cwd });
    expect([before.status, before.stdout]).toEqual([1, expect.stringContaining("damaged at line 6")]);
  });
});

describe("show", () => {
  test("shows what a tool gave back once, with its call, cut short unless all is asked for", async () => {
    const cwd = await recorded(
      callStarted("c1", "read") +
        message([{ type: "tool_result", content: "one\ntwo\nthree\nfour\nfive\nsix\nseven" }], "user") +
        callFinished("c1", { success: true, data: "one\ntwo\nthree\nfour\nfive\nsix\nseven" }) +
        message("something else", "tool"),
    );
    const { stdout } = await run(["show", "one"], { cwd });
    expect(stdout).toContain("  → read  ok 7 ms  path=a.ts\n      one\n      two\n");
    expect(stdout).toContain("      five\n      …\n");
    expect(stdout.match(/\bone\n/g)).toHaveLength(1);
    expect(stdout).toMatch(/\ntool {2}\S+ #\d\n {2}something else\n/);
    const full = (await run(["show", "--full", "one"], { cwd })).stdout;
    expect(full).toContain("      six\n      seven\n");
  });

  test("prefers the time of the source to that of its import", async () => {
    const cwd = temporaryFolder();
    const session = new Session({ role: "r", model: "m", sessionId: "one", workspaceRoot: cwd });
    const governanceResult = { allowed: true };
    const start = (callId: string, at: string) => {
      const data = { callId, timestamp: at, name: callId, params: {}, governanceResult, at };
      session.append({ type: "tool_call.started", data } as RuntimeEvent);
    };
    const finish = (callId: string, told: object) => {
      const data = { callId, result: { success: true }, ...told };
      session.append({ type: "tool_call.finished", data } as RuntimeEvent);
    };
    start("timed", "2024-01-01T10:00:00.000Z");
    finish("timed", { at: "2024-01-01T10:00:02.500Z" });
    start("untimed", "2024-01-01T10:00:03.000Z");
    finish("untimed", {});
    start("open", "2024-01-01T10:00:05.000Z");
    await session.close();
    const { stdout } = await run(["show", "one"], { cwd });
    expect(stdout).toContain("→ timed  ok 2.5 s\n");
    expect(stdout).toContain("→ untimed  ok\n");
    expect(stdout).toContain("open  since 10:00:05  #6\n");
  });

  test("shows a session of which only the snapshot is left, and says so", async () => {
    const cwd = await recorded(INPUT);
    const whole = JSON.parse((await run(["show", "one", "--json"], { cwd })).stdout);
    rmSync(journalPath(cwd, "one"));
    const gone = await run(["show", "one"], { cwd });
    expect(gone.status).toBe(1);
    expect(gone.stdout).toMatch(/^one {2}success\n/);
    expect(gone.stdout).toContain("\nuser\n  Find it.\n");
    expect(gone.stdout).toMatch(/→ read {2}ok 7 ms/);
    expect(gone.stdout).toMatch(
      /\n\nits journal is gone; this is its snapshot, as it was saved at record 8\n$/,
    );
    const state = await run(["show", "one", "--json"], { cwd });
    expect([state.status, JSON.parse(state.stdout)]).toEqual([1, whole]);
    const then = await run(["show", "one", "--at", "2"], { cwd });
    expect([then.status, then.stderr]).toEqual([3, expect.stringContaining("the journal of one is gone")]);
  });

  test("shows a session of an older kind, which never had a journal", async () => {
    const cwd = await recorded(INPUT);
    const snapshot = join(cwd, ".choragen", "sessions", "one.json");
    const { journal, ...older } = JSON.parse(readFileSync(snapshot, "utf8"));
    rmSync(journalPath(cwd, "one"));
    writeFileSync(snapshot, JSON.stringify(older));
    const { status, stdout } = await run(["show", "one"], { cwd });
    expect(status).toBe(0);
    expect(stdout).toMatch(
      /^one {2}success\na session of an older kind: one whole file, without a journal\n/,
    );
    expect(stdout).toContain("Found.");
    writeFileSync(snapshot, "{}");
    expect((await run(["show", "one"], { cwd })).status).toBe(1);
  });
});
