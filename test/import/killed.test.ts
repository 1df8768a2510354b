/** Imports by the built program that are killed in the middle: what is there afterwards is whole, and the next import has all. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { Session, verifyJournal } from "../../src/index.js";
import { run, start } from "../cli/program.js";
import { temporaryFolder } from "../support/folders.js";
import { fixture, recordsOf } from "./import-into.js";

const header = readFileSync(fixture("pi-v1.jsonl"), "utf8").split("\n")[0] ?? "";
const said = (index: number) =>
  JSON.stringify({
    type: "message",
    timestamp: `2026-01-01T00:00:00.${String(index).padStart(6, "0")}Z`,
    message: { role: "user", content: `${index} ${"x".repeat(300)}` },
  });
const transcript = (length: number) =>
  `${[header, ...Array.from({ length }, (_, index) => said(index))].join("\n")}\n`;

const namesIn = (folder: string) => readdirSync(folder).filter((name) => name !== ".gitignore");
const sessionsOf = (cwd: string) => join(cwd, ".choragen/sessions");

/** Feeds the program a part of the source and kills it once it has written of that. */
async function killWhileImporting(cwd: string, part: string, hasWritten: () => boolean): Promise<void> {
  const running = start(["import", "--workspace", cwd, "-"], { cwd });
  running.write(part);
  const deadline = Date.now() + 20_000;
  while (!hasWritten()) {
    if (Date.now() > deadline) throw new Error("nothing was written");
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  running.kill();
  await running.ended;
}

async function importWhole(cwd: string, text: string): Promise<{ id: string; status: string }> {
  const { stdout, stderr, status } = await run(["import", "--json", "--workspace", cwd, "-"], {
    cwd,
    input: text,
  });
  expect([status, stderr]).toEqual([0, expect.not.stringContaining("error")]);
  return JSON.parse(stdout).sessions[0];
}

async function expectWhole(cwd: string, id: string, messages: number): Promise<void> {
  const sessionsDir = sessionsOf(cwd);
  expect(namesIn(sessionsDir)).toEqual([`${id}.ndjson`]);
  const { verdict, problems } = await verifyJournal(join(sessionsDir, `${id}.ndjson`));
  expect([verdict, problems]).toEqual(["sound", []]);
  const session = await Session.load(id, { sessionsDir });
  expect(session?.messages.map(({ content }) => Number(String(content).split(" ")[0]))).toEqual(
    Array.from({ length: messages }, (_, index) => index),
  );
}

describe("an import that is killed", () => {
  it("leaves no session, and the next one makes it and takes what was left away", async () => {
    const cwd = temporaryFolder();
    const sessionsDir = sessionsOf(cwd);
    const text = transcript(5000);
    const isUnderWay = () => {
      try {
        return namesIn(sessionsDir).some((name) => statSync(join(sessionsDir, name)).size > 100_000);
      } catch {
        return false;
      }
    };
    for (const part of [text.slice(0, 600_000), text.slice(0, 1_200_000)]) {
      await killWhileImporting(cwd, part, isUnderWay);
      expect(namesIn(sessionsDir).every((name) => name.endsWith(".tmp"))).toBe(true);
      const { stdout } = await run(["list", "--json", "--workspace", cwd], { cwd });
      expect(stdout).toBe("");
    }
    const { id, status } = await importWhole(cwd, text);
    expect(status).toBe("imported");
    await expectWhole(cwd, id, 5000);
  }, 60_000);

  it("while it adds to an older one leaves that sound, and the next one adds the rest", async () => {
    const cwd = temporaryFolder();
    const { id } = await importWhole(cwd, transcript(100));
    const journal = join(sessionsOf(cwd), `${id}.ndjson`);
    const before = statSync(journal).size;
    const text = transcript(5000);
    await killWhileImporting(cwd, text.slice(0, 1_200_000), () => statSync(journal).size > before + 100_000);
    expect((await verifyJournal(journal)).verdict).toBe("sound");
    const last = (await recordsOf(sessionsOf(cwd), id)).at(-1);
    expect(last?.type).toBe("message.added");
    expect(await importWhole(cwd, text)).toMatchObject({ id, status: "extended" });
    await expectWhole(cwd, id, 5000);
    expect(await importWhole(cwd, text)).toMatchObject({ id, status: "already-imported" });
  }, 60_000);
});
