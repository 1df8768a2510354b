import { execFile } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { copyPackage, installPacked, type Project, root } from "./packed.js";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const run = promisify(execFile);
let project: Project;
let compilations = 0;

beforeAll(async () => {
  project = await installPacked();
  for (const name of ["@types/node", "undici-types"])
    copyPackage(join(root, "node_modules", name), project.folder);
  for (const name of ["main.ts", "required.cts", "without-node-types.ts"]) {
    copyFileSync(join(root, "test/package/consumer", name), join(project.folder, name));
  }
  for (const name of ["api.d.ts", "api-conformance.ts"]) {
    copyFileSync(join(root, "test/types", name), join(project.folder, name));
  }
});

afterAll(() => project?.remove());

const compilers = [
  ["TypeScript 5.7", "typescript-5.7"],
  ["TypeScript 7", "typescript"],
] as const;
const node16 = { module: "node16", moduleResolution: "node16" };
const resolutions = [
  ["node16", node16],
  ["bundler", { module: "esnext", moduleResolution: "bundler" }],
] as const;

describe.each(compilers)("a project that uses the package with %s", (_, compiler) => {
  it.each(resolutions)("compiles with %s resolution, and runs", async (resolution, options) => {
    const out = `out-${compiler}-${resolution}`;
    expect(await compile(compiler, { ...options, types: ["node"], outDir: out }, "main.ts")).toBe("");
    expect(JSON.parse(await runNode(join(out, "main.js"), freshFolder(out)))).toEqual({
      records: 5,
      outcome: "success",
      listed: 1,
      verdict: "sound",
      role: "impl",
      text: "hello",
      refused: "SESSION_ENDED",
      imported: 1,
      calls: 1,
    });
  });

  it("finds the public contract kept", async () => {
    expect(await compile(compiler, { ...node16, types: ["node"], noEmit: true }, "api-conformance.ts")).toBe(
      "",
    );
  });

  it("needs no types of Node", async () => {
    const options = { ...node16, lib: ["ES2022", "DOM"], types: [], noEmit: true };
    expect(await compile(compiler, options, "without-node-types.ts")).toBe("");
  });
});

describe("a CommonJS project", () => {
  it("requires the package, with its types", async () => {
    const options = {
      module: "nodenext",
      moduleResolution: "nodenext",
      types: ["node"],
      outDir: "out-required",
    };
    expect(await compile("typescript", options, "required.cts")).toBe("");
    const folder = freshFolder("required");
    const { id, names } = JSON.parse(await runNode("out-required/required.cjs", folder));
    expect(names).toEqual(["JournalError", "reduce", "MemoryFiles"]);
    expect(existsSync(join(folder, `${id}.ndjson`))).toBe(true);
  });
});

/** Compiles a file of the project, libraries checked too, and returns what the compiler has to say. */
async function compile(compiler: string, options: object, file: string): Promise<string> {
  compilations += 1;
  const config = `tsconfig-${compilations}.json`;
  const compilerOptions = {
    target: "es2022",
    lib: ["ES2022"],
    strict: true,
    skipLibCheck: false,
    ...options,
  };
  writeFileSync(join(project.folder, config), JSON.stringify({ compilerOptions, files: [file] }));
  const tsc = join(root, "node_modules", compiler, "bin/tsc");
  return run(process.execPath, [tsc, "-p", config], { cwd: project.folder }).then(
    () => "",
    (error: { stdout: string; message: string }) => error.stdout || error.message,
  );
}

async function runNode(...parameters: string[]): Promise<string> {
  const { stdout } = await run(process.execPath, parameters, { cwd: project.folder });
  return stdout;
}

function freshFolder(name: string): string {
  const folder = join(project.folder, "sessions", name);
  mkdirSync(folder, { recursive: true });
  return folder;
}
