/** A folder that cannot be read: played, for whoever runs the tests may be allowed to read all. */
import { copyFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { expect, it, vi } from "vitest";
import { ImportTotal } from "../../src/cli/view/import-report.js";
import { importFolder } from "../../src/import/import-folder.js";
import { temporaryFolder } from "../support/folders.js";
import { fixture } from "./import-into.js";

vi.mock("node:fs", async (original) => {
  const fs = await original<typeof import("node:fs")>();
  const readdirSync = (path: string, ...more: never[]) => {
    if (path.endsWith("locked")) throw new Error(`EACCES: permission denied, scandir '${path}'`);
    return fs.readdirSync(path, ...more);
  };
  return { ...fs, readdirSync };
});

it("is told of, and the other files are imported", async () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "locked"));
  copyFileSync(fixture("codex.jsonl"), join(folder, "z.jsonl"));
  const total = new ImportTotal();
  const found: [string, string][] = [];
  for await (const one of importFolder(folder, { sessionsDir: temporaryFolder() })) {
    found.push([one.path, "error" in one ? one.error.code : one.report.format]);
    total.add(one, false);
  }
  expect(found).toEqual([
    [join(folder, "locked"), "SOURCE_UNREADABLE"],
    [join(folder, "z.jsonl"), "codex"],
  ]);
  expect(total.exitCode).toBe(3);
});
