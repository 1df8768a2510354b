/** What the built program says of a journal that was copied under another name, by `export`, by `cp`, by whoever. */
import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../support/folders.js";
import { cut, journalPath, recordHere } from "./journals.js";
import { callStarted, message, run } from "./program.js";

async function copied(): Promise<string> {
  const cwd = temporaryFolder();
  await recordHere(cwd, message("it said ENOSPC") + callStarted("c", "read"), "one");
  copyFileSync(journalPath(cwd, "one"), join(cwd, "audit.ndjson"));
  return cwd;
}

const READERS: readonly (readonly [readonly string[], RegExp])[] = [
  [["show", "--no-pager", "audit.ndjson"], /^one {2}closed.*it said ENOSPC/s],
  [["tail", "audit.ndjson"], /^-- the journal of one\n.* 2 {2}user {6}it said ENOSPC\n/s],
  [["tail", "-n", "1", "audit.ndjson"], /^-- the journal of one\n.* 4 {2}closed .*\n$/],
  [["tail", "--json", "-n", "1", "audit.ndjson"], /^\{"seq":4,.*\}\n$/],
  [["search", "ENOSPC", "audit.ndjson"], /^one .*it said ENOSPC/s],
  [["stats", "--json", "audit.ndjson"], /"sessionId":"one"/],
  [["diff", "audit.ndjson", "one"], /They are the same in all 2 steps/],
  [["repair", "audit.ndjson"], /^audit\.ndjson, a journal of one, needs no repair\.\n$/],
];

describe("a copy outside the sessions folder", () => {
  test("is what export makes, and is read by each command as the session that it names", async () => {
    const cwd = await copied();
    const exported = await run(["export", "one", "--format", "ndjson", "-o", "made.ndjson"], { cwd });
    expect(exported).toEqual({ status: 0, stdout: "", stderr: "" });
    expect(readFileSync(join(cwd, "made.ndjson")).equals(readFileSync(journalPath(cwd, "one")))).toBe(true);
    const found = await Promise.all(READERS.map(async ([words]) => await run(words, { cwd })));
    for (const [index, [words, said]] of READERS.entries()) {
      expect([found[index]?.status, found[index]?.stderr], words.join(" ")).toEqual([0, ""]);
      expect(found[index]?.stdout).toMatch(said);
    }
  });

  test("is verified, and said whose it is; the session itself needs no word", async () => {
    const cwd = await copied();
    const { status, stdout, stderr } = await run(["verify", "audit.ndjson", "one"], { cwd });
    expect([status, stderr]).toEqual([0, ""]);
    expect(stdout.replace(/[\d.]+ KiB/g, "SIZE")).toBe(`\
sound    audit.ndjson  of one, 4 records, SIZE
sound    one  4 records, SIZE
2 sessions: 2 sound
`);
  });

  test("that is torn is repaired as the session that it names", async () => {
    const cwd = await copied();
    copyFileSync(join(cwd, "audit.ndjson"), join(cwd, "torn.ndjson"));
    cut(join(cwd, "torn.ndjson"), 30);
    writeFileSync(join(cwd, "torn.json"), "a report");
    const { status, stdout, stderr } = await run(["repair", "--yes", "torn.ndjson"], { cwd });
    expect([status, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(/^To repair torn\.ndjson, a journal of one:\n/);
    expect(stdout).toMatch(/\nsound {4}torn\.ndjson {2}of one, 6 records/);
    expect(readFileSync(join(cwd, "torn.json"), "utf8")).toBe("a report");
    expect((await run(["verify", "torn.ndjson"], { cwd })).status).toBe(0);
  });
});

test("a journal renamed inside the sessions folder is damage, by id and by path", async () => {
  const cwd = await copied();
  copyFileSync(join(cwd, "audit.ndjson"), journalPath(cwd, "other"));
  const path = ".choragen/sessions/other.ndjson";
  const why = "line 1, byte 0: it names another session than other";
  for (const named of ["other", path]) {
    const { status, stdout } = await run(["verify", named], { cwd });
    expect([status, stdout]).toEqual([1, `corrupt  ${named}  0 sound records\n         ${why}\n`]);
  }
  const search = await run(["search", "ENOSPC"], { cwd });
  expect([search.status, search.stderr]).toEqual([1, expect.stringContaining(why.slice(0, 14))]);
  expect(search.stdout.match(/ENOSPC/g)?.length).toBe(1);
  expect((await run(["tail", "other"], { cwd })).status).toBe(1);
});
