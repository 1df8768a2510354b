/** What several commands print with `--json`. The schemas are for the published JSON Schemas and the tests: no command loads them. */
import * as v from "valibot";

export const count = v.pipe(v.number(), v.integer(), v.minValue(0));
/** Milliseconds, tokens' cost: any number from 0. */
export const amount = v.pipe(v.number(), v.minValue(0));
export const text = v.string();
export const textOrNull = v.nullable(v.string());

export const verdict = v.picklist(["sound", "growing", "torn", "corrupt", "empty"]);
export const outcome = v.picklist(["success", "failure", "interrupted"]);

/** The first line that is not sound. */
export const breakPlace = v.strictObject({ line: count, byteOffset: count, reason: text });

export const cursor = v.strictObject({ seq: count, byteOffset: count, hash: text });

/** What a journal came to when it was read to its end. */
export const found = v.strictObject({
  verdict,
  sound: cursor,
  mark: count,
  sizeBytes: count,
  break: v.nullable(breakPlace),
});

export const failure = v.strictObject({ code: text, message: text });

export const tokenUsage = v.strictObject({
  input: count,
  output: count,
  total: count,
  cacheRead: v.optional(count),
  cacheWrite: v.optional(count),
  reasoning: v.optional(count),
  costUsd: v.optional(amount),
});
