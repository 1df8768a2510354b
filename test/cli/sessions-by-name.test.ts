import { copyFileSync, rmSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { findJournal, findSession } from "../../src/cli/find-journal.js";
import { temporaryFolder } from "../support/folders.js";
import { recordHere } from "./journals.js";
import { ending, run } from "./program.js";

async function workspace(...ids: readonly string[]): Promise<string> {
  const cwd = temporaryFolder();
  for (const id of ids) await recordHere(cwd, ending("success"), id);
  return cwd;
}

/** The id of the session that is found. */
async function find(cwd: string, name: string) {
  const { status, stdout, stderr } = await run(["show", "--json", name], { cwd });
  return status === 0 ? JSON.parse(stdout).id : [status, stderr];
}

describe("a session is named", () => {
  test("by its id, or by its beginning or end where no other shares it", async () => {
    const cwd = await workspace("alpha-1", "alpha-2", "beta-2", "beta-22");
    expect(await find(cwd, "alpha-1")).toBe("alpha-1");
    expect(await find(cwd, "beta-2")).toBe("beta-2");
    expect(await find(cwd, "1")).toBe("alpha-1");
    expect(await find(cwd, "22")).toBe("beta-22");
    expect(await find(cwd, "al")).toEqual([
      2,
      expect.stringContaining('"al" can be any of 2 sessions (alpha-2, alpha-1); give more of its id'),
    ]);
    expect(await find(cwd, "gamma")).toEqual([3, expect.stringContaining('there is no session "gamma"')]);
  });

  test("by latest, whatever the ids", async () => {
    const cwd = await workspace("zzz", "aaa");
    expect(await find(cwd, "latest")).toBe("aaa");
    const generated = await recordHere(cwd, ending("success"));
    expect(await find(cwd, "latest")).toBe(generated);
    await recordHere(cwd, "", "mmm");
    expect(await find(cwd, "latest")).toBe("mmm");
  });

  test("by the path of its journal, wherever that is", async () => {
    const cwd = await workspace("one");
    const elsewhere = temporaryFolder();
    expect(await find(elsewhere, `${cwd}/.choragen/sessions/one.ndjson`)).toBe("one");
    expect(await find(`${cwd}/.choragen/sessions`, "one.ndjson")).toBe("one");
  });

  test("by the path of a journal under any name", async () => {
    const cwd = await workspace("one");
    const journal = `${cwd}/.choragen/sessions/one.ndjson`;
    const elsewhere = temporaryFolder();
    copyFileSync(journal, `${elsewhere}/one.ndjson.damaged-1`);
    copyFileSync(journal, `${elsewhere}/journal`);
    copyFileSync(journal, `${elsewhere}/odd.json`);
    for (const name of ["one.ndjson.damaged-1", "journal", "odd.json", "./journal"]) {
      expect([name, await find(elsewhere, name)]).toEqual([name, "one"]);
    }
    // Where there are sessions, those go first.
    copyFileSync(`${elsewhere}/journal`, `${cwd}/on`);
    await recordHere(cwd, ending("success"), "on-2");
    expect(await find(cwd, "on-")).toBe("on-2");
    expect(await find(cwd, "on")).toEqual([2, expect.stringContaining("any of 2 sessions")]);
    expect(await find(cwd, "./on")).toBe("one");
  });

  test("also where only its snapshot is left, if that is enough", async () => {
    const cwd = await workspace("one");
    const folder = `${cwd}/.choragen/sessions`;
    rmSync(`${folder}/one.ndjson`);
    const left = { id: "one", hasJournal: false };
    expect(findSession("on", cwd)).toMatchObject({ ...left, snapshot: `${folder}/one.json` });
    expect(findSession("latest", cwd)).toMatchObject(left);
    for (const name of ["one.json", "one.ndjson"]) {
      expect(findSession(`${folder}/${name}`, cwd)).toMatchObject({
        ...left,
        snapshot: `${folder}/one.json`,
      });
      expect(() => findJournal(`${folder}/${name}`, cwd)).toThrow("the journal of one is gone");
    }
    expect(() => findJournal("one", cwd)).toThrow("the journal of one is gone");
    expect(findJournal(`${folder}/none.ndjson`, cwd)).toBe(`${folder}/none.ndjson`);
  });

  test("within the folder that the environment names", async () => {
    const cwd = await workspace("one");
    const env = { CHORAGEN_SESSIONS_DIR: `${cwd}/.choragen/sessions` };
    const { stdout } = await run(["list", "--json"], { cwd: temporaryFolder(), env });
    expect(JSON.parse(stdout).id).toBe("one");
  });
});
