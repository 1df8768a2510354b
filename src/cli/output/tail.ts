/** A line of `tail --json`: a record, with the id of its session before it where many are followed. */

import * as v from "valibot";
import { recordOf } from "../../event/schema.js";
import { text } from "./common.js";

export const tailLine = recordOf({ sessionId: v.optional(text) });
