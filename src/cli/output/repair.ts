/** The line of `repair --json`. */
import * as v from "valibot";
import { count, text } from "./common.js";
import { verification } from "./verify.js";

export const repairLine = v.strictObject({
  before: verification,
  after: verification,
  kept: v.array(text),
  salvaged: count,
});
