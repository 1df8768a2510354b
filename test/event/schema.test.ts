import { readdirSync, readFileSync } from "node:fs";
import fc from "fast-check";
import * as v from "valibot";
import { describe, expect, it } from "vitest";
import * as is from "../../src/event/guards.js";
import * as schema from "../../src/event/schema.js";
import { validateEvent } from "../../src/event/validate.js";
import { libraryEventData, runtimeEventData, spoiled } from "./arbitrary-events.js";

const { libraryData, record, runtimeData, snapshot } = schema;

describe("the schemas of event data", () => {
  it("cover the types that the arbitrary events cover", () => {
    expect(Object.keys(runtimeData)).toEqual(Object.keys(runtimeEventData));
    expect(Object.keys(libraryData)).toEqual(Object.keys(libraryEventData));
  });

  it.each(Object.entries(runtimeData))("%s: the schema and the fast check agree on any data", (type, of) => {
    const fitting = runtimeEventData[type] as fc.Arbitrary<object>;
    fc.assert(
      fc.property(fc.oneof(fitting, spoiled(fitting), fc.anything()), (data) => {
        expect(accepts(type, data)).toBe(v.is(of, data));
      }),
      { numRuns: 1000 },
    );
  });

  it.each(Object.entries({ ...runtimeData, ...libraryData }))("%s: data as it should be fits", (type, of) => {
    const fitting = { ...runtimeEventData, ...libraryEventData }[type] as fc.Arbitrary<object>;
    fc.assert(fc.property(fitting, (data) => v.is(of, data)));
  });

  it("let through no session.started or session.ended that the reducer would not take", () => {
    const { "session.started": started, "session.ended": ended } = libraryData;
    const arbitrary = (type: string) => spoiled(libraryEventData[type] as fc.Arbitrary<object>);
    fc.assert(
      fc.property(arbitrary("session.started"), (data) => !v.is(started, data) || is.isStarted(data)),
    );
    fc.assert(fc.property(arbitrary("session.ended"), (data) => !v.is(ended, data) || is.isEnded(data)));
  });
});

describe("the schema of a record", () => {
  const sound = {
    seq: 3,
    time: "2025-12-08T14:31:05.000Z",
    type: "tool_call.started",
    data: {},
    id: "0193a5c0-7a3e-7b1c-8d2f-1a2b3c4d5e6f",
    durable: 2,
    hash: "A".repeat(43),
  };

  it("takes the envelope, with or without durable, and of any type", () => {
    expect(v.is(record, sound)).toBe(true);
    expect(v.is(record, { ...sound, durable: undefined, type: "x-mine", more: 1 })).toBe(true);
  });

  it.each([
    ["seq", 0],
    ["time", "2025-12-08"],
    ["type", ""],
    ["data", []],
    ["id", "3"],
    ["durable", 0],
    ["hash", "A".repeat(42)],
  ])("refuses a %s of %j", (key, value) => {
    expect(v.is(record, { ...sound, [key]: value })).toBe(false);
  });
});

describe("the schema of a snapshot", () => {
  it("takes one without a journal and refuses one whose journal is not whole", () => {
    const state = {
      ...{ id: "s", role: "r", model: "m", chainId: null, taskId: null, startTime: "t", endTime: null },
      ...{ outcome: null, tokenUsage: { input: 0, output: 0, total: 0 }, messages: [], toolCalls: [] },
      ...{ parentSessionId: null, status: "running", lastTurnIndex: 0, childSessionIds: [] },
      ...{ errors: [], notes: [] },
    };
    const hash = "A".repeat(43);
    const journal = { seq: 1, bytes: 300, hash, open: {}, responses: {}, sha256: hash };
    expect(v.is(snapshot, state)).toBe(true);
    expect(v.is(snapshot, { ...state, journal })).toBe(true);
    expect(v.is(snapshot, { ...state, journal: { ...journal, hash: "?" } })).toBe(false);
  });
});

describe("docs/reference/schema", () => {
  const folder = new URL("../../docs/reference/schema/", import.meta.url);
  const script = new URL("../../docs/generate-schemas.mjs", import.meta.url).href;

  it("holds what the schemas say today (npm run build && node docs/generate-schemas.mjs)", async () => {
    const { schemaFiles } = (await import(script)) as {
      schemaFiles(from: object): { [name: string]: string };
    };
    const found: { [name: string]: string } = {};
    for (const name of readdirSync(folder).filter((each) => each.endsWith(".json"))) {
      found[name] = readFileSync(new URL(name, folder), "utf8");
    }
    expect(found).toEqual(schemaFiles(schema));
  });
});

function accepts(type: string, data: unknown): boolean {
  try {
    validateEvent(type, data);
    return true;
  } catch {
    return false;
  }
}
