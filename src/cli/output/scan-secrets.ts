/** A line of `scan-secrets --json`: a place at which a secret stands, without the secret. */
import * as v from "valibot";
import { count, text } from "./common.js";

export const scanSecretsLine = v.strictObject({
  sessionId: text,
  path: text,
  seq: count,
  time: text,
  type: text,
  field: text,
  inName: v.boolean(),
  kind: text,
  tag: text,
  count,
});
