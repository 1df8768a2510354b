import { execFile } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { promisify } from "node:util";
import ts from "typescript-5.7";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { filesBelow, installPacked, manifest, type Project, root } from "./packed.js";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const run = promisify(execFile);
let project: Project;

beforeAll(async () => {
  project = await installPacked();
});

afterAll(() => project?.remove());

describe("the package as it is shipped", () => {
  it("holds the compiled sources with their types, the schemas and the pages a user needs, and nothing else", () => {
    const sources = filesBelow(join(root, "src"))
      .filter((path) => path.endsWith(".ts"))
      .map((path) => path.slice(join(root, "src").length + 1, -".ts".length).replaceAll("\\", "/"));
    const schemas = filesBelow(join(root, "docs/reference/schema")).map((path) =>
      relative(root, path).replaceAll("\\", "/"),
    );
    expect([...project.files].sort()).toEqual(
      [
        ...sources.flatMap((name) => [`dist/${name}.js`, `dist/${name}.d.ts`]),
        ...schemas,
        ...["CHANGELOG.md", "LICENSE", "README.md", "package.json"],
      ].sort(),
    );
  });

  it("has every file that its exports name", () => {
    const targets = Object.values(manifest.exports).flatMap((target) =>
      typeof target === "string" ? [target] : Object.values(target),
    );
    // A pattern stands for every file of its folder.
    const places = targets.map((target) => join(project.packageFolder, target.replace(/\*$/, "")));
    expect(places.filter((place) => !existsSync(place))).toEqual([]);
  });

  it("has commands that can be executed", () => {
    for (const path of Object.values(manifest.bin)) {
      const command = join(project.packageFolder, path);
      expect(readFileSync(command, "utf8")).toMatch(/^#!\/usr\/bin\/env node\n/);
      if (process.platform !== "win32") expect(statSync(command).mode & 0o111).toBe(0o111);
    }
  });

  it("awaits nothing while it loads, so that it can be required", () => {
    const waiting = project.files.filter(
      (path) => path.endsWith(".js") && awaitsAtTop(readFileSync(join(project.packageFolder, path), "utf8")),
    );
    expect(waiting).toEqual([]);
  });

  it("is clean to publint", async () => {
    expect(await complaints("publint/src/cli.js", "run", project.tarball, "--strict")).toBe("");
  });

  it("is clean to are-the-types-wrong", async () => {
    expect(
      await complaints("@arethetypeswrong/cli/dist/index.js", "--profile", "esm-only", project.tarball),
    ).toBe("");
  });
});

/** What a checker prints when it is not content. */
async function complaints(script: string, ...options: string[]): Promise<string> {
  return run(process.execPath, [join(root, "node_modules", script), ...options], {
    cwd: project.folder,
  }).then(
    () => "",
    (error: { stdout: string; message: string }) => error.stdout || error.message,
  );
}

function awaitsAtTop(text: string): boolean {
  const awaits = (node: ts.Node): boolean => {
    if (ts.isFunctionLike(node)) return false;
    if (ts.isAwaitExpression(node)) return true;
    if (ts.isForOfStatement(node) && node.awaitModifier !== undefined) return true;
    return ts.forEachChild(node, awaits) ?? false;
  };
  return awaits(ts.createSourceFile("module.js", text, ts.ScriptTarget.Latest));
}
