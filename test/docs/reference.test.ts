/** Holds the reference pages to the code: nothing that a caller meets is missing, and no signature is another. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { libraryData, runtimeData } from "../../src/event/schema.js";
import { allDeclarations, type Entry, parse, shippedDeclarations } from "./declarations.js";
import { firstTable, readPage, root, sectionsOf } from "./markdown.js";

const page = (name: string) => readPage(join(root, "docs/reference", name));
const source = (name: string) => readFileSync(join(root, "src", name), "utf8");

describe("docs/reference/api.md", () => {
  const entries: Entry[] = ["index", "state/entry", "files/testing"];
  const api = page("api.md");
  const documented = parse(
    api.blocks
      .filter(({ language }) => language === "ts")
      .map(({ text }) => text)
      .join("\n"),
  );
  const shipped = shippedDeclarations(entries);
  const all = allDeclarations();
  const viewMembers = all.get("SessionView")?.[0]?.members ?? new Set();

  it.each(entries)("declares every name that dist/%s exports, as it is shipped", (entry) => {
    for (const [name, declaration] of shipped.get(entry) ?? []) {
      const said = documented.get(name);
      expect(said, `${name} is not in api.md`).toBeDefined();
      expect(said?.head).toBe(declaration.head);
      const members = new Set(declaration.members);
      if (name === "Session") for (const member of viewMembers) members.add(member);
      // The methods of the seam are listed once, with the seam.
      if (name === "MemoryFiles") for (const member of membersOf(entry, "Files")) members.delete(member);
      const own =
        name === "MemoryFiles" ? [...members].filter((member) => !isMethodOf(member, entry)) : [...members];
      expect([...(said?.members ?? [])].sort()).toEqual(own.sort());
    }
  });

  it("declares nothing that is not in the package's types", () => {
    const exported = new Set([...shipped.values()].flatMap((names) => [...names.keys()]));
    for (const [name, declaration] of documented) {
      if (!exported.has(name)) expect(all.get(name), name).toContainEqual(declaration);
    }
  });

  it("lists every problem code of verifyJournal", () => {
    const code = /(?:\bcode: |\bfault\(\s*|#noteAt\(\w+, )"([A-Z_]+)"/g;
    const files = [
      ...["journal/verify.ts", "journal/record-checks.ts", "journal/kept-head.ts"],
      ...["signing/seal-checks.ts", "blobs/verify-blobs.ts", "event/misfit.ts", "state/orphans.ts"],
    ];
    const codes = [...files.map(source).join("\n").matchAll(code)].map((found) => found[1]);
    const rows = firstTable(sectionsOf(api, 4).get("Problem codes") ?? "");
    expect(rows.map(([first]) => first?.replaceAll("`", "")).sort()).toEqual([...new Set(codes)].sort());
  });

  function membersOf(entry: Entry, name: string): ReadonlySet<string> {
    return shipped.get(entry)?.get(name)?.members ?? new Set();
  }

  /** Whether the class only says again, perhaps with other names of types, what the seam says. */
  function isMethodOf(member: string, entry: Entry): boolean {
    const name = /^(\w+)\(/.exec(member)?.[1];
    return (
      name !== undefined && [...membersOf(entry, "Files")].some((method) => method.startsWith(`${name}(`))
    );
  }
});

describe("docs/reference/errors.md", () => {
  const codes = [...source("errors.ts").matchAll(/^ {2}\| "([A-Z_]+)"/gm)].map((found) => found[1]);

  it("has a section for every code, in the order of the code", () => {
    expect(codes.length).toBeGreaterThan(10);
    expect([...sectionsOf(page("errors.md"), 3).keys()]).toEqual(codes);
  });

  it("says of every code when it comes, what it carries and what to do", () => {
    for (const [code, text] of sectionsOf(page("errors.md"), 3)) {
      expect(text, code).toContain("**When.**");
      expect(text, code).toContain("**Fields.**");
      expect(text, code).toMatch(/\*\*What to do\.\*\*|\| reason \|/);
    }
  });

  it("has every field that an error may carry", () => {
    const details = allDeclarations().get("JournalErrorDetails")?.[0];
    const fields = [...(details?.members ?? [])].map((member) => /^\w+/.exec(member)?.[0]);
    const table = firstTable(sectionsOf(page("errors.md"), 2).get("What an error carries") ?? "");
    const rows = table.flatMap(([first = ""]) => first.replaceAll("`", "").split(", "));
    expect(rows.sort()).toEqual(["code", ...fields].sort());
  });

  it("has every reason why a writer stops", () => {
    const reasons = /type PoisonReason = ([^;]+);/.exec(source("errors.ts"))?.[1]?.match(/[a-z-]+/g);
    const rows = firstTable(sectionsOf(page("errors.md"), 3).get("WRITE_FAILED") ?? "");
    expect(rows.map(([first]) => first?.replaceAll("`", ""))).toEqual(["write", ...(reasons ?? [])]);
  });
});

describe("docs/reference/events.md", () => {
  const sections = sectionsOf(page("events.md"), 3);
  const schemas = join(root, "docs/reference/schema");

  it("has a section for every type", () => {
    const types = [...Object.keys(runtimeData), "x-…", ...Object.keys(libraryData)];
    expect([...sections.keys()]).toEqual(types);
  });

  it.each(Object.keys({ ...runtimeData, ...libraryData }))("%s: has every member of its schema", (type) => {
    const { properties, required = [] } = JSON.parse(
      readFileSync(join(schemas, `${type}.schema.json`), "utf8"),
    );
    const members = Object.keys(properties).map((name) => (required.includes(name) ? name : `${name}?`));
    const rows = firstTable(sections.get(type) ?? "").map(([first]) => first?.replaceAll("`", ""));
    expect(rows.sort()).toEqual(members.sort());
  });

  it("has a schema for every type", () => {
    const files = readdirSync(schemas).map((name) => name.replace(".schema.json", ""));
    expect(files).toEqual(expect.arrayContaining(Object.keys({ ...runtimeData, ...libraryData })));
  });
});

describe("docs/reference/state.md", () => {
  it("has every key of the state and of the snapshot's link, in their order", () => {
    const { properties } = JSON.parse(
      readFileSync(join(root, "docs/reference/schema/snapshot.schema.json"), "utf8"),
    );
    const { journal, ...state } = properties;
    const sections = sectionsOf(page("state.md"), 2);
    const keysOf = (title: string) =>
      firstTable(sections.get(title) ?? "").map(([first]) => first?.replaceAll("`", ""));
    expect(keysOf("Keys")).toEqual(Object.keys(state));
    expect(keysOf("The key journal of a snapshot")).toEqual(Object.keys(journal.properties));
  });
});
