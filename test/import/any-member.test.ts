import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { MemoryFiles } from "../../src/files/testing.js";
import { importTranscript } from "../../src/import/entry.js";
import { ImportError } from "../../src/import/import-error.js";
import { verifyJournal } from "../../src/index.js";
import { fixture } from "./import-into.js";

type Container = { [key: string]: unknown };

const PLACE = "@place@";
const ODD = [
  "[".repeat(10_000) + "]".repeat(10_000),
  `${'{"subagent_trajectories":[{"steps":['.repeat(3000)}${"]}]}".repeat(3000)}`,
  '{"toString":1,"__proto__":null}',
  "17",
];

const names = readdirSync(fixture(".")).filter((name) => /\.(json|jsonl|ndjson|traj)$/.test(name));
const whole = names.filter((name) => !/damaged|truncated/.test(name));

describe.each(whole)("every member of %s", (name) => {
  it("may be something else than it should be", async () => {
    const text = readFileSync(fixture(name), "utf8");
    const documents = /\.(jsonl|ndjson)$/.test(name) ? text.trimEnd().split("\n") : [text];
    for (const [index, document] of documents.entries()) {
      for (const changed of changes(document)) {
        const odd = documents.with(index, changed).join("\n");
        await expectUnharmed(odd);
      }
    }
  }, 120_000);
});

/** The document with each of its members replaced, one at a time. */
function* changes(document: string): Generator<string> {
  const value: unknown = JSON.parse(document);
  let turn = 0;
  for (const [container, key] of placesIn(value)) {
    const before = container[key];
    container[key] = PLACE;
    const text = JSON.stringify(value);
    container[key] = before;
    const odd = ODD[turn++ % ODD.length] ?? "";
    yield text.replace(`"${PLACE}"`, () => odd);
  }
}

function* placesIn(value: unknown): Generator<[Container, string]> {
  if (typeof value !== "object" || value === null) return;
  for (const key of Object.keys(value)) {
    yield [value as Container, key];
    yield* placesIn((value as Container)[key]);
  }
}

async function expectUnharmed(text: string): Promise<void> {
  const files = new MemoryFiles();
  try {
    const { sessions } = await importTranscript(Buffer.from(text), { sessionsDir: "/sessions", files });
    for (const { id } of sessions) {
      const { verdict, problems } = await verifyJournal(`/sessions/${id}.ndjson`, { files });
      expect([verdict, problems], text.slice(0, 400)).toEqual(["sound", []]);
    }
  } catch (error) {
    // What made it recognisable may be gone.
    expect(error, text.slice(0, 400)).toBeInstanceOf(ImportError);
  }
}
