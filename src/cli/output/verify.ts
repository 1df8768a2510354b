/** A line of `verify --json`: a journal that was checked, or one that could not be read. */
import * as v from "valibot";
import { breakPlace, count, failure, text, textOrNull, verdict } from "./common.js";

export const verification = v.strictObject({
  path: text,
  sessionId: textOrNull,
  verdict,
  records: count,
  bytes: count,
  head: textOrNull,
  mark: count,
  break: v.optional(breakPlace),
  seals: v.optional(
    v.strictObject({
      valid: count,
      sealedSeq: count,
      sealedAt: textOrNull,
      unsealed: v.array(v.strictObject({ fromSeq: count, toSeq: count })),
    }),
  ),
  keptHead: v.optional(v.strictObject({ seq: count, hash: text, isHeld: v.boolean() })),
  blobs: v.optional(v.strictObject({ count, bytes: count, unreferenced: v.array(text) })),
  problems: v.array(
    v.strictObject({ code: text, message: text, seq: v.optional(count), byteOffset: v.optional(count) }),
  ),
  unlistedProblems: v.optional(count),
});

export const verifyLine = v.union([
  verification,
  v.strictObject({ path: text, sessionId: text, verdict: v.null(), error: v.nullable(failure) }),
]);
