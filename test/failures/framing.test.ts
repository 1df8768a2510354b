/** What tools and people take for the end of a line. */
import { appendFileSync, createReadStream, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { describe, expect, it } from "vitest";
import { readJournal } from "../../src/journal/read.js";
import { verifyJournal } from "../../src/journal/verify.js";
import { Session } from "../../src/session.js";
import { message, RECORD, run as runCli } from "../cli/program.js";
import { temporaryFolder } from "../support/folders.js";
import { ID, journalOf, lineStarts, linesOf } from "../support/journal-bytes.js";
import { errorOf, toArray } from "../support/outcomes.js";
import { start } from "../support/programs.js";

const ODD = "one\u2028two\u2029three\u0085four\u000bfive";

async function linesByReadline(path: string): Promise<number> {
  return (
    await toArray(createInterface({ input: createReadStream(path), crlfDelay: Number.POSITIVE_INFINITY }))
  ).length;
}

describe("4. U+2028/2029 inside a string with node:readline", () => {
  it("is escaped on write: readers of lines of every kind find as many lines as there are records", async () => {
    const sessionsDir = temporaryFolder();
    const session = new Session({ role: "r", model: "m", sessionId: ID, sessionsDir });
    session.addMessage({ role: "user", content: ODD });
    session.append({ type: "x-\u2028", data: { "\u2029": "\u2028" } });
    await session.end("success");
    const bytes = readFileSync(session.journalPath);
    expect(/[\u2028\u2029]/.test(bytes.toString())).toBe(false);
    expect([await linesByReadline(session.journalPath), linesOf(bytes).length]).toEqual([4, 4]);
    expect((await Session.load(ID, { sessionsDir }))?.messages).toEqual([{ role: "user", content: ODD }]);
  });

  it("is one record where another program left it as it is: lines are framed on 0x0A", async () => {
    const path = join(temporaryFolder(), `${ID}.ndjson`);
    writeFileSync(path, journalOf(ODD, "after"), { mode: 0o600 });
    expect(await verifyJournal(path)).toMatchObject({ verdict: "sound", records: 3, problems: [] });
    expect((await toArray(readJournal(path))).map(({ data }) => data.text)).toEqual([
      undefined,
      ODD,
      "after",
    ]);
  });

  it("is one line of input to record", async () => {
    const cwd = temporaryFolder();
    const { status } = await runCli([...RECORD, "--id", ID], { cwd, input: message(ODD) });
    expect(status).toBe(0);
    expect((await Session.load(ID, cwd))?.messages).toEqual([{ role: "user", content: ODD }]);
  });
});

describe("5. raw newline in a string", () => {
  it("cannot be written: whatever a text holds, its record is one line", async () => {
    const sessionsDir = temporaryFolder();
    const session = new Session({ role: "a\nb", model: "m\r\n", sessionId: ID, sessionsDir });
    session.addMessage({ role: "user", content: "one\ntwo\r\nthree" });
    await session.end("success");
    expect(linesOf(readFileSync(session.journalPath)).length).toBe(3);
    const loaded = await Session.load(ID, { sessionsDir });
    expect([loaded?.role, loaded?.messages[0]?.content]).toEqual(["a\nb", "one\ntwo\r\nthree"]);
  });

  it("as foreign input is corruption with its place", async () => {
    const sessionsDir = temporaryFolder();
    const sound = journalOf("one", "two three", "four");
    const broken = Buffer.from(sound.toString().replace("two three", "two\nthree"));
    writeFileSync(join(sessionsDir, `${ID}.ndjson`), broken);
    const place = { code: "CORRUPT_JOURNAL", line: 3, byteOffset: lineStarts(sound)[2] };
    expect(await errorOf(() => Session.load(ID, { sessionsDir }))).toMatchObject(place);
  });

  it("in what record is given is refused with the number of its line, and what stands before it is kept", async () => {
    const cwd = temporaryFolder();
    const input = message("first") + message("sec ond").replace("sec ond", "sec\nond") + message("third");
    const { status, stderr } = await runCli([...RECORD, "--id", ID], { cwd, input });
    expect([status, stderr]).toEqual([1, expect.stringContaining("line 2")]);
    expect((await Session.load(ID, cwd))?.messages.map(({ content }) => content)).toEqual(["first"]);
  });
});

describe("22. a follower moves past a half-written line and loses it", () => {
  it("never yields or skips a partial line, however small the pieces are in which it comes", async () => {
    const path = join(temporaryFolder(), `${ID}.ndjson`);
    const bytes = journalOf("one", "two", "three");
    const last = bytes.length - 1;
    const follower = start("follow-to-end", path);
    expect(await follower.line(0)).toBe("following");
    const starts = lineStarts(bytes);
    writeFileSync(path, "");
    // Cut in the first record, at a line feed, just before one, and in the middle of a hash.
    const cuts = [0, 7, starts[1] ?? 0, (starts[2] ?? 0) - 1, (starts[3] ?? 0) - 20, last, bytes.length];
    for (const [index, from] of cuts.slice(0, -1).entries()) {
      appendFileSync(path, bytes.subarray(from, cuts[index + 1]));
      const whole = starts.filter((at) => at > 0 && at <= (cuts[index + 1] ?? 0)).length;
      if (whole > 0) expect(await follower.line(whole)).toBe(String(whole));
      await new Promise((resolve) => setTimeout(resolve, 60));
      expect(follower.lines.length).toBe(whole + 1);
    }
    const session = await Session.open(ID, { sessionsDir: join(path, "..") });
    await session?.end("success");
    const { output, errors } = await follower.finished;
    expect([errors, output.split("\n")]).toEqual(["", ["following", "1", "2", "3", "4", "5"]]);
  });
});
