import { expect, test } from "vitest";
import { typeFilter } from "../../../src/cli/tail/type-filter.js";
import { EVENT_TYPES } from "../../../src/event/event-types.js";
import { libraryData, runtimeData } from "../../../src/event/schema.js";

const wanted = (...patterns: string[]) => EVENT_TYPES.filter(typeFilter(patterns));

test("the types that are named are all that the format knows", () => {
  expect([...EVENT_TYPES].sort()).toEqual([...Object.keys(runtimeData), ...Object.keys(libraryData)].sort());
});

test("without a pattern every type is wanted", () => {
  expect(wanted()).toEqual(EVENT_TYPES);
  expect(wanted(" , ")).toEqual(EVENT_TYPES);
});

test("a pattern is a type, the beginning of one, or its first word", () => {
  expect(wanted("note.added,error.recorded")).toEqual(["error.recorded", "note.added"]);
  expect(wanted("s*")).toEqual(["session.started", "status.changed", "session.ended"]);
  expect(wanted("tool.*")).toEqual(["tool_call.started", "tool_call.finished"]);
  expect(wanted("session.*")).toEqual(["session.started", "session.ended"]);
  expect(wanted("*")).toEqual(EVENT_TYPES);
});

test("types of others are taken as they are", () => {
  expect(typeFilter(["x-approval.granted"])("x-approval.granted")).toBe(true);
  expect(typeFilter(["x-*"])("x-anything")).toBe(true);
  expect(typeFilter(["plan.agreed"])("plan.agreed")).toBe(true);
});

test.each(["turn", "tools.*", "mesage.added", "tool_calls.started", "turns.completed", ".", "foo"])(
  'the pattern "%s" means nothing',
  (pattern) => {
    expect(() => typeFilter([pattern])).toThrow(/there is no event type .* there are session\.started/);
  },
);
