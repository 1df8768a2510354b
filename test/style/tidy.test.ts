import { homedir } from "node:os";
import { describe, expect, it } from "vitest";
import { VERSION } from "../../src/version.js";
import {
  checkedIn,
  declaredNames,
  exportsDefault,
  importsOf,
  isCode,
  reExports,
  root,
  type SourceFile,
  usesAny,
} from "./source-files.js";

const MAX_LINES = 250;

const all = checkedIn();
const code = all.filter(isCode);
const sources = code.filter(({ path }) => path.startsWith("src/"));
const tests = code.filter(({ path }) => path.startsWith("test/"));

/**
 * Re-exporting is for the entries of the package. `src/index.ts` is the main one; the others are sub-paths with a room
 * of their own, so that `./state` reaches nothing of Node and `./testing` burdens nobody who only records.
 */
const entries = [
  "src/index.ts",
  "src/state/entry.ts",
  "src/files/testing.ts",
  "src/testing/entry.ts",
  "src/import/entry.ts",
  "src/export/entry.ts",
  "src/analysis/entry.ts",
];

/** The rooms that know of little: all that they may import from elsewhere in `src/`. */
const enclosed: { [room: string]: string[] } = {
  text: [],
  event: ["errors.ts", "text"],
  state: ["event"],
  files: [],
};

describe("the sources", () => {
  it(`have no file over ${MAX_LINES} lines`, () => {
    const long = sources.map(({ path, text }) => ({ path, lines: text.split("\n").length - 1 }));
    expect(long.filter(({ lines }) => lines > MAX_LINES)).toEqual([]);
  });

  it("say at the top of each file what it is for", () => {
    const opening = /^(#!.*\n)?(\/\/\/ <reference .*\n)*\/\*\*/;
    expect(paths(sources.filter(({ text }) => !opening.test(text)))).toEqual([]);
  });

  it("never use any", () => {
    expect(paths(sources.filter(usesAny))).toEqual([]);
  });

  it("export by name", () => {
    const toolConfiguration = "vitest.config.ts";
    expect(paths(code.filter((file) => file.path !== toolConfiguration && exportsDefault(file)))).toEqual([]);
  });

  it("re-export from the entries of the package only", () => {
    expect(paths(sources.filter((file) => !entries.includes(file.path) && reExports(file)))).toEqual([]);
  });
});

describe("names", () => {
  it("of files and folders are kebab-case", () => {
    const kebab = /^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+(-[a-z0-9]+)*)*$/;
    const odd = code.filter(
      ({ path }) =>
        !path
          .replace(/^\./, "")
          .split("/")
          .every((part) => kebab.test(part)),
    );
    expect(paths(odd)).toEqual([]);
  });

  it("say what a thing does, not that it does something", () => {
    const vague = /(^|[-/])(utils?|helpers?|managers?|services?)([-./]|$)/;
    const vagueName = /(utils?|helpers?|managers?|services?)$/i;
    expect(paths(code.filter(({ path }) => vague.test(path)))).toEqual([]);
    expect(sources.flatMap(declaredNames).filter((name) => vagueName.test(name))).toEqual([]);
  });
});

describe("rooms", () => {
  it("do not import the command line", () => {
    expect(importing((target) => roomOf(target) === "cli", ["cli"])).toEqual([]);
  });

  it("do not import the viewer, but for the command that starts it", () => {
    expect(importing((target) => roomOf(target) === "viewer", ["viewer", "cli"])).toEqual([]);
  });

  it("do not import the main entry", () => {
    expect(importing((target) => target === "src/index.ts", [])).toEqual([]);
  });

  it.each(Object.entries(enclosed))("keep %s to itself", (room, allowed) => {
    const elsewhere = sources
      .filter(({ path }) => roomOf(path) === room)
      .flatMap((file) => importsOf(file).map((target) => ({ from: file.path, target })))
      .filter(({ target }) => target.startsWith("src/") && ![room, ...allowed].includes(roomOf(target)));
    expect(elsewhere).toEqual([]);
  });

  it.each(["event", "state", "text"])("leave Node out of %s", (room) => {
    const reaching = sources.filter(
      (file) => roomOf(file.path) === room && importsOf(file).some((target) => target.startsWith("node:")),
    );
    expect(paths(reaching)).toEqual([]);
  });
});

describe("the tests", () => {
  it("all run: none is singled out, none is only promised", () => {
    const held = /\b(it|test|describe)(\.\w+)*\.(only|todo)\b/;
    expect(paths(tests.filter(({ text }) => held.test(text)))).toEqual([]);
  });
});

describe("the repository", () => {
  it("names no place on anybody's machine", () => {
    const fixtures = /^test\/fixtures\//;
    const homes = /(?<![\w.~-])(\/(work|root|home|Users)\/[\w.-]+|[A-Z]:\\+Users\\)/;
    const here = [root, homedir()].filter((path) => path.split(/[\\/]/).length > 2);
    const found = all.filter(
      ({ path, text }) =>
        (!fixtures.test(path) && homes.test(text)) || here.some((place) => text.includes(place)),
    );
    expect(paths(found)).toEqual([]);
  });

  it("names no package registry", () => {
    const configured = URL.canParse(process.env.npm_config_registry ?? "")
      ? [new URL(process.env.npm_config_registry ?? "").host]
      : [];
    const hosts = /\bregistry\.[a-z0-9-]+(\.[a-z0-9-]+)*\.[a-z]{2,}\b/;
    const found = all.filter(
      ({ text }) => hosts.test(text) || configured.some((host) => text.includes(host)),
    );
    expect(paths(found)).toEqual([]);
  });

  it("locks versions and checksums, not where they came from", () => {
    const locks = all.filter(({ path }) => path.endsWith("package-lock.json"));
    expect(locks.length).toBeGreaterThan(0);
    expect(paths(locks.filter(({ text }) => text.includes('"resolved"')))).toEqual([]);
  });

  it("locks every package that a locked one names, for every platform, or npm ci refuses it", () => {
    const { packages } = JSON.parse(textOf("package-lock.json")) as {
      packages: { [path: string]: { dependencies?: object; optionalDependencies?: object } };
    };
    const named = Object.values(packages).flatMap(({ dependencies, optionalDependencies }) =>
      Object.keys({ ...dependencies, ...optionalDependencies }),
    );
    const locked = new Set(Object.keys(packages).map((path) => path.split("node_modules/").at(-1)));
    expect(named.filter((name) => !locked.has(name))).toEqual([]);
  });

  it("has one version", () => {
    const versionOf = (path: string) =>
      JSON.parse(all.find((file) => file.path === path)?.text ?? "{}").version;
    expect([versionOf("package.json"), versionOf("package-lock.json")]).toEqual([VERSION, VERSION]);
  });
});

function paths(files: SourceFile[]): string[] {
  return files.map(({ path }) => path);
}

function textOf(path: string): string {
  return all.find((file) => file.path === path)?.text ?? "{}";
}

/** `src/journal/line.ts` is in `journal`; `src/errors.ts` is a room of its own, by its file name. */
function roomOf(path: string): string {
  const [top, room] = path.split("/");
  return top === "src" ? (room ?? "") : "";
}

/** "a imports b" for each import that `isMeant`, except from the rooms that may. */
function importing(isMeant: (target: string) => boolean, allowedRooms: string[]): string[] {
  return sources
    .filter(({ path }) => !allowedRooms.includes(roomOf(path)))
    .flatMap((file) =>
      importsOf(file)
        .filter(isMeant)
        .map((target) => `${file.path} imports ${target}`),
    );
}
