import { readdirSync, readFileSync } from "node:fs";
import { extname } from "node:path";
import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { MemoryFiles } from "../../src/files/testing.js";
import { ImportError, importTranscript } from "../../src/import/entry.js";
import type { FormatName, ImportReport } from "../../src/import/types.js";
import { Session, verifyJournal } from "../../src/index.js";
import { fixture } from "../import/import-into.js";
import { zipOf } from "../import/zip-archive.js";
import { edited, edits } from "./edits.js";
import { expectPrototypesUntouched, outcomeOf, PATIENCE_MS, rounds } from "./harmless.js";

afterEach(expectPrototypesUntouched);

const CODES = ["UNKNOWN_FORMAT", "AMBIGUOUS_FORMAT", "SOURCE_TOO_LARGE", "SOURCE_UNREADABLE"];

/** Imports; what comes of it is sound, is what the report says, and is all that is there. Null where nothing was read. */
async function importThat(bytes: Uint8Array, format?: FormatName): Promise<ImportReport | null> {
  const files = new MemoryFiles();
  const where = { sessionsDir: "/sessions", files };
  let report: ImportReport;
  try {
    report = await importTranscript(bytes, { ...where, name: "a source", ...(format ? { format } : {}) });
  } catch (error) {
    if (!(error instanceof ImportError)) throw error;
    expect(CODES).toContain(error.code);
    expect(error.message).toContain("a source");
    return null;
  }
  const written = report.sessions.filter(({ status }) => status !== "unwritable");
  for (const { id, messages, toolCalls } of written) {
    const { verdict, problems } = await verifyJournal(`/sessions/${id}.ndjson`, { files });
    expect([verdict, problems]).toEqual(["sound", []]);
    const { value: session } = await outcomeOf(() => Session.load(id, where));
    expect([session?.messageCount, session?.toolCallCount]).toEqual([messages, toolCalls]);
  }
  const names = files.statPath("/sessions") === null ? [] : files.list("/sessions");
  const expected = new Set([...written.map(({ id }) => `${id}.ndjson`), ".gitignore"]);
  expect(names.filter((name) => !expected.has(name))).toEqual([]);
  expect(files.openDescriptors).toBe(0);
  return report;
}

const SOURCES = readdirSync(fixture("."), { recursive: true, encoding: "utf8" })
  .filter((name) => extname(name) !== "" && !name.endsWith("sessions.json"))
  .sort();

const odd = fc.constantFrom<unknown>(
  ...[
    null,
    true,
    0,
    -1,
    1.5,
    2 ** 53,
    1e300,
    "",
    "text",
    "__proto__",
    "\ud800",
    "\u001b]0;x\u0007",
    [],
    {},
    [[]],
  ],
  ...[[null], ["text"], { type: "text", text: 7 }, JSON.parse('{"__proto__":{"polluted":true}}')],
  ...[
    "../../etc/passwd",
    "1e400",
    "2025-13-45T99:99:99Z",
    "+275761-01-01T00:00:00Z",
    nested(300),
    "x".repeat(5_000),
  ],
);

function nested(depth: number): unknown {
  let value: unknown = [];
  for (let level = 0; level < depth; level += 1) value = { a: value };
  return value;
}

interface Spoiling {
  readonly path: readonly number[];
  readonly value: unknown;
  readonly way: "replace" | "remove" | "rename" | "double";
}

const spoilings: fc.Arbitrary<Spoiling[]> = fc.array(
  fc.record({
    path: fc.array(fc.nat({ max: 12 }), { minLength: 1, maxLength: 7 }),
    value: odd,
    way: fc.constantFrom("replace", "replace", "replace", "remove", "rename", "double"),
  }),
  { minLength: 1, maxLength: 4 },
);

/** The value with something in it, at any depth, of another type than it should be. */
function spoiled(value: unknown, { path, value: other, way }: Spoiling): unknown {
  const [step = 0, ...rest] = path;
  if (Array.isArray(value) && value.length > 0) {
    const at = step % value.length;
    const within = rest.length > 0 ? spoiled(value[at], { path: rest, value: other, way }) : other;
    if (rest.length > 0 || way === "replace")
      return value.map((each, index) => (index === at ? within : each));
    return way === "remove" ? value.toSpliced(at, 1) : value.toSpliced(at, 0, value[at]);
  }
  if (typeof value !== "object" || value === null) return other;
  const members = Object.entries(value);
  const [key, member] = members[step % Math.max(1, members.length)] ?? ["a", null];
  const kept = members.filter(([name]) => name !== key);
  if (rest.length > 0 && typeof member === "object" && member !== null) {
    return Object.fromEntries([...kept, [key, spoiled(member, { path: rest, value: other, way })]]);
  }
  if (way === "remove") return Object.fromEntries(kept);
  return Object.fromEntries([...kept, way === "rename" ? ["__proto__", member] : [key, other]]);
}

describe.each(SOURCES)("%s", (name) => {
  const bytes = readFileSync(fixture(name));

  it(
    "with anything changed in its bytes is imported as far as it can be read, or turned down",
    async () => {
      await fc.assert(
        fc.asyncProperty(edits, async (changes) => {
          await importThat(edited(bytes, changes));
        }),
        rounds(30),
      );
    },
    PATIENCE_MS,
  );

  it(
    "with values of other types, members gone, doubled or called __proto__ is imported, or turned down",
    async () => {
      const sound = await importThat(bytes);
      const texts = bytes.toString().trim().split("\n");
      const isLines = texts.every(isJson);
      const values: unknown[] = isLines ? texts.map((text) => JSON.parse(text)) : wholeOf(bytes);
      if (values.length === 0) return;
      await fc.assert(
        fc.asyncProperty(spoilings, fc.boolean(), async (changes, isNamed) => {
          const changed = changes.reduce<unknown>(spoiled, values) as unknown[];
          const lines = (Array.isArray(changed) ? changed : [changed]).map((value) => JSON.stringify(value));
          await importThat(Buffer.from(lines.join("\n")), isNamed ? sound?.format : undefined);
        }),
        rounds(40),
      );
    },
    PATIENCE_MS,
  );
});

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** The document, as the only one; none where it is damaged on purpose. */
function wholeOf(bytes: Buffer): unknown[] {
  const text = bytes.toString();
  return isJson(text) ? [JSON.parse(text)] : [];
}

it("a null where a record was expected is kept as one: its line is JSON like any other", async () => {
  for (const name of SOURCES.filter((each) => each.endsWith(".traj") || each.endsWith(".json"))) {
    const [value] = wholeOf(readFileSync(fixture(name)));
    for (const key of Object.keys((value ?? {}) as object)) {
      await importThat(Buffer.from(JSON.stringify({ ...(value as object), [key]: [null] })));
    }
  }
});

describe("an archive", () => {
  const sample = readFileSync(fixture("inspect.json"), "utf8");
  const whole = JSON.parse(sample) as { samples: unknown[] };
  const header = JSON.stringify({ ...whole, samples: undefined });
  const archive = zipOf([
    { name: "header.json", text: header },
    { name: "samples/1_epoch_1.json", text: JSON.stringify(whole.samples[0]) },
    { name: "samples/../../../outside.json", text: JSON.stringify(whole.samples[0]), method: 0 },
  ]);

  it(
    "with anything changed in its bytes is imported as far as it can be read, or turned down",
    async () => {
      expect((await importThat(archive))?.format).toBe("inspect");
      await fc.assert(
        fc.asyncProperty(edits, async (changes) => {
          await importThat(edited(archive, changes));
        }),
        rounds(150),
      );
    },
    PATIENCE_MS,
  );
});

describe("any bytes", () => {
  it(
    "are turned down, or read as what they are called",
    async () => {
      const formats: (FormatName | undefined)[] = [
        undefined,
        "claude-code",
        "codex",
        "atif",
        "inspect",
        "openhands",
      ];
      await fc.assert(
        fc.asyncProperty(
          fc.uint8Array({ maxLength: 300 }),
          fc.constantFrom(...formats),
          async (bytes, format) => {
            await importThat(bytes, format);
          },
        ),
        rounds(150),
      );
    },
    PATIENCE_MS,
  );

  it.each(["PK\u0003\u0004", "(\u00b5/\u00fd", "PK\u0005\u0006"])(
    "behind the beginning of an archive (%j) as well",
    async (opening) => {
      await fc.assert(
        fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
          await importThat(Buffer.concat([Buffer.from(opening, "latin1"), bytes]));
        }),
        rounds(60),
      );
    },
  );
});
