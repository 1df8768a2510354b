/** The line of `export --json`. */
import * as v from "valibot";
import { count, found, text, textOrNull } from "./common.js";

export const exportLine = v.strictObject({
  sessionId: textOrNull,
  format: v.picklist(["atif", "otlp", "openai", "markdown", "html", "ndjson"]),
  source: text,
  output: textOrNull,
  bytes: count,
  records: count,
  content: v.boolean(),
  leftOut: v.array(v.strictObject({ type: text, records: count })),
  found: v.nullable(found),
});
