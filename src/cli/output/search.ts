/** A line of `search --json`: a record that holds what was looked for. */
import * as v from "valibot";
import { count, text } from "./common.js";

export const searchLine = v.strictObject({
  sessionId: text,
  path: text,
  seq: count,
  time: text,
  type: text,
  kind: text,
  tool: v.optional(text),
  field: text,
  inName: v.boolean(),
  before: text,
  text,
  after: text,
  count,
});
